/**
 * A region's Lambda host: one process that runs the real handlers behind local HTTP, the region's ledger stream, its
 * queues and its schedules, and for its workflows.
 *
 * It owns nothing. All that is worth keeping is in DynamoDB before anybody is told, so this process may be killed at any
 * instant; the supervisor starts another, which reads the stream from its oldest record again. The handlers find their
 * settings where Lambda puts them, in the environment.
 */
import { flushCompileCache } from 'node:module';
import { setTimeout as sleep } from 'node:timers/promises';
import { DescribeTableCommand } from '@aws-sdk/client-dynamodb';
import { DynamoDBStreamsClient } from '@aws-sdk/client-dynamodb-streams';
import { SendMessageCommand } from '@aws-sdk/client-sqs';
import { handler as projector } from '../../../projections/projector/handler.ts';
import { handler as orderApi } from '../../../services/order-api/handler.ts';
import { handler as regionAgent } from '../../../services/region-agent/handler.ts';
import { decideCase, holdCases, openCases, sweepCases } from '../../../services/review/handler.ts';
import { createDocumentClient } from '../../dynamodb/document-client.ts';
import { readSettings } from '../../settings/settings.ts';
import { createSqsClient } from '../../sqs/sqs-client.ts';
import { createStreamReader } from '../dynamodb-stream-reader.ts';
import { startHttpTrigger } from '../http-trigger.ts';
import { isNoHeartbeat, readLambdaRecords } from '../lambda-records.ts';
import { startReviewTriggers } from '../review-triggers.ts';
import { startScheduleTrigger } from '../schedule-trigger.ts';
import { createSqsQueueSource } from '../sqs-queue-source.ts';
import { startStreamTrigger } from '../stream-trigger.ts';
import { type HostTriggers, type MessageFromHost, parseHostTriggers, parseMessageToHost } from './messages.ts';

const runRegionHost = async (port: number, triggers: HostTriggers): Promise<void> => {
  const { region, ledgerTable, deadLetterQueueUrl, writePlan } = readSettings();
  let isOut = false;
  const onFault = (fault: unknown) => process.stderr.write(`${region}: ${describe(fault)}\n`);
  const streams = new DynamoDBStreamsClient({ region });
  const streamArn = await findStreamArn(region, ledgerTable);
  const reader = createStreamReader({ client: streams, streamArn, startAt: 'TRIM_HORIZON' });
  const queues = createSqsClient({ region });
  const trigger = startStreamTrigger({
    ...readLambdaRecords(reader, streamArn),
    filter: isNoHeartbeat,
    handler: projector,
    functionName: 'projector',
    region,
    streamArn,
    onFailure: async (record) => {
      await queues.send(new SendMessageCommand({ QueueUrl: deadLetterQueueUrl, MessageBody: record }));
    },
    isPaused: () => isOut,
    sleep,
    onFault,
  });
  const readQueue = (queueUrl: string) => createSqsQueueSource({ client: queues, region, queueUrl });
  const review = startReviewTriggers({
    region,
    handlers: { openCases, holdCases, decideCase, sweepCases },
    caseAlerts: readQueue(triggers.caseAlertsQueueUrl),
    reviews: readQueue(triggers.reviewsQueueUrl),
    sweepSeconds: triggers.sweepSeconds,
    isPaused: () => isOut,
    clock: { nowMs: Date.now },
    sleep,
    onFault,
  });
  process.on('message', (message) => {
    const told = parseMessageToHost(message);
    if (told?.kind === 'outage') isOut = told.isOut;
    if (told?.kind === 'await-caught-up')
      void trigger.caughtUp().then(() => tell({ kind: 'caught-up', question: told.question }));
    if (told?.kind === 'invoke') {
      const { question, functionName, payload } = told;
      void review.invoke(functionName, payload).then((outcome) => tell({ kind: 'invoked', question, outcome }));
    }
  });
  const http = await startHttpTrigger({
    handler: orderApi,
    functionName: 'order-api',
    region,
    port,
    isOut: () => isOut,
    onFault,
  });
  if (writePlan)
    startScheduleTrigger({
      handler: regionAgent,
      functionName: 'region-agent',
      region,
      isPaused: () => isOut,
      clock: { nowMs: Date.now },
      sleep,
      onFault,
    });
  tell({ kind: 'ready', port: http.port });
  // Node writes it at the end of a process, and this one's is a signal.
  flushCompileCache();
};

/** In AWS the deployment tells the event source mapping. */
const findStreamArn = async (region: string, tableName: string): Promise<string> => {
  const client = createDocumentClient({ region });
  const { Table: table } = await client.send(new DescribeTableCommand({ TableName: tableName }));
  if (!table?.LatestStreamArn) throw new Error(`table ${tableName} has no stream`);
  return table.LatestStreamArn;
};

const tell = (message: MessageFromHost): void => {
  if (process.connected) process.send?.(message);
};

const describe = (fault: unknown): string => (fault instanceof Error ? (fault.stack ?? fault.message) : String(fault));

// Without its supervisor a host is an orphan that holds a port. Ctrl-C is the supervisor's to handle.
process.on('disconnect', () => process.exit(0));
process.on('SIGINT', () => undefined);
// Nobody reads the log of such an orphan, which is about to end: no reason to say so on a terminal.
process.stdout.on('error', () => undefined);

runRegionHost(Number(process.argv[2] ?? 0), parseHostTriggers(process.argv[3] ?? '')).catch(
  (error: NodeJS.ErrnoException) => {
    tell({ kind: 'not-started', code: error.code ?? 'unknown', message: error.message });
    process.exitCode = 1;
    process.disconnect?.();
  },
);
