import { describe, expect, it } from 'vitest';
import { fold } from '../../../domain/fold/fold.ts';
import { defineLifecycle, type Lifecycle } from '../../../domain/lifecycle/define-lifecycle.ts';
import { retail, retailDefinition } from '../../../domain/lifecycle/retail.ts';
import { LedgerFault } from '../../../domain/ports/event-store.ts';
import { abandonCommand, cleanCommand, listGenerations } from '../../../services/cli/commands/generations.ts';
import { rebuildCommand } from '../../../services/cli/commands/rebuild.ts';
import { whatIfCommand } from '../../../services/cli/commands/what-if.ts';
import { recordIo } from '../../support/command-io.ts';
import { createProjectedRegion, nowMs } from '../../support/projected-orders.ts';

const start = async () => {
  const region = await createProjectedRegion();
  const io = recordIo();
  const deps = { ...io, ...region, estimateEntries: async () => 17, checkStop: () => undefined };
  return { ...io, region, deps };
};

describe('rejoin rebuild', () => {
  it('builds a generation, lets it take the place of the live one, and ends with 0', async () => {
    const { deps, region, said } = await start();
    expect(await rebuildCommand({ isJson: false }, deps)).toBe(0);
    expect(said()).toMatch(/^g0002 is live\. 15 entries of 4 orders in \d/);
    expect(said()).toContain('Rows: 4 equal, 0 ahead, 0 changed by the code, 0 wrong.');
    expect((await region.generations.read()).generations.map(({ name, state }) => [name, state])).toEqual([
      ['g0001', 'retired'],
      ['g0002', 'live'],
    ]);
  });

  it('reports as one JSON object', async () => {
    const { deps, json } = await start();
    await rebuildCommand({ isJson: true, parts: 2 }, deps);
    expect(json()).toMatchObject([{ kind: 'switched', generation: 'g0002', figures: { streams: 4 } }]);
  });

  it('ends with 1 and says which rows differ, and how to go on', async () => {
    const { deps, region, said } = await start();
    const live = region.openViews('g0001');
    const over = await live.get('order/default/plain');
    if (!over) throw new Error('the row is there');
    await live.replace({ view: { ...over, row: { ...over.row, status: 'delivered' } }, over });

    expect(await rebuildCommand({ isJson: false }, deps)).toBe(1);

    expect(said()).toContain('- order/default/plain differs: row.status');
    expect(said()).toContain('rejoin generations abandon g0002');
    const again = recordIo();
    expect(await rebuildCommand({ isJson: false, acceptDifferences: true }, { ...deps, ...again })).toBe(0);
    expect(again.said()).toContain('g0002 is live.');
  });

  it('ends with 1 and the reason when another version is deployed', async () => {
    const { deps, region, said } = await start();
    await region.controlStore.put('deployments', 'projector', { version: '9', lifecycle: 'retail', sinceMs: 1 }, 0);
    expect(await rebuildCommand({ isJson: false }, deps)).toBe(1);
    expect(said()).toMatch(/^Nothing was switched: the projector of us-east-1 is retail 9/);
  });

  it('does not hide a fault', async () => {
    const { deps } = await start();
    const fault = new LedgerFault('unavailable', 'no answer');
    const scan = () => {
      throw fault;
    };
    const eventStore = { ...deps.eventStore, scan };
    await expect(rebuildCommand({ isJson: false }, { ...deps, eventStore })).rejects.toBe(fault);
  });
});

