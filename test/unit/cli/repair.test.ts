import { describe, expect, it } from 'vitest';
import type { Entry } from '../../../domain/ledger/entry.ts';
import { toItem } from '../../../infra/dynamodb/entry-codec.ts';
import { createInMemoryControlStore } from '../../../infra/in-memory/in-memory-control-store.ts';
import { repairedKind, tamperedKind, tamperedName } from '../../../projections/repair/repair-ledger.ts';
import { repairCommand } from '../../../services/cli/commands/repair.ts';
import { createLedger } from '../../support/builders/ledger-builder.ts';
import { packed, paid, placed } from '../../support/builders/retail-drafts.ts';
import { collect } from '../../support/collect.ts';
import { recordIo } from '../../support/command-io.ts';
import { createTamperableLedger } from '../../support/tamperable-ledger.ts';

const start = () => {
  const builder = createLedger();
  const us = builder.at('us-east-1');
  const entries = [us.append(placed()), us.append(paid(9980)), us.append(packed())] as const;
  const ledger = createTamperableLedger(entries);
  const controlStore = createInMemoryControlStore();
  return {
    entries,
    ledger,
    controlStore,
    /** As the projector does when it sees it. */
    keep: (entry: Entry, item: unknown = imageOf(entry), change = 'changed') =>
      controlStore.put(tamperedKind, nameOf(entry), { item, change, seenAtMs: 1 }, 0),
    kept: async () => (await collect(controlStore.list(tamperedKind))).map(({ name }) => name),
    run: async (options: { isDryRun?: boolean; isScan?: boolean; isJson?: boolean } = {}) => {
      const io = recordIo();
      const code = await repairCommand(
        { isDryRun: false, isScan: false, isJson: false, ...options },
        { ...io, controlStore, ...ledger, clock: { nowMs: () => 5 }, checkStop: () => undefined },
      );
      return { code, ...io };
    },
  };
};

const nameOf = ({ stream, position }: Entry): string => tamperedName(stream, position);
/** As a stream record has it. */
const imageOf = (entry: Entry) => Object.fromEntries(Object.entries(toItem(entry)).map(([name, S]) => [name, { S }]));

describe('rejoin repair', () => {
  it('says that nothing is known to be damaged', async () => {
    const { code, said, told } = await start().run();
    expect([code, said(), told()]).toEqual([0, '', 'Nothing is known to be damaged.\n']);
  });

  it('puts back what was changed and what was removed, byte for byte, and forgets the images', async () => {
    const { entries, ledger, controlStore, keep, kept, run } = start();
    const [, second, third] = entries;
    ledger.put({ ...toItem(second), body: toItem(second).body.replace('9980', '1') });
    ledger.remove(third);
    await keep(second);
    await keep(third, imageOf(third), 'removed');

    const { code, said, told } = await run();

    expect(code).toBe(0);
    expect(said()).toBe(
      `restored        ${second.stream} ${second.position}: it had been damaged\n` +
        `restored        ${third.stream} ${third.position}: it had been removed\n`,
    );
    expect(told()).toBe('2 restored.\n');
    expect([second, third].map(ledger.standing)).toEqual([toItem(second), toItem(third)]);
    expect(await kept()).toEqual([]);
    expect(await controlStore.get(repairedKind, nameOf(second))).toMatchObject({ value: { hash: second.hash } });
  });

  it('does nothing on a dry run but say it, and ends with 1', async () => {
    const { entries, ledger, keep, kept, run } = start();
    ledger.remove(entries[2]);
    await keep(entries[2]);

    const { code, json } = await run({ isDryRun: true, isJson: true });

    expect(code).toBe(1);
    expect(json()).toEqual([
      {
        stream: entries[2].stream,
        position: entries[2].position,
        change: 'changed',
        kind: 'would-restore',
        found: 'missing',
      },
    ]);
    expect(ledger.restores()).toBe(0);
    expect(await kept()).toHaveLength(1);
  });

  it('touches nothing that is right already, and forgets the image', async () => {
    const { entries, ledger, keep, kept, run } = start();
    await keep(entries[1]);

    const { code, said } = await run();

    expect([code, said()]).toEqual([0, `already right   ${entries[1].stream} ${entries[1].position}\n`]);
    expect(ledger.restores()).toBe(0);
    expect(await kept()).toEqual([]);
  });

  it('keeps an image that is no entry, says why it cannot restore, and ends with 1', async () => {
    const { entries, ledger, keep, kept, run } = start();
    ledger.remove(entries[1]);
    await keep(entries[1], { ...imageOf(entries[1]), body: { S: '{}' } });

    const { code, said } = await run();

    expect(code).toBe(1);
    expect(said()).toContain('not restored');
    expect(said()).toContain('the kept image is no entry: body does not match its hash');
    expect(await kept()).toHaveLength(1);
  });

  it('judges anew when something else stands there at the moment of the restore', async () => {
    const { entries, ledger, keep, run } = start();
    const [, second] = entries;
    ledger.remove(second);
    await keep(second);
    // Another region's repair was faster, and replication brought it.
    ledger.beforeRestore(() => ledger.put(toItem(second)));

    const { code, said } = await run();

    expect([code, said()]).toEqual([0, `already right   ${second.stream} ${second.position}\n`]);
    expect(ledger.restores()).toBe(0);
  });

  it('leaves a position that changes all the time', async () => {
    const { entries, ledger, keep, kept, run } = start();
    const [, second] = entries;
    await keep(second);
    let changes = 0;
    ledger.remove(second);
    ledger.beforeRestore(() => ledger.put({ ...toItem(second), body: `change ${++changes}` }));

    const { code, said } = await run();

    expect(code).toBe(1);
    expect(said()).toContain('it changes while it is being repaired: repair again');
    expect(await kept()).toHaveLength(1);
  });

  it('finds with --scan what nobody kept an image of', async () => {
    const { entries, ledger, keep, run } = start();
    const [first, second] = entries;
    ledger.put({ ...toItem(first), body: 'x' });
    ledger.put({ ...toItem(second), body: 'y' });
    await keep(second, {});

    const { code, json, told } = await run({ isScan: true, isJson: true });

    expect(code).toBe(1);
    expect(json()).toEqual([
      expect.objectContaining({ kind: 'left', position: second.position }),
      { kind: 'not-kept', stream: first.stream, position: first.position, reason: 'body does not match its hash' },
    ]);
    expect(told()).toContain('1 not restored, 1 not restorable.');
  });

  it('does not let the trace of its own restore bring the forged entry back', async () => {
    const { entries, ledger, keep, run } = start();
    const last = entries[2];
    const forged = createLedger().at('us-east-1');
    forged.append(placed());
    forged.append(paid(1));
    const other = forged.append(packed());
    ledger.put(toItem(other));
    await keep(last);
    expect((await run()).said()).toContain('another entry, valid in itself, had been put in its place');

    await keep(other);

    expect((await run()).said()).toContain('already right');
    expect(ledger.standing(last)).toEqual(toItem(last));
  });
});
