import { describe, expect, it } from 'vitest';
import { planStream } from '../../../domain/ledger/stream-name.ts';
import { LedgerFault } from '../../../domain/ports/event-store.ts';
import { findPlanConflicts } from '../../../domain/write-plan/enact-plan.ts';
import { plansOf } from '../../../domain/write-plan/plan-stream.ts';
import { configuredPlan } from '../../../domain/write-plan/write-plan.ts';
import { changePlan } from '../../../services/write-plan/change-plan.ts';
import { recordTakeover, takeoverReason } from '../../../services/write-plan/record-takeover.ts';
import { createTestPlanRegion, eu, us } from '../../support/test-write-plan.ts';

const over = configuredPlan(us, [us]);

const start = async () => {
  const { deps, eventStore } = await createTestPlanRegion({ region: eu });
  return { deps, eventStore, plans: async () => plansOf((await eventStore.load(planStream)).entries) };
};

describe('the plan of a takeover', () => {
  it('names the region that took over, beside those that were in the plan, with the epoch of the lease', async () => {
    const { deps, plans } = await start();
    await recordTakeover(deps, { epoch: 4, over });
    expect(await plans()).toMatchObject([
      { primary: eu, regions: [us, eu], epoch: 4, reason: takeoverReason, actor: 'region-agent', region: eu },
    ]);
  });

  it('is written once, however often, by however many, and whatever plan they went by', async () => {
    const { deps, plans } = await start();
    const takeover = { epoch: 4, over };
    await Promise.all([
      recordTakeover(deps, takeover),
      recordTakeover(deps, { epoch: 4, over: configuredPlan(eu, []) }),
    ]);
    await recordTakeover(deps, takeover);
    expect(await plans()).toHaveLength(1);
    await recordTakeover(deps, { ...takeover, epoch: 5 });
    expect((await plans()).map(({ epoch }) => epoch)).toEqual([4, 5]);
  });

  it('is left to the operator who gave the region the lease and has said so', async () => {
    const { deps, plans } = await start();
    const promoted = { primary: eu, regions: [eu], reason: 'a drill', actor: 'on-call', idempotencyKey: 'promote-1' };
    await changePlan(deps, promoted);
    await recordTakeover(deps, { epoch: 1, over });
    expect(await plans()).toMatchObject([{ reason: 'a drill', regions: [eu] }]);
    expect(findPlanConflicts(await plans())).toEqual([]);
  });

  it('fails where it cannot be written, so that the next beat tries again', async () => {
    const { deps, eventStore, plans } = await start();
    const append = () => Promise.reject(new LedgerFault('unavailable', 'no ledger'));
    const broken = { ...deps, eventStore: { ...eventStore, append } };
    await expect(recordTakeover(broken, { epoch: 4, over })).rejects.toThrow('no ledger');
    const taken = async () => ({ kind: 'position-taken' }) as const;
    const busy = { ...deps, eventStore: { ...eventStore, append: taken } };
    await expect(recordTakeover(busy, { epoch: 4, over })).rejects.toThrow('the plan of epoch 4 was not written: busy');
    expect(await plans()).toEqual([]);
  });
});