describe('rejoin generations', () => {
  it('lists them with their states, in a table and as JSON', async () => {
    const { deps, said } = await start();
    await rebuildCommand({ isJson: false }, deps);
    const [table, lines] = [recordIo(), recordIo()];
    expect(await listGenerations({ isJson: false }, { ...deps, ...table })).toBe(0);
    expect(table.said()).toMatch(/^name +state +since +version +lifecycle\ng0001 +retired +0 s ago +- +-\n/);
    expect(table.said()).toMatch(/g0002 +live +0 s ago +\d{4}\.\d{4} +retail/);
    await listGenerations({ isJson: true }, { ...deps, ...lines });
    expect(lines.json()).toMatchObject([{ name: 'g0001' }, { name: 'g0002', state: 'live' }]);
    expect(said()).not.toBe('');
  });

  it('cleans what is retired, but not before its readers are gone, unless it is told to', async () => {
    const { deps } = await start();
    await rebuildCommand({ isJson: false }, deps);
    const [early, now, again] = [recordIo(), recordIo(), recordIo()];
    expect(await cleanCommand({ isNow: false, isJson: false }, { ...deps, ...early })).toBe(0);
    expect(early.said()).toBe('');
    expect(early.told()).toMatch(/^g0001 is kept for readers .* for another 10 min: --now/);
    expect(await cleanCommand({ isNow: true, isJson: false }, { ...deps, ...now })).toBe(0);
    expect(now.said()).toBe('removed g0001\n');
    await cleanCommand({ isNow: true, isJson: true }, { ...deps, ...again });
    expect(again.json()).toEqual([{ removed: [], waiting: [] }]);
    expect(again.told()).toContain('There is nothing to clean.');
  });

  it('abandons only what is being built', async () => {
    const { deps, region } = await start();
    await region.controlStore.put(
      'generations',
      'order',
      {
        lastNumber: 2,
        generations: [
          { name: 'g0001', state: 'live', version: '', lifecycle: '', sinceMs: 0 },
          { name: 'g0002', state: 'building', version: '1', lifecycle: 'retail', sinceMs: nowMs },
        ],
      },
      0,
    );
    const [refused, done] = [recordIo(), recordIo()];
    expect(await abandonCommand({ name: 'g0001', isJson: false }, { ...deps, ...refused })).toBe(1);
    expect(refused.told()).toBe(
      'rejoin generations abandon: g0001 is live, not building. See: rejoin generations list\n',
    );
    expect(await abandonCommand({ name: 'g0002', isJson: false }, { ...deps, ...done })).toBe(0);
    expect(done.said()).toBe('abandoned g0002\n');
  });
});

describe('rejoin what-if', () => {
  /** As somebody would write it in a file. */
  const returnFromPacked = defineLifecycle({
    ...retailDefinition,
    events: {
      ...retailDefinition.events,
      ReturnRequested: {
        ...retailDefinition.events.ReturnRequested,
        transitions: [{ from: ['packed', 'shipped', 'delivered'], to: 'returning' }],
      },
    },
  });

  const run = async (lifecycle: Lifecycle, isJson: boolean) => {
    const { deps, ...io } = await start();
    const code = await whatIfCommand(
      { isJson, parts: 2 },
      {
        ...deps,
        foldNow: (entries) => fold(entries, retail),
        foldThen: (entries) => fold(entries, lifecycle),
      },
    );
    return { code, ...io };
  };

  it('prints exactly the orders that would change, a summary, and ends with 1', async () => {
    const { code, said } = await run(returnFromPacked, false);
    expect(code).toBe(1);
    expect(said()).toBe(
      'order/default/early-return  status packed → returning  class illegal → none  open cases 1 illegal → 0\n' +
        '1 of 4 orders (15 entries) would change: 1 in status, 1 in class, 1 in open cases.\n',
    );
  });

  it('prints the same as JSON', async () => {
    const { json } = await run(returnFromPacked, true);
    expect(json()).toMatchObject([
      {
        stream: 'order/default/early-return',
        before: { status: 'packed', class: 'illegal' },
        after: { status: 'returning', class: 'none', openCases: {} },
      },
      { summary: { streams: 4, changed: 1 } },
    ]);
  });

  it('ends with 0 when nothing would change', async () => {
    const { code, said } = await run(retail, false);
    expect(code).toBe(0);
    expect(said()).toMatch(/^0 of 4 orders/);
  });
});
