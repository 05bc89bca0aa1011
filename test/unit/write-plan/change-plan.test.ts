import { describe, expect, it } from 'vitest';
import { planStream } from '../../../domain/ledger/stream-name.ts';
import type { ControlStore } from '../../../domain/ports/control-store.ts';
import { LedgerFault } from '../../../domain/ports/event-store.ts';
import type { Lease } from '../../../domain/write-plan/lease.ts';
import { plansOf } from '../../../domain/write-plan/plan-stream.ts';
import { createInMemoryControlStore } from '../../../infra/in-memory/in-memory-control-store.ts';
import { type ChangePlanOutcome, changePlan, changeTriesMax } from '../../../services/write-plan/change-plan.ts';
import type { LeaseRow } from '../../../services/write-plan/lease-row.ts';
import { createLeaseRow } from '../../../services/write-plan/lease-row.ts';
import type { PlanProposal } from '../../../services/write-plan/plan-proposal.ts';
import {
  createTestPlanRegion,
  eu,
  healthyState,
  type TestPlanOptions,
  type TestPlanRegion,
  us,
} from '../../support/test-write-plan.ts';

const proposal = (more: Partial<PlanProposal> = {}): PlanProposal => ({
  primary: eu,
  reason: 'us-east-1 is gone',
  actor: 'on-call',
  idempotencyKey: 'promote-1',
  ...more,
});

const start = async (options: TestPlanOptions = {}) => {
  const region = await createTestPlanRegion(options);
  return { ...region, ...watch(region) };
};

const watch = ({ eventStore, deps }: TestPlanRegion) => ({
  plans: async () => plansOf((await eventStore.load(planStream)).entries),
  enacted: async () => (await deps.document.read()).state?.plan,
});

/** A witness whose lease stands at `lease`. */
const witnessWith = async (lease: Lease): Promise<{ store: ControlStore; row: LeaseRow }> => {
  const store = createInMemoryControlStore();
  const row = createLeaseRow(store);
  await row.replace(lease, 0);
  return { store, row };
};

const unreachable: ControlStore = {
  ...createInMemoryControlStore(),
  get: () => Promise.reject(new LedgerFault('unavailable', 'nobody answers')),
};

const epochOf = (outcome: ChangePlanOutcome) => ('plan' in outcome ? outcome.plan.epoch : outcome.kind);

describe('a change of plan', () => {
  it('is written with the next epoch, and enacted here at once', async () => {
    const { deps, plans, enacted } = await start();
    expect(await changePlan(deps, proposal())).toMatchObject({
      kind: 'changed',
      isEnacted: true,
      plan: { primary: eu, regions: [eu, us], epoch: 1, reason: 'us-east-1 is gone', actor: 'on-call', region: us },
    });
    expect(await plans()).toHaveLength(1);
    expect(await enacted()).toMatchObject({ primary: eu, epoch: 1 });
    expect(await changePlan(deps, proposal({ primary: us, idempotencyKey: 'back' }))).toMatchObject({
      plan: { primary: us, epoch: 2 },
    });
  });

  it('follows the enacted plan where that has not arrived as an entry', async () => {
    const plan = { ...healthyState.plan, epoch: 6, entryId: 'lost' };
    const { deps } = await start({ state: { ...healthyState, plan } });
    expect(epochOf(await changePlan(deps, proposal()))).toBe(7);
  });

  it('keeps the regions of the plan that stands, with the primary among them, unless they are named', async () => {
    const { deps } = await start();
    await changePlan(deps, proposal({ primary: eu, regions: [eu] }));
    expect(await changePlan(deps, proposal({ primary: us, idempotencyKey: 'us' }))).toMatchObject({
      plan: { regions: [eu, us] },
    });
    expect(await changePlan(deps, proposal({ primary: us, regions: [us], idempotencyKey: 'us-alone' }))).toMatchObject({
      plan: { regions: [us] },
    });
  });

  it('leaves out a region that has left the deployment', async () => {
    const gone = { primary: us, regions: ['ap-south-1', eu, us], epoch: 3, entryId: 'plan-3' };
    const { deps, plans } = await start({ state: { ...healthyState, plan: gone } });
    await changePlan(deps, proposal());
    expect((await plans()).map(({ regions }) => regions)).toEqual([[eu, us]]);
  });

  it('is written where no agent has run, and enacted by the first that does', async () => {
    const { deps, plans } = await start({ state: undefined });
    expect(await changePlan(deps, proposal())).toMatchObject({ kind: 'changed', isEnacted: false });
    expect(await plans()).toMatchObject([{ primary: eu, epoch: 1 }]);
  });

  it('stands where it cannot be enacted at once', async () => {
    const { deps, plans } = await start();
    const document = { ...deps.document, replace: () => Promise.reject(new LedgerFault('throttled', 'too much')) };
    expect(await changePlan({ ...deps, document }, proposal())).toMatchObject({ kind: 'changed', isEnacted: false });
    expect(await plans()).toHaveLength(1);
  });

  it.each([
    ['a primary of another deployment', { primary: 'mars-1' }, 'primary', /must be one of us-east-1, eu-west-1/],
    ['a region of another deployment', { regions: [eu, 'mars-1'] }, 'regions.1', /must be one of/],
    ['regions without the primary', { regions: [us] }, 'regions', /must hold the primary/],
    ['a region named twice', { regions: [eu, eu] }, 'regions', /must name each region once/],
    ['no reason', { reason: '' }, 'reason', /./],
  ])('is refused for %s, before anything is touched', async (_, more, path, message) => {
    const witness = await witnessWith({ holder: us, epoch: 3, counter: 9 });
    const { deps, plans } = await start({ witness: witness.store });
    const outcome = await changePlan(deps, proposal(more));
    const issues = outcome.kind === 'invalid-plan' ? outcome.issues : [];
    expect(issues.map((issue) => issue.path.join('.'))).toContain(path);
    expect(issues.map((issue) => issue.message).join()).toMatch(message);
    expect(await plans()).toEqual([]);
    expect((await witness.row.read()).lease?.epoch).toBe(3);
  });
});

