/**
 * One region in memory for the tests of the rebuild: a ledger, views, a projector that feeds what is to be fed, and a
 * gate through which every request of a rebuild passes, so that a test may do something, or end everything, before any.
 */
import { fold } from '../../../domain/fold/fold.ts';
import type { Entry } from '../../../domain/ledger/entry.ts';
import type { Lifecycle } from '../../../domain/lifecycle/define-lifecycle.ts';
import { retail } from '../../../domain/lifecycle/retail.ts';
import { createInMemoryAlertBus } from '../../../infra/in-memory/in-memory-alert-bus.ts';
import { createInMemoryControlStore } from '../../../infra/in-memory/in-memory-control-store.ts';
import { createInMemoryEventStore } from '../../../infra/in-memory/in-memory-event-store.ts';
import { createInMemoryViews } from '../../../infra/in-memory/in-memory-view-store.ts';
import { createGenerationStore } from '../../../projections/generations/generation-store.ts';
import { fedGenerations, liveGeneration } from '../../../projections/generations/generations.ts';
import { projectStream } from '../../../projections/projector/project-stream.ts';
import {
  type RebuildDeps,
  type RebuildOptions,
  type Rebuilt,
  rebuildGeneration,
} from '../../../projections/rebuild/rebuild-generation.ts';
import { foldedToOrderView, type OrderView, projectionVersion } from '../../../projections/views/order-view.ts';
import { createLedger, sha256 } from '../../support/builders/ledger-builder.ts';
import { cancelled, packed, paid, placed, shipped } from '../../support/builders/retail-drafts.ts';
import { collect } from '../../support/collect.ts';

export const region = 'us-east-1';

/** Before every request of a port, with its name. */
export type Gate = (request: string) => Promise<void> | void;

export interface RunOptions extends RebuildOptions {
  readonly lifecycle?: Lifecycle;
  readonly gate?: Gate;
  /** Takes the place of some of what the region gives. */
  readonly deps?: Partial<RebuildDeps>;
}

export const createRegion = () => {
  const eventStore = createInMemoryEventStore({ sha256 });
  const openViews = createInMemoryViews<OrderView>();
  const controlStore = createInMemoryControlStore();
  const alertBus = createInMemoryAlertBus();
  const generations = createGenerationStore(controlStore);
  let nowMs = Date.UTC(2026, 0, 2);
  const clock = { nowMs: () => nowMs };

  const projection = (lifecycle: Lifecycle) => ({
    region,
    fold: (entries: readonly Entry[]) => fold(entries, lifecycle),
    version: projectionVersion(lifecycle),
    clock,
  });

  const depsOf = ({ lifecycle = retail, gate = () => {}, deps = {} }: RunOptions): RebuildDeps => ({
    ...projection(lifecycle),
    lifecycleName: lifecycle.name,
    eventStore: gated('ledger', eventStore, gate),
    openViews: (name) => gated(`views ${name}`, openViews(name), gate),
    controlStore: gated('control', controlStore, gate),
    generations: createGenerationStore(gated('generations', controlStore, gate)),
    alertBus: gated('alerts', alertBus, gate),
    sleep: async (ms) => {
      nowMs += ms;
    },
    ...deps,
  });

  const hold = async (entries: readonly Entry[]): Promise<void> => {
    for (const entry of entries) eventStore.replicate(entry);
  };

  /** As the projector does with one doorbell. */
  const project = async (streams: Iterable<string>, lifecycle: Lifecycle = retail): Promise<void> => {
    const fed = fedGenerations(await generations.read()).map(({ name }) => name) as [string, ...string[]];
    for (const stream of new Set(streams))
      await projectStream({ ...projection(lifecycle), eventStore, openViews, alertBus }, stream, fed);
  };

  return {
    eventStore,
    openViews,
    controlStore,
    alertBus,
    generations,
    clock,
    hold,
    project,
    foldOf: (entries: readonly Entry[]) => fold(entries, retail),
    advance: (ms: number) => {
      nowMs += ms;
    },
    holdAndProject: async (entries: readonly Entry[], lifecycle: Lifecycle = retail) => {
      await hold(entries);
      await project(
        entries.map(({ stream }) => stream),
        lifecycle,
      );
    },
    rebuild: (options: RunOptions = {}): Promise<Rebuilt> =>
      rebuildGeneration(depsOf(options), { parts: 2, ...options }),
    /** The live rows, and what the ledger folds to, both without the time of folding. */
    liveRows: async () => rowsOf(await collect(openViews(liveGeneration(await generations.read()).name).all())),
    foldedRows: async (lifecycle: Lifecycle = retail) => {
      const rows = [];
      for await (const stream of eventStore.streams()) {
        const { entries } = await eventStore.load(stream);
        const { version } = projection(lifecycle);
        if (entries.length > 0) rows.push(foldedToOrderView(fold(entries, lifecycle), { version, foldedAtMs: 0 }));
      }
      return rowsOf(JSON.parse(JSON.stringify(rows)));
    },
    liveTotals: async () => collect(openViews(liveGeneration(await generations.read()).name).allTotals()),
  };
};

