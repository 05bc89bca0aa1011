/**
 * The race of October 2025, as a region's plan would have run it.
 *
 * Source: AWS, "Summary of the Amazon DynamoDB Service Disruption in the Northern Virginia (US-EAST-1) Region", October 19
 * and 20, 2025. A planner kept writing plans for DynamoDB's DNS, and enactors in several zones applied them without a lock:
 * each looked once whether its plan was newer than the applied one, and then applied it. One enactor was very slow. While it
 * was, newer plans were written, another enactor applied the newest and cleared old plans away; the slow one put its old
 * plan over the newest, and the clean-up deleted that old plan, which was the active one. An empty record was left.
 *
 * Here three enactors, a planner and a clean-up work on one region's control table, with the same pauses either by that
 * design or by ours.
 */
import type { ControlStore } from '../../../domain/ports/control-store.ts';
import { initialBreaker } from '../../../domain/write-plan/breaker.ts';
import { newestPlan, type WritePlan } from '../../../domain/write-plan/write-plan.ts';
import { cleanPlans } from '../../../services/write-plan/clean-plans.ts';
import { enactPlans } from '../../../services/write-plan/enact-plans.ts';
import { createEnactedPlans } from '../../../services/write-plan/enacted-plans.ts';
import { createRegionDocument } from '../../../services/write-plan/region-document.ts';
import { createInvocation, type Invocation } from '../kernel/invocation.ts';
import { createRandomStreams } from '../kernel/random-streams.ts';
import { createScheduler, type Scheduler } from '../kernel/scheduler.ts';
import { createTrace } from '../kernel/trace.ts';
import { createControlTable, createSimulatedControlStore } from '../model/simulated-control-store.ts';

/** How plans are enacted and cleared away. */
export interface PlanKeeping {
  readonly planned: (store: ControlStore, plan: WritePlan) => Promise<void>;
  /** `pause` is where a slow enactor is slow: between looking and putting. */
  readonly enact: (store: ControlStore, known: readonly WritePlan[], pause: () => Promise<void>) => Promise<void>;
  readonly cleanUp: (store: ControlStore) => Promise<void>;
  /** The plan that holds; undefined where there is none any more. */
  readonly active: (store: ControlStore) => Promise<WritePlan | undefined>;
}

/** When things begin, in ms, and for how long the enactor that began pauses. */
export interface RaceTimes {
  readonly planEveryMs: number;
  readonly enactors: readonly { readonly atMs: number; readonly pauseMs: number }[];
  readonly cleanUpsAtMs: readonly number[];
}

export interface RaceEnd {
  readonly active: WritePlan | undefined;
  readonly newest: WritePlan | undefined;
}

export const planOfEpoch = (epoch: number): WritePlan => ({
  primary: epoch % 2 === 0 ? 'us-east-1' : 'eu-west-1',
  regions: ['eu-west-1', 'us-east-1'],
  epoch,
  entryId: epoch === 0 ? '' : `plan-${epoch}`,
});

/** Virtual time: the same times and seed give the same end. */
export const runRace = async (keeping: PlanKeeping, times: RaceTimes, seed = 1): Promise<RaceEnd> => {
  const scheduler = createScheduler({ startMs: 0, trace: createTrace() });
  const control = createControlTable(() => undefined);
  const known: WritePlan[] = [];
  let end: RaceEnd | undefined;
  const start = (atMs: number, name: string, work: (store: ControlStore, invocation: Invocation) => Promise<void>) =>
    scheduler.after(atMs, name, () => {
      const invocation = invocationOf(scheduler, seed, `${name} ${atMs}`);
      scheduler.wake();
      work(createSimulatedControlStore(control, { request: invocation.io }), invocation).catch(scheduler.fail);
    });

  for (let epoch = 1; epoch <= plansMax; epoch++)
    start((epoch - 1) * times.planEveryMs, 'planner', async (store) => {
      known.push(planOfEpoch(epoch));
      await keeping.planned(store, planOfEpoch(epoch));
    });
  for (const { atMs, pauseMs } of times.enactors)
    start(atMs, 'enactor', (store, { sleep }) => keeping.enact(store, [...known], () => sleep(pauseMs)));
  for (const atMs of times.cleanUpsAtMs) start(atMs, 'clean-up', (store) => keeping.cleanUp(store));
  start(endMs, 'reader', async (store) => {
    end = { active: await keeping.active(store), newest: newestPlan(known) };
  });
  await scheduler.runUntil(endMs + 1_000);
  if (!end) throw new Error('nobody has read how it ended');
  return end;
};

export const plansMax = 6;
export const endMs = 600_000;

const invocationOf = (scheduler: Scheduler, seed: number, name: string): Invocation =>
  createInvocation({
    scheduler,
    random: createRandomStreams(seed)(name),
    dice: { strikes: () => false, reached: () => undefined },
  });

const kind = 'race';

/** Plans lie by themselves, the active one is named, and each enactor looks before it puts. */
export const asInOctober2025: PlanKeeping = {
  planned: async (store, plan) => void (await store.put(kind, `plan-${plan.epoch}`, plan, 0)),
  enact: async (store, known, pause) => {
    const newest = newestPlan(known);
    const named = await store.get<{ epoch: number }>(kind, 'active');
    if (!newest || (named && named.value.epoch >= newest.epoch)) return;
    await pause();
    const standing = await store.get(kind, 'active');
    await store.put(kind, 'active', { epoch: newest.epoch }, standing?.revision ?? 0);
  },
  cleanUp: async (store) => {
    const plans = [];
    for await (const document of store.list<WritePlan>(kind)) if (document.name !== 'active') plans.push(document);
    for (const { name, revision } of plans.slice(0, -kept)) await store.remove(kind, name, revision);
  },
  active: async (store) => {
    const named = await store.get<{ epoch: number }>(kind, 'active');
    return named && (await store.get<WritePlan>(kind, `plan-${named.value.epoch}`))?.value;
  },
};

/** The plan lies whole in the region's document, and is put over what was read. */
export const asRejoin: PlanKeeping = {
  planned: async () => undefined,
  enact: async (store, known, pause) => {
    const document = createRegionDocument(store);
    const { state } = await document.read();
    if (!state) await document.replace(stateOf(planOfEpoch(0)), 0);
    const read = async () => {
      const stored = await document.read();
      await pause();
      return stored;
    };
    const slow = { ...document, read };
    const deps = {
      document: slow,
      enactedPlans: enactedPlansIn(store),
      configured: planOfEpoch(0),
      clock: { nowMs: () => 0 },
    };
    await enactPlans(deps, known);
  },
  cleanUp: async (store) =>
    void (await cleanPlans({ controlStore: store, document: createRegionDocument(store) }, kept)),
  active: async (store) => (await createRegionDocument(store).read()).state?.plan,
};

const kept = 1;

const stateOf = (plan: WritePlan) => ({
  agent: 'run-1',
  plan,
  breaker: initialBreaker,
  links: {},
  counter: 0,
  writtenAtMs: 0,
});

const enactedPlansIn = (controlStore: ControlStore) => createEnactedPlans({ controlStore, onFault: () => undefined });