describe('two changes of plan', () => {
  it('get different epochs when they race', async () => {
    const { deps, plans, enacted } = await start();
    const outcomes = await Promise.all([
      changePlan(deps, proposal({ primary: us, idempotencyKey: 'a' })),
      changePlan(deps, proposal({ primary: eu, idempotencyKey: 'b' })),
      changePlan(deps, proposal({ primary: us, idempotencyKey: 'c' })),
    ]);
    expect(outcomes.map(({ kind }) => kind)).toEqual(['changed', 'changed', 'changed']);
    expect(outcomes.map(epochOf).sort()).toEqual([1, 2, 3]);
    const newest = (await plans()).find(({ epoch }) => epoch === 3);
    expect(await enacted()).toMatchObject({ entryId: newest?.entryId });
  });

  it('are one where they are the same request, sent twice at once', async () => {
    const { deps, plans } = await start();
    const outcomes = await Promise.all([changePlan(deps, proposal()), changePlan(deps, proposal())]);
    expect(outcomes.map(({ kind }) => kind).sort()).toEqual(['changed', 'replayed']);
    expect(await plans()).toHaveLength(1);
  });

  it('give up after a while when somebody is always faster', async () => {
    const { deps, eventStore } = await start();
    let others = 0;
    const load: typeof eventStore.load = async (stream) => {
      const loaded = await eventStore.load(stream);
      if (stream === planStream && others < 100 && others++ % 2 === 0)
        await changePlan(deps, proposal({ idempotencyKey: `other-${others}` }));
      return loaded;
    };
    const outcome = await changePlan({ ...deps, eventStore: { ...eventStore, load } }, proposal());
    expect(outcome).toEqual({ kind: 'busy', tries: changeTriesMax });
  });
});

describe('a change of plan that is sent again', () => {
  it('hears the first outcome, whatever has been changed since', async () => {
    const { deps, plans } = await start();
    const first = await changePlan(deps, proposal());
    await changePlan(deps, proposal({ primary: us, idempotencyKey: 'back' }));
    expect(await changePlan(deps, proposal())).toEqual({ ...first, kind: 'replayed', isEnacted: false });
    expect(await changePlan(deps, proposal({ regions: [us, eu] }))).toMatchObject({ kind: 'replayed' });
    expect(await plans()).toHaveLength(2);
  });

  it('is refused where it says something else under the same key', async () => {
    const { deps } = await start();
    await changePlan(deps, proposal());
    for (const other of [{ primary: us }, { regions: [eu] }, { reason: 'a drill' }])
      expect(await changePlan(deps, proposal(other)), JSON.stringify(other)).toMatchObject({
        kind: 'key-reused',
        entryId: expect.any(String),
        seen: { [us]: 1 },
      });
  });

  it('enacts what a crash had left unenacted', async () => {
    const { deps, enacted } = await start();
    const died = { ...deps, document: { ...deps.document, replace: () => Promise.reject(new Error('killed')) } };
    await expect(changePlan(died, proposal())).rejects.toThrow('killed');
    expect(await enacted()).toMatchObject({ epoch: 0 });
    expect(await changePlan(deps, proposal())).toMatchObject({ kind: 'replayed', isEnacted: true });
    expect(await enacted()).toMatchObject({ primary: eu, epoch: 1 });
  });
});