export type Region = ReturnType<typeof createRegion>;

const rowsOf = <Row extends { stream: string; foldedAtMs: number }>(rows: readonly Row[]) =>
  rows.map(({ foldedAtMs: _, ...row }) => row).sort((left, right) => (left.stream < right.stream ? -1 : 1));

/** What the rows add up to, by tenant; totals of 0 left out. */
export const sumsOf = (
  rows: readonly { listing: { tenant: string }; contribution: Readonly<Record<string, number>> }[],
) => {
  const byTenant = new Map<string, Record<string, number>>();
  for (const { listing, contribution } of rows) {
    const sums = byTenant.get(listing.tenant) ?? {};
    byTenant.set(listing.tenant, sums);
    for (const [name, amount] of Object.entries(contribution)) sums[name] = (sums[name] ?? 0) + amount;
  }
  return byTenant;
};

/** Every method waits at the gate; iterables wait before each item. */
const gated = <Port extends object>(name: string, port: Port, gate: Gate): Port =>
  new Proxy(port, {
    get: (target, key) => {
      const method = Reflect.get(target, key);
      if (typeof method !== 'function') return method;
      return (...args: unknown[]) => {
        const request = `${name} ${String(key)}`;
        if (['scan', 'all', 'allTotals', 'streams', 'list'].includes(String(key)) && !args.some(isListQuery))
          return gatedItems(method.apply(target, args), () => gate(request));
        return Promise.resolve(gate(request)).then(() => method.apply(target, args));
      };
    },
  });

const isListQuery = (arg: unknown): boolean => typeof arg === 'object' && arg !== null && 'limit' in arg;

async function* gatedItems(items: AsyncIterable<unknown>, gate: () => Promise<void> | void) {
  await gate();
  for await (const item of items) {
    yield item;
    await gate();
  }
}

/** Orders of several fates: paid, on their way, contested, and reported out of order. */
export const someOrders = (count: number, { tenant = 'acme', first = 0 } = {}): readonly Entry[] =>
  Array.from({ length: count }, (_, i) =>
    orderOf(`order/${tenant}/${String(first + i).padStart(4, '0')}`, first + i),
  ).flat();

const orderOf = (stream: string, fate: number): readonly Entry[] => {
  const ledger = createLedger({ stream, seed: fate + 1 });
  const [us, eu] = [ledger.at('us-east-1'), ledger.at('eu-west-1')];
  us.append(placed());
  if (fate % 4 === 3) {
    us.append(shipped());
    return ledger.entries();
  }
  us.append(paid());
  ledger.replicateAll();
  if (fate % 4 === 1) {
    us.append(packed());
    us.append(shipped());
    eu.append(cancelled());
  }
  if (fate % 4 === 2) eu.append(cancelled());
  ledger.replicateAll();
  return ledger.entries();
};
