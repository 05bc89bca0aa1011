import { describe, expect, it } from 'vitest';
import { planStream } from '../../../domain/ledger/stream-name.ts';
import { enactNewest, findPlanConflicts } from '../../../domain/write-plan/enact-plan.ts';
import { nextEpoch, plansOf } from '../../../domain/write-plan/plan-stream.ts';
import { configuredPlan } from '../../../domain/write-plan/write-plan.ts';
import { createInMemoryEventStore, type InMemoryEventStore } from '../../../infra/in-memory/in-memory-event-store.ts';
import { sha256 } from '../../../infra/node/sha256.ts';
import { appendPlan } from '../../../services/write-plan/append-plan.ts';
import { createTestDeps } from '../../support/test-deps.ts';
import { startMs } from '../../support/test-tokens.ts';

const [us, eu] = ['us-east-1', 'eu-west-1'] as const;

const createRegion = (region: string) => {
  const eventStore = createInMemoryEventStore({ sha256 });
  const deps = { ...createTestDeps(region), eventStore, metrics: { count: () => undefined } };
  const known = async () => plansOf((await eventStore.load(planStream)).entries);
  const change = async (primary: string, key: string, regions: readonly string[] = [us, eu]) =>
    appendPlan(
      deps,
      { primary, regions: [...regions], reason: 'a drill', epoch: nextEpoch(await known()) },
      { source: 'operator', idempotencyKey: key, actor: 'on-call' },
    );
  return { eventStore, known, change };
};

const replicate = async (from: InMemoryEventStore, to: InMemoryEventStore): Promise<void> => {
  for (const entry of (await from.load(planStream)).entries) to.replicate(entry);
};

describe('the plan stream', () => {
  it('holds each change of plan as an entry, with its epoch, its actor and its reason', async () => {
    const region = createRegion(us);
    expect(await region.known()).toEqual([]);
    expect(await region.change(us, 'first')).toMatchObject({ kind: 'appended' });
    expect(await region.change(eu, 'second')).toMatchObject({ kind: 'appended' });
    expect(await region.known()).toMatchObject([
      { primary: us, epoch: 1, actor: 'on-call', reason: 'a drill', region: us, recordedAt: startMs },
      { primary: eu, epoch: 2, regions: [us, eu] },
    ]);
  });

  it('refuses a plan whose primary takes no writes, names a region twice, or is of nobody', async () => {
    const region = createRegion(us);
    for (const [primary, regions] of [
      [us, [eu]],
      [us, [us, us]],
      ['', [us]],
      [us, []],
    ] as const)
      expect(await region.change(primary, 'wrong', regions)).toMatchObject({ kind: 'invalid-payload' });
    expect(await region.known()).toEqual([]);
  });

  it('ends with one plan everywhere when two regions wrote the same epoch apart, and names the two', async () => {
    const [inUs, inEu] = [createRegion(us), createRegion(eu)];
    await inUs.change(us, 'us-stays');
    await inEu.change(eu, 'eu-takes-over');
    await replicate(inUs.eventStore, inEu.eventStore);
    await replicate(inEu.eventStore, inUs.eventStore);

    const [known, knownInEu] = [await inUs.known(), await inEu.known()];
    const enacted = enactNewest(undefined, known);
    expect(enacted).toMatchObject({ kind: 'enact', plan: { epoch: 1 } });
    expect(enactNewest(undefined, knownInEu)).toEqual(enacted);
    expect(findPlanConflicts(known)).toEqual(findPlanConflicts(knownInEu));
    expect(findPlanConflicts(known)).toMatchObject([[{ epoch: 1 }, { epoch: 1 }]]);

    await inEu.change(eu, 'settled');
    expect(await inEu.known()).toContainEqual(expect.objectContaining({ epoch: 2, primary: eu }));
  });

  it('passes over what it cannot read', async () => {
    const region = createRegion(us);
    await region.change(us, 'first');
    const [entry] = (await region.eventStore.load(planStream)).entries;
    if (!entry) throw new Error('the plan was stored');
    const [event] = entry.events;
    const newer = { ...entry, events: [{ ...event, v: 9 }] } as typeof entry;
    const odd = { ...entry, events: [{ ...event, data: { primary: us } }] } as typeof entry;
    expect(plansOf([newer, odd, entry])).toHaveLength(1);
  });

  it('counts epochs on from the newest plan that is known, and from the configured one', () => {
    const configured = configuredPlan(us, [eu]);
    expect(nextEpoch([])).toBe(1);
    expect(nextEpoch([configured])).toBe(1);
    expect(nextEpoch([{ ...configured, epoch: 7 }, configured, { ...configured, epoch: 3 }])).toBe(8);
  });
});