describe('a change of plan with a witness', () => {
  it('takes its epoch there, and names the new primary there first', async () => {
    const witness = await witnessWith({ holder: us, epoch: 11, counter: 900 });
    const { deps } = await start({ witness: witness.store });
    expect(await changePlan(deps, proposal())).toMatchObject({ kind: 'changed', plan: { primary: eu, epoch: 12 } });
    expect((await witness.row.read()).lease).toEqual({ holder: eu, epoch: 12, counter: 901 });
  });

  it('follows the newest plan where the lease is older, or there is none yet', async () => {
    const plan = { ...healthyState.plan, epoch: 6, entryId: 'newer' };
    for (const lease of [undefined, { holder: us, epoch: 2, counter: 5 }]) {
      const store = createInMemoryControlStore();
      const row = createLeaseRow(store);
      if (lease) await row.replace(lease, 0);
      const { deps } = await start({ witness: store, state: { ...healthyState, plan } });
      expect(epochOf(await changePlan(deps, proposal()))).toBe(7);
      expect((await row.read()).lease).toMatchObject({ holder: eu, epoch: 7 });
    }
  });

  it('gets an epoch of its own when the holder renews, and when another change races', async () => {
    const witness = await witnessWith({ holder: us, epoch: 1, counter: 1 });
    const { deps, plans } = await start({ witness: witness.store });
    const outcomes = await Promise.all([
      changePlan(deps, proposal({ idempotencyKey: 'a' })),
      changePlan(deps, proposal({ idempotencyKey: 'b', primary: us })),
    ]);
    expect(outcomes.map(({ kind }) => kind)).toEqual(['changed', 'changed']);
    const epochs = outcomes.map(epochOf);
    expect(new Set(epochs).size).toBe(2);
    expect((await witness.row.read()).lease?.epoch).toBe(Math.max(...(epochs as number[])));
    expect(await plans()).toHaveLength(2);
  });

  it('changes nothing where the witness cannot be reached', async () => {
    const { deps, plans, enacted } = await start({ witness: unreachable });
    expect(await changePlan(deps, proposal())).toEqual({ kind: 'witness-unreachable' });
    expect(await plans()).toEqual([]);
    expect(await enacted()).toMatchObject({ epoch: 0 });
  });

  it('goes without one where a person says so, and the plan says it too', async () => {
    const state = { ...healthyState, lease: { kind: 'held', epoch: 8, untilMs: 1 } } as const;
    const { deps, enacted } = await start({ witness: unreachable, state });
    expect(await changePlan(deps, proposal({ withoutWitness: true }))).toMatchObject({
      kind: 'changed',
      plan: { epoch: 9, withoutWitness: true },
    });
    expect(await enacted()).toMatchObject({ withoutWitness: true });
    expect(await changePlan(deps, proposal({ withoutWitness: true }))).toMatchObject({ kind: 'replayed' });
    expect(await changePlan(deps, proposal())).toMatchObject({ kind: 'key-reused' });
  });

  it('is written after all by a retry, where the first try died between the lease and the plan', async () => {
    const witness = await witnessWith({ holder: us, epoch: 1, counter: 1 });
    const { deps, plans } = await start({ witness: witness.store });
    const dead = { ...deps.eventStore, append: () => Promise.reject(new LedgerFault('unavailable', 'gone')) };
    await expect(changePlan({ ...deps, eventStore: dead }, proposal())).rejects.toThrow('gone');
    expect((await witness.row.read()).lease).toMatchObject({ holder: eu, epoch: 2 });
    expect(await changePlan(deps, proposal())).toMatchObject({ kind: 'changed', plan: { primary: eu, epoch: 3 } });
    expect(await plans()).toHaveLength(1);
  });

  it('keeps the epoch that it holds when another plan outruns it, if that is still the newest', async () => {
    const witness = await witnessWith({ holder: us, epoch: 5, counter: 1 });
    const { deps, eventStore } = await start({ witness: witness.store });
    let isFirst = true;
    const append: typeof eventStore.append = async (entry) => {
      if (isFirst) {
        isFirst = false;
        const other = proposal({ primary: us, withoutWitness: true, idempotencyKey: 'other' });
        await changePlan({ ...deps, eventStore }, other);
      }
      return eventStore.append(entry);
    };
    expect(epochOf(await changePlan({ ...deps, eventStore: { ...eventStore, append } }, proposal()))).toBe(6);
    expect((await witness.row.read()).lease).toEqual({ holder: eu, epoch: 6, counter: 2 });
  });
});

it('means nothing by doing without a witness where there is none', async () => {
  const { deps } = await start();
  const outcome = await changePlan(deps, proposal({ withoutWitness: true }));
  expect(outcome).toMatchObject({ kind: 'changed' });
  expect('plan' in outcome && outcome.plan.withoutWitness).toBe(undefined);
});
