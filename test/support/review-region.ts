/**
 * Regions in memory around the real functions of the review: ledger, projected views, alerts, queues and workflows, over
 * one virtual clock. Nothing happens by itself: a test delivers, sweeps, replicates and lets workflows go on.
 */
import { Logger } from '@aws-lambda-powertools/logger';
import type { SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda';
import { fold } from '../../domain/fold/fold.ts';
import { retail } from '../../domain/lifecycle/retail.ts';
import type { CaseAlert } from '../../domain/ports/alert-bus.ts';
import { graceOf } from '../../domain/review/grace.ts';
import type { RegionState } from '../../domain/write-plan/region-state.ts';
import { configuredPlan } from '../../domain/write-plan/write-plan.ts';
import { alertToEntry } from '../../infra/eventbridge/alert-to-cloud-event.ts';
import { createInMemoryAlertBus } from '../../infra/in-memory/in-memory-alert-bus.ts';
import { createInMemoryControlStore } from '../../infra/in-memory/in-memory-control-store.ts';
import { createInMemoryEventStore } from '../../infra/in-memory/in-memory-event-store.ts';
import { createInMemoryReviewWorkflows } from '../../infra/in-memory/in-memory-review-workflows.ts';
import { createInMemoryViews } from '../../infra/in-memory/in-memory-view-store.ts';
import { createGenerationStore } from '../../projections/generations/generation-store.ts';
import { firstGeneration } from '../../projections/generations/generations.ts';
import { projectStream } from '../../projections/projector/project-stream.ts';
import { createLiveViews } from '../../projections/read-models/live-views.ts';
import { type OrderView, projectionVersion } from '../../projections/views/order-view.ts';
import { type AppendDeps, appendCommand } from '../../services/ledger/append-commands.ts';
import { type CaseRef, createCaseLives } from '../../services/review/case-lives.ts';
import { createRegionWatch } from '../../services/review/region-watch.ts';
import { type Resolution, resolveCase } from '../../services/review/resolve-case.ts';
import { createReviewFunctions, type ReviewFunctionsDeps } from '../../services/review/review-functions.ts';
import type { EventDraft } from './builders/retail-drafts.ts';
import { lambdaContext } from './stream-event.ts';
import { createTestDeps } from './test-deps.ts';
import { startMs } from './test-tokens.ts';

export const [us, eu] = ['us-east-1', 'eu-west-1'] as const;
export const stream = 'order/acme/1001';

export const createReviewClock = () => {
  let nowMs = startMs;
  return {
    nowMs: () => nowMs,
    advance: (ms: number) => {
      nowMs += ms;
    },
  };
};

export type ReviewClock = ReturnType<typeof createReviewClock>;

export interface ReviewRegionOptions {
  readonly regions?: readonly string[];
  readonly clock?: ReviewClock;
  /** A step of the review sees these in place of the region's own. */
  readonly changes?: (deps: ReviewFunctionsDeps) => Partial<ReviewFunctionsDeps>;
}

export const createReviewRegion = (
  region: string = us,
  { regions = [us, eu], clock = createReviewClock(), changes = () => ({}) }: ReviewRegionOptions = {},
) => {
  const { sha256, lifecycle, ...append } = createTestDeps(region);
  const eventStore = createInMemoryEventStore({ sha256 });
  const controlStore = createInMemoryControlStore();
  const openViews = createInMemoryViews<OrderView>();
  const alertBus = createInMemoryAlertBus();
  const workflows = createInMemoryReviewWorkflows();
  const counts: Record<string, number> = {};
  const count = (name: string, value = 1) => {
    counts[name] = (counts[name] ?? 0) + value;
  };
  const appendDeps: AppendDeps = { ...append, sha256, lifecycle, eventStore, clock, metrics: { count } };
  const heardAtMs = new Map(regions.filter((name) => name !== region).map((name) => [name, clock.nowMs()]));
  const circumstances = { isDrained: true };
  const lives = createCaseLives(controlStore);
  const base: ReviewFunctionsDeps = {
    region,
    regions,
    lifecycle,
    sha256,
    eventStore,
    lives,
    workflows,
    alertBus,
    regionWatch: createRegionWatch({
      regionDocument: { read: async () => ({ state: stateOf(), revision: 1 }) },
      clock,
      silenceMs: 600_000,
    }),
    views: createLiveViews({ generations: createGenerationStore(controlStore), openViews, clock }),
    grace: graceOf(retail),
    clock,
    logger: new Logger({ logLevel: 'SILENT' }),
    metrics: {
      count,
      gauge: (name, value) => {
        counts[name] = value;
      },
    },
    middlewares: [],
    resolve: (resolution) => resolveCase(appendDeps, resolution),
  };
  const deps: ReviewFunctionsDeps = { ...base, ...changes(base) };
  const functions = createReviewFunctions(deps);
  let keys = 0;
  let alertsGiven = 0;

  const stateOf = (): RegionState => ({
    agent: 'run',
    plan: configuredPlan(us, regions),
    breaker: { kind: circumstances.isDrained ? 'closed' : 'open', openings: [] },
    links: Object.fromEntries(
      [...heardAtMs].map(([peer, ms]) => [peer, { counter: 1, heardAtMs: ms, skewMs: 0, hasSickLink: false }]),
    ),
    counter: 1,
    writtenAtMs: clock.nowMs(),
  });

  const project = (of = stream) =>
    projectStream(
      {
        region,
        eventStore,
        openViews,
        alertBus,
        fold: (entries) => fold(entries, retail),
        version: projectionVersion(retail),
        clock,
      },
      of,
      [firstGeneration],
    );

  /** Case alerts that nobody has been given yet, as the rule puts them on the queue. */
  const newAlerts = (): readonly SQSRecord[] => {
    const published = alertBus.published();
    const alerts = published.slice(alertsGiven).filter((alert): alert is CaseAlert => 'cut' in alert);
    alertsGiven = published.length;
    return alerts.map((alert, i) => sqsRecord(`alert-${published.length}-${i}`, alertMessage(alert)));
  };

  const call = (
    queueFunction: (event: SQSEvent, context: ReturnType<typeof lambdaContext>) => Promise<SQSBatchResponse>,
    records: readonly SQSRecord[],
  ) => queueFunction({ Records: [...records] }, lambdaContext());

  const take = async (draft: EventDraft, idempotencyKey = `${region}-${++keys}`, of = stream) => {
    const kind = lifecycle.eventTypes.get(draft.type)?.kind ?? 'fact';
    const events = [{ type: draft.type, data: draft.data }] as const;
    return appendCommand(appendDeps, of, { kind, source: draft.source, events, idempotencyKey });
  };

  const refOf = (caseId: string): CaseRef => ({ stream, caseId });

  return {
    region,
    regions,
    clock,
    deps,
    appendDeps,
    eventStore,
    controlStore,
    alertBus,
    workflows,
    functions,
    counts,
    circumstances,
    project,
    newAlerts,
    take,
    /** An entry of these events, which is to be taken. */
    append: async (draft: EventDraft, of = stream) => {
      const outcome = await take(draft, undefined, of);
      if (outcome.kind !== 'appended') throw new Error(`${draft.type} was not taken: ${outcome.kind}`);
      return outcome.entry;
    },
    /** What the other region holds is here. */
    receive: async (from: { readonly eventStore: typeof eventStore }, of = stream) => {
      for (const entry of (await from.eventStore.load(of)).entries) eventStore.replicate(entry);
    },
    hear: (peer: string) => heardAtMs.set(peer, clock.nowMs()),
    openCases: (records: readonly SQSRecord[]) => call(functions.openCases, records),
    holdCases: (records: readonly SQSRecord[]) => call(functions.holdCases, records),
    decide: (input: unknown) => functions.decideCase(input, lambdaContext()),
    sweep: () => functions.sweepCases({}, lambdaContext()),
    resolve: (resolution: Partial<Resolution> & Pick<Resolution, 'caseId'>) =>
      resolveCase(appendDeps, {
        stream,
        outcome: {},
        reason: 'decided',
        idempotencyKey: `decision-${region}-${++keys}`,
        ...resolution,
      }),
    /** What is stored about a case says nothing any more. */
    spoil: async (caseId: string, value: unknown = 'lost') => {
      const stored = await controlStore.get('case/acme', caseId);
      if (!(await controlStore.put('case/acme', caseId, value, stored?.revision ?? 0))) throw new Error('not spoilt');
    },
    folded: async (of = stream) => fold((await eventStore.load(of)).entries, retail),
    life: async (caseId: string) => (await lives.read(refOf(caseId))).life,
    /** What the review said, in order. */
    said: () =>
      alertBus
        .published()
        .flatMap((alert) =>
          'workflow' in alert
            ? [`${alert.type} ${alert.workflow}${alert.outcome === undefined ? '' : ` ${alert.outcome}`}`]
            : [],
        ),
  };
};

export type ReviewRegion = ReturnType<typeof createReviewRegion>;

/** The whole EventBridge event, as a target queue gets it. */
export const alertMessage = (alert: CaseAlert): string => {
  const { Source, DetailType, Resources, Time, Detail } = alertToEntry(alert, 'rejoin');
  return JSON.stringify({
    version: '0',
    id: '6a7e8feb-b491-4cf7-a9f1-bf3703467718',
    'detail-type': DetailType,
    source: Source,
    account: '123456789012',
    time: Time.toISOString(),
    region: alert.region,
    resources: Resources,
    detail: JSON.parse(Detail),
  });
};

export const sqsRecord = (messageId: string, body: string): SQSRecord => ({
  messageId,
  receiptHandle: messageId,
  body,
  attributes: {
    ApproximateReceiveCount: '1',
    SentTimestamp: '0',
    SenderId: 'events',
    ApproximateFirstReceiveTimestamp: '0',
  },
  messageAttributes: {},
  md5OfBody: '',
  eventSource: 'aws:sqs',
  eventSourceARN: 'arn:aws:sqs:us-east-1:123456789012:case-alerts',
  awsRegion: us,
});
