import { describe, expect, it } from 'vitest';
import type { ControlStore } from '../../../domain/ports/control-store.ts';
import { LedgerFault } from '../../../domain/ports/event-store.ts';
import type { WritePlan } from '../../../domain/write-plan/write-plan.ts';
import { createInMemoryControlStore } from '../../../infra/in-memory/in-memory-control-store.ts';
import { cleanPlans, enactmentsKept } from '../../../services/write-plan/clean-plans.ts';
import { enactPlans } from '../../../services/write-plan/enact-plans.ts';
import { createEnactedPlans, enactedPlanName, enactedPlansKind } from '../../../services/write-plan/enacted-plans.ts';
import { createRegionDocument } from '../../../services/write-plan/region-document.ts';
import { eu, healthyState, us } from '../../support/test-write-plan.ts';

const planOf = (epoch: number, primary: string = us): WritePlan => ({
  primary,
  regions: [us, eu],
  epoch,
  entryId: `entry-${epoch}`,
});

const clock = { nowMs: () => 500 };

const start = async (active: WritePlan | undefined, records = 0) => {
  const controlStore = createInMemoryControlStore();
  const document = createRegionDocument(controlStore);
  const faults: unknown[] = [];
  const enactedPlans = createEnactedPlans({ controlStore, onFault: (fault) => faults.push(fault) });
  if (active) await document.replace({ ...healthyState, plan: active }, 0);
  const note = (epoch: number) => enactedPlans.note({ plan: planOf(epoch), enactedAtMs: epoch });
  for (let epoch = 1; epoch <= records; epoch++) await note(epoch);
  const epochs = async () => (await enactedPlans.list()).map(({ plan }) => plan.epoch);
  const enact = (plan: WritePlan) => enactPlans({ document, enactedPlans, configured: planOf(0), clock }, [plan]);
  return { controlStore, document, enactedPlans, note, epochs, enact, faults };
};

describe('the record of what a region enacted', () => {
  it('is left by whoever enacts a plan, with the time that the region’s document has', async () => {
    const { enact, enactedPlans, document } = await start(planOf(0));
    await enact(planOf(1, eu));
    await enact(planOf(1, eu));
    expect(await enactedPlans.list()).toEqual([{ plan: planOf(1, eu), enactedAtMs: 500 }]);
    expect((await document.read()).state).toMatchObject({ plan: planOf(1, eu), enactedAtMs: 500 });
  });

  it('is in the order of epochs, however many digits they have', async () => {
    const { note, epochs } = await start(planOf(0));
    for (const epoch of [10, 9, Number.MAX_SAFE_INTEGER, 100]) await note(epoch);
    expect(await epochs()).toEqual([9, 10, 100, Number.MAX_SAFE_INTEGER]);
  });

  it('keeps nobody from enacting where it cannot be written', async () => {
    const { controlStore, document, faults, enact } = await start(planOf(0));
    const broken = { ...controlStore, get: () => Promise.reject(new LedgerFault('throttled', 'too much')) };
    const enactedPlans = createEnactedPlans({ controlStore: broken, onFault: (fault) => faults.push(fault) });
    const deps = { document, enactedPlans, configured: planOf(0), clock };
    expect(await enactPlans(deps, [planOf(1)])).toEqual(planOf(1));
    expect(faults).toHaveLength(1);
    expect(await enact(planOf(1))).toEqual(planOf(1));
  });

  it('is passed over where it cannot be read', async () => {
    const { controlStore, epochs } = await start(planOf(0), 2);
    await controlStore.put(enactedPlansKind, '0000000000000001-odd', { plan: 'eu-west-1' }, 0);
    expect(await epochs()).toEqual([1, 2]);
  });
});

describe('a region without a document', () => {
  it('goes by the configured plan until its agent has written one', async () => {
    const { enact, document } = await start(undefined);
    expect(await enact(planOf(1, eu))).toEqual(planOf(0));
    expect((await document.read()).state).toBeUndefined();
  });
});

describe('the clean-up of records', () => {
  it('keeps the newest, and is done when it runs again', async () => {
    const { controlStore, document, epochs } = await start(planOf(60), 60);
    expect(await cleanPlans({ controlStore, document })).toHaveLength(60 - enactmentsKept);
    expect((await epochs())[0]).toBe(11);
    expect(await cleanPlans({ controlStore, document })).toEqual([]);
    expect(await epochs()).toHaveLength(enactmentsKept);
  });

  it('never removes the record of the active plan, however old that is', async () => {
    const { controlStore, document, epochs } = await start(planOf(2), 6);
    await cleanPlans({ controlStore, document }, 3);
    expect(await epochs()).toEqual([2, 4, 5, 6]);
  });

  it.each([
    ['none', undefined],
    ['none that can be read', 'a document of nobody'],
  ])('removes nothing where %s says which plan is active', async (_, text) => {
    const { controlStore, document, epochs } = await start(undefined, 6);
    if (text !== undefined) await controlStore.put('write-plan', 'region', text, 0);
    expect(await cleanPlans({ controlStore, document }, 3)).toEqual([]);
    expect(await epochs()).toHaveLength(6);
  });

  it('leaves a plan alone that is enacted between its looking and its removing', async () => {
    // Only a region whose document was lost enacts so old a plan.
    const { controlStore, document, epochs, enact } = await start(planOf(0), 6);
    const racing: ControlStore = {
      ...controlStore,
      remove: async (kind, name, revision) => {
        if (name === enactedPlanName(planOf(2))) await enact(planOf(2));
        return controlStore.remove(kind, name, revision);
      },
    };
    expect(await cleanPlans({ controlStore: racing, document }, 3)).toHaveLength(2);
    expect(await epochs()).toEqual([2, 4, 5, 6]);
  });

  it('leaves the record of a plan that is enacted while it is being removed', async () => {
    const { controlStore, document, epochs } = await start(planOf(0), 6);
    const onFault = () => undefined;
    // The clean-up removes between the enactor's reading and its writing of the record.
    const racing: ControlStore = {
      ...controlStore,
      get: async (kind, name) => {
        const standing = await controlStore.get<never>(kind, name);
        if (standing && kind === enactedPlansKind) await controlStore.remove(kind, name, standing.revision);
        return standing;
      },
    };
    const enactedPlans = createEnactedPlans({ controlStore: racing, onFault });
    await enactPlans({ document, enactedPlans, configured: planOf(0), clock }, [planOf(2)]);
    expect(await epochs()).toContain(2);
  });

  it('does no harm when two run at once', async () => {
    const { controlStore, document, epochs } = await start(planOf(20), 20);
    const [one, other] = await Promise.all([
      cleanPlans({ controlStore, document }, 5),
      cleanPlans({ controlStore, document }, 5),
    ]);
    expect(one.length + other.length).toBe(15);
    expect(await epochs()).toEqual([16, 17, 18, 19, 20]);
  });

  it('cannot take the enacted plan away: the region’s document is not among what it removes', async () => {
    const { controlStore, document } = await start(planOf(3), 3);
    for await (const { name, revision } of controlStore.list(enactedPlansKind))
      await controlStore.remove(enactedPlansKind, name, revision);
    expect((await document.read()).state?.plan).toEqual(planOf(3));
  });
});
