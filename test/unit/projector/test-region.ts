/** A region in memory around the real projector: what it holds, what it said, and what it counted. */
import { Logger } from '@aws-lambda-powertools/logger';
import type { DynamoDBRecord } from 'aws-lambda';
import { fold } from '../../../domain/fold/fold.ts';
import type { Entry } from '../../../domain/ledger/entry.ts';
import { retail } from '../../../domain/lifecycle/retail.ts';
import type { ProjectorMetrics } from '../../../domain/ports/metrics.ts';
import { createInMemoryAlertBus } from '../../../infra/in-memory/in-memory-alert-bus.ts';
import { createInMemoryControlStore } from '../../../infra/in-memory/in-memory-control-store.ts';
import { createInMemoryDeadLetterQueue } from '../../../infra/in-memory/in-memory-dead-letter-queue.ts';
import { createInMemoryEventStore } from '../../../infra/in-memory/in-memory-event-store.ts';
import { createInMemoryViews } from '../../../infra/in-memory/in-memory-view-store.ts';
import { createGenerationStore } from '../../../projections/generations/generation-store.ts';
import { firstGeneration } from '../../../projections/generations/generations.ts';
import { createProjector, type ProjectorDeps } from '../../../projections/projector/projector.ts';
import { type OrderView, projectionVersion } from '../../../projections/views/order-view.ts';
import { createLedger, sha256 } from '../../support/builders/ledger-builder.ts';
import { cancelled, packed, paid, placed, shipped } from '../../support/builders/retail-drafts.ts';
import { collect } from '../../support/collect.ts';
import { lambdaContext } from '../../support/stream-event.ts';

export const version = projectionVersion(retail);

export const createTestRegion = (changes: Partial<ProjectorDeps> = {}) => {
  const store = createInMemoryEventStore({ sha256 });
  const openViews = createInMemoryViews<OrderView>();
  const controlStore = createInMemoryControlStore();
  const generations = createGenerationStore(controlStore);
  const alertBus = createInMemoryAlertBus();
  const deadLetterQueue = createInMemoryDeadLetterQueue();
  const measured = createMeasurements();
  const loads: string[] = [];
  let nowMs = Date.UTC(2026, 0, 2);
  const deps: ProjectorDeps = {
    region: 'us-east-1',
    eventStore: {
      load: async (stream) => {
        loads.push(stream);
        return store.load(stream);
      },
    },
    openViews,
    controlStore,
    generations,
    alertBus,
    deadLetterQueue,
    fold: (entries) => fold(entries, retail),
    version,
    lifecycleName: retail.name,
    clock: { nowMs: () => nowMs },
    sha256,
    observability: { logger: new Logger({ logLevel: 'SILENT' }), metrics: measured.metrics, middlewares: [] },
    ...changes,
  };
  const projectorWith = (others: Partial<ProjectorDeps> = {}) => {
    const projector = createProjector({ ...deps, ...others });
    return (event: { readonly Records: readonly DynamoDBRecord[] }) =>
      projector({ Records: [...event.Records] }, lambdaContext());
  };
  const views = openViews(firstGeneration);
  return {
    deps,
    store,
    views,
    controlStore,
    generations,
    alertBus,
    deadLetterQueue,
    counts: measured.counts,
    durations: measured.durations,
    loads: () => loads,
    nowMs: () => nowMs,
    advance: (ms: number) => {
      nowMs += ms;
    },
    hold: (entries: readonly Entry[]) => {
      for (const entry of entries) store.replicate(entry);
      return entries;
    },
    rows: async () =>
      JSON.stringify((await collect(views.all())).sort((left, right) => (left.stream < right.stream ? -1 : 1))),
    project: projectorWith(),
    projectorWith,
  };
};

const createMeasurements = () => {
  const counts: Record<string, number> = {};
  const durations: { readonly name: string; readonly valuesMs: readonly number[]; readonly dimensions?: object }[] = [];
  const metrics: ProjectorMetrics = {
    count: (name, value) => {
      counts[name] = (counts[name] ?? 0) + value;
    },
    measure: (name, valuesMs, dimensions) => {
      durations.push({ name, valuesMs, ...(dimensions && { dimensions }) });
    },
  };
  return { metrics, counts: () => counts, durations: () => durations };
};

/** Packed and shipped here, cancelled there: the cancellation needs a person. */
export const contestedOrder = (stream: string): readonly Entry[] => {
  const order = createLedger({ stream });
  for (const draft of [placed(), paid()]) order.at('us-east-1').append(draft);
  order.replicateAll();
  for (const draft of [packed(), shipped()]) order.at('us-east-1').append(draft);
  order.at('eu-west-1').append(cancelled());
  return order.entries();
};

export const paidOrder = (stream: string): readonly Entry[] => {
  const order = createLedger({ stream });
  return [order.at('us-east-1').append(placed()), order.at('us-east-1').append(paid())];
};
