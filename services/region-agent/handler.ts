/**
 * The region's agent on Lambda: the composition root that puts DynamoDB, the witness, Powertools and the settings behind
 * it. EventBridge Scheduler starts it every minute.
 *
 * Built at the first run and kept for the next, so that importing this file reads no environment.
 */
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Context, ScheduledEvent } from 'aws-lambda';
import type { WritePlanSettings } from '../../domain/write-plan/write-plan-settings.ts';
import { createDocumentClient } from '../../infra/dynamodb/document-client.ts';
import { createDynamoDbControlStore } from '../../infra/dynamodb/dynamodb-control-store.ts';
import { createDynamoDbEventStore } from '../../infra/dynamodb/dynamodb-event-store.ts';
import { createDynamoDbHeartbeats } from '../../infra/dynamodb/dynamodb-heartbeats.ts';
import { witnessTimeoutMs, witnessTriesMax } from '../../infra/dynamodb/dynamodb-limits.ts';
import { sha256 } from '../../infra/node/sha256.ts';
import { createAgentMetrics } from '../../infra/powertools/agent-metrics.ts';
import { createPowertools } from '../../infra/powertools/create-powertools.ts';
import { readSettings, SettingsError } from '../../infra/settings/settings.ts';
import { type AgentFunction, createAgentFunction } from './agent-function.ts';

export const handler = async (event: ScheduledEvent, context: Context): Promise<void> => {
  agent ??= buildAgent();
  return agent(event, context);
};

let agent: AgentFunction | undefined;
const serviceName = 'region-agent';

const buildAgent = (): AgentFunction => {
  const { region, peers, ledgerTable, controlTable, writePlan } = readSettings();
  if (writePlan === undefined)
    throw new SettingsError([
      'PRIMARY_REGION: where every region may always write there is nothing for an agent to do',
    ]);
  const waits = { sleep, random: Math.random };
  const shared = { ...waits, documentClient: createDocumentClient({ region }) };
  const clock = { nowMs: Date.now };
  return createAgentFunction({
    region,
    peers: peers.map((peer) => peer.region),
    settings: writePlan,
    eventStore: createDynamoDbEventStore({ ...shared, tableName: ledgerTable, sha256 }),
    heartbeats: createDynamoDbHeartbeats({ ...shared, tableName: ledgerTable }),
    controlStore: createDynamoDbControlStore({ ...shared, tableName: controlTable }),
    witness: writePlan.witness && openWitness(writePlan.witness, controlTable),
    ...waits,
    sha256,
    clock,
    newRunId: randomUUID,
    observability: { ...createPowertools({ serviceName }), agentMetrics: createAgentMetrics({ serviceName, clock }) },
  });
};

const openWitness = (witness: NonNullable<WritePlanSettings['witness']>, tableName: string) =>
  createDynamoDbControlStore({
    documentClient: createDocumentClient({
      ...witness,
      requestTimeoutMs: witnessTimeoutMs,
      connectionTimeoutMs: witnessTimeoutMs,
    }),
    tableName,
    sleep: (ms) => sleep(ms),
    random: Math.random,
    triesMax: witnessTriesMax,
  });
