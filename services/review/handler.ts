/**
 * The review on Lambda: the composition root that puts DynamoDB, Step Functions, EventBridge and the settings behind its
 * four functions.
 *
 * Each is built at its first event and kept for the next, so that importing this file reads no environment, and a function
 * needs only what it uses: none but decideCase seals what is personal.
 */
import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Context, ScheduledEvent, SQSBatchResponse, SQSEvent } from 'aws-lambda';
import { retail } from '../../domain/lifecycle/retail.ts';
import { graceOf } from '../../domain/review/grace.ts';
import { createDocumentClient } from '../../infra/dynamodb/document-client.ts';
import { createDynamoDbControlStore } from '../../infra/dynamodb/dynamodb-control-store.ts';
import { createDynamoDbCustomerKeys } from '../../infra/dynamodb/dynamodb-customer-keys.ts';
import { createDynamoDbEventStore } from '../../infra/dynamodb/dynamodb-event-store.ts';
import { createDynamoDbViews } from '../../infra/dynamodb/dynamodb-view-store.ts';
import { createEventBridgeAlertBus } from '../../infra/eventbridge/eventbridge-alert-bus.ts';
import { createEventBridgeClient } from '../../infra/eventbridge/eventbridge-client.ts';
import { sha256 } from '../../infra/node/sha256.ts';
import { createCustomerKeyRing } from '../../infra/personal-data/customer-key-ring.ts';
import { openKeyWrap } from '../../infra/personal-data/open-key-wrap.ts';
import { createPowertools } from '../../infra/powertools/create-powertools.ts';
import { readSettings, SettingsError } from '../../infra/settings/settings.ts';
import { createStepFunctionsClient } from '../../infra/step-functions/step-functions-client.ts';
import { createStepFunctionsWorkflows } from '../../infra/step-functions/step-functions-workflows.ts';
import { createGenerationStore } from '../../projections/generations/generation-store.ts';
import { createLiveViews } from '../../projections/read-models/live-views.ts';
import type { OrderView } from '../../projections/views/order-view.ts';
import { openWriteGate } from '../write-plan/open-write-gate.ts';
import { createRegionDocument } from '../write-plan/region-document.ts';
import { createCaseLives } from './case-lives.ts';
import type { NextStep } from './decide-case.ts';
import { createRegionWatch } from './region-watch.ts';
import { resolveCase } from './resolve-case.ts';
import {
  createDecideCase,
  createHoldCases,
  createOpenCases,
  createSweepCases,
  type DecideFunction,
  type QueueFunction,
  type SweepFunction,
} from './review-functions.ts';
import type { SweepReport } from './sweep-cases.ts';

export const openCases = async (event: SQSEvent, context: Context): Promise<SQSBatchResponse> => {
  built.openCases ??= createOpenCases(buildParts());
  return built.openCases(event, context);
};

export const holdCases = async (event: SQSEvent, context: Context): Promise<SQSBatchResponse> => {
  built.holdCases ??= createHoldCases(buildParts());
  return built.holdCases(event, context);
};

export const decideCase = async (input: unknown, context: Context): Promise<NextStep> => {
  built.decideCase ??= buildDecideCase();
  return built.decideCase(input, context);
};

export const sweepCases = async (event: ScheduledEvent, context: Context): Promise<SweepReport> => {
  built.sweepCases ??= buildSweepCases();
  return built.sweepCases(event, context);
};

const built: {
  openCases?: QueueFunction;
  holdCases?: QueueFunction;
  decideCase?: DecideFunction;
  sweepCases?: SweepFunction;
} = {};

const clock = { nowMs: Date.now };

const buildParts = () => {
  const settings = readSettings();
  const { region, peers, consistency, ledgerTable, ledgerShards, controlTable, alertBus, review, writePlan } = settings;
  if (review === undefined)
    throw new SettingsError(['REVIEW_STATE_MACHINE_ARN: the review has to know where its workflows are started']);
  const shared = { documentClient: createDocumentClient({ region }), sleep, random: Math.random };
  const controlStore = createDynamoDbControlStore({ ...shared, tableName: controlTable });
  const { logger, metrics, middlewares } = createPowertools({ serviceName: 'review' });
  return {
    shared,
    settings,
    controlStore,
    region,
    regions: [region, ...peers.map((peer) => peer.region)],
    consistency,
    lifecycle: retail,
    eventStore: createDynamoDbEventStore({
      ...shared,
      tableName: ledgerTable,
      shardsPerRegion: ledgerShards,
      sha256,
    }),
    lives: createCaseLives(controlStore),
    workflows: createStepFunctionsWorkflows({
      client: createStepFunctionsClient({ region }),
      stateMachineArn: review.stateMachineArn,
    }),
    alertBus: createEventBridgeAlertBus({ ...shared, client: createEventBridgeClient({ region }), busName: alertBus }),
    regionWatch: createRegionWatch({
      regionDocument: writePlan && createRegionDocument(controlStore),
      clock,
      silenceMs: review.takeoverMs,
    }),
    grace: { ...graceOf(retail), ...review.graceMs },
    clock,
    logger,
    // A gauge is read once a sweep, so one value of it is the sum, the maximum and the last.
    metrics: { count: metrics.count, gauge: metrics.count },
    counts: metrics,
    middlewares,
  };
};

const buildSweepCases = (): SweepFunction => {
  const { shared, settings, controlStore, ...parts } = buildParts();
  return createSweepCases({
    ...parts,
    views: createLiveViews({
      generations: createGenerationStore(controlStore),
      openViews: createDynamoDbViews<OrderView>({ ...shared, tableName: settings.viewsTable }),
      clock,
    }),
  });
};

const buildDecideCase = (): DecideFunction => {
  const { shared, settings, controlStore, counts, ...parts } = buildParts();
  const { region, regions, consistency, eventStore, lifecycle, logger } = parts;
  const { personalData, ledgerTable, writePlan } = settings;
  if (personalData === undefined)
    throw new SettingsError(['PERSONAL_DATA_KMS_KEY: a decision may hold what is personal, and has to be sealed']);
  const append = {
    eventStore,
    lifecycle,
    region,
    consistency,
    clock,
    random: shared.random,
    sleep,
    sha256,
    personalData: createCustomerKeyRing({
      keyStore: createDynamoDbCustomerKeys({ ...shared, tableName: ledgerTable, consistency }),
      keyWrap: openKeyWrap(personalData, { region }),
      region,
      clock,
      randomBytes,
    }),
    writeGate: openWriteGate({
      settings: writePlan,
      region,
      peers: regions.filter((name) => name !== region),
      controlStore,
      clock,
      stopwatch: { nowMs: () => performance.now() },
      sleep,
      onFault: (fault) => logger.error('the write plan cannot be read', fault as Error),
    }),
    metrics: counts,
  };
  return createDecideCase({ ...parts, sha256, resolve: (resolution) => resolveCase(append, resolution) });
};
