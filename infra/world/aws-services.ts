/**
 * The AWS services of one region that are no database: its event bus, its queues, its workflows and its metrics, behind one
 * address.
 *
 * They run in the supervisor, since they are AWS's part: a host may be killed at any time, and what it had handed over
 * stays. All speak their real protocols, so the real clients are used. While the region is out nobody is answered, and
 * that is what the clients have to bear.
 */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { toAsciiJson } from '../sqs/ascii-json.ts';
import { loadBusRules } from './bus-rules.ts';
import { answerCloudWatch, cloudWatchTarget } from './cloudwatch/answer-cloudwatch.ts';
import { createMetricStore, type MetricStore } from './cloudwatch/metric-store.ts';
import { type BusEvent, createEventBus, type DeliveryFault, type EventBus } from './event-bus.ts';
import { checkLocal, closeServer, listenLocally, readBody } from './local-http.ts';
import { loadQueueDefinitions } from './queue-definitions.ts';
import { account, startQueueService } from './queue-service.ts';
import { answerStepFunctions } from './step-functions/answer-step-functions.ts';
import type { WaitingSeconds } from './step-functions/review-definition.ts';
import { type InvokeFunction, startStepFunctions } from './step-functions/step-functions.ts';

export interface AwsServicesOptions {
  readonly region: string;
  /** The queues' file lies here; in memory when left out. */
  readonly directory?: string | undefined;
  /** While true every request is answered 503. */
  readonly isOut: () => boolean;
  /** Runs a function of this region for a workflow; none can be run when left out. */
  readonly invoke?: InvokeFunction;
  /** Of workflows that wait for a person, in the place of their definition. */
  readonly waiting?: WaitingSeconds | undefined;
  readonly onFault: (fault: unknown) => void;
}

export interface AwsServices {
  /** Without a slash at the end: `http://127.0.0.1:40001`. */
  readonly endpoint: string;
  readonly queueUrl: (name: QueueName) => string;
  readonly busName: string;
  readonly stateMachineArn: string;
  /** Names of the workflows that run. */
  readonly runningReviews: () => readonly string[];
  /** What came over the bus lately, oldest first. */
  readonly recentEvents: () => readonly BusEvent[];
  readonly onEvent: EventBus['subscribe'];
  /** A line of a function's log. False where it holds no metrics, so that it is for somebody to read. */
  readonly takeLogLine: MetricStore['takeLogLine'];
  readonly stop: () => Promise<void>;
}

export type QueueName = (typeof queueNames)[number];
export const queueNames = [
  'projector-dead-letters',
  'case-alerts',
  'operator-alerts',
  'reviews',
  'review-dead-letters',
] as const;

const busName = 'rejoin';
/** Above what PutEvents takes. */
const bodyBytesMax = 2 * 1024 * 1024;

export const startAwsServices = async (options: AwsServicesOptions): Promise<AwsServices> => {
  const { region, directory, isOut, onFault, waiting, invoke = nobodyThere } = options;
  const clock = { nowMs: Date.now };
  const queues = await startQueueService({ region, directory });
  const definitions = loadQueueDefinitions();
  const undefinedNames = queueNames.filter((name) => !definitions.some((queue) => queue.name === name));
  for (const queue of [...undefinedNames.map((name) => ({ name })), ...definitions]) await queues.createQueue(queue);
  const bus = createEventBus({
    region,
    rules: loadBusRules(),
    busName,
    deliver: ({ name }, event) => queues.send(name, toAsciiJson(event)),
    onFault: (fault) => onFault(toError(region, fault)),
  });

  const stepFunctions = await startStepFunctions({
    region,
    invoke,
    sendMessage: (name, body) => queues.send(name, toAsciiJson(body)),
    isOut,
    waiting,
    clock,
  });
  const metrics = createMetricStore();

  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const refuse = (status: number, type: string, message: string) =>
      sendJson(response, { status, body: { __type: type, message } });
    if (isOut()) return refuse(503, 'ServiceUnavailable', `${region} is out (a fault of the world)`);
    const check = checkLocal(request, port);
    if (check.kind === 'refused') return refuse(403, 'AccessDeniedException', check.detail);
    const target = String(request.headers['x-amz-target'] ?? '');
    if (request.method !== 'POST' || request.url !== '/')
      return refuse(404, 'UnknownOperationException', 'there are POST / and an X-Amz-Target here');
    if (target.startsWith('AmazonSQS.')) return queues.answer(request, response);
    const [service, action = ''] = target.split('.', 2);
    const isKnown = service === 'AWSStepFunctions' || service === cloudWatchTarget || target === 'AWSEvents.PutEvents';
    if (!isKnown) {
      const message = `the world knows SQS, PutEvents, Step Functions and CloudWatch, not ${target || 'nothing'}`;
      return refuse(400, 'UnknownOperationException', message);
    }
    const read = await readBody(request, bodyBytesMax);
    if (read.kind === 'too-large') return refuse(413, 'RequestEntityTooLargeException', 'the request is too large');
    const json = parseJson(read.body);
    if (json === undefined) return refuse(400, 'SerializationException', 'the body is no JSON');
    if (service === 'AWSStepFunctions') return sendJson(response, answerStepFunctions(stepFunctions, action, json));
    if (service === cloudWatchTarget) return sendJson(response, answerCloudWatch(metrics, clock, action, json));
    sendJson(response, await bus.putEvents(json));
  };

  const server = createServer((request, response) => {
    answer(request, response).catch((fault: unknown) => {
      if (request.destroyed && !request.complete) return;
      onFault(fault);
      if (response.headersSent) response.destroy();
      else
        sendJson(response, { status: 500, body: { __type: 'InternalFailure', message: 'see the log of the world' } });
    });
  });
  const port = await listenLocally(server, 0);
  const endpoint = `http://127.0.0.1:${port}`;
  return {
    endpoint,
    queueUrl: (name) => `${endpoint}/${account}/${name}`,
    busName,
    stateMachineArn: stepFunctions.stateMachineArn,
    runningReviews: stepFunctions.runningNames,
    recentEvents: bus.recent,
    onEvent: bus.subscribe,
    takeLogLine: metrics.takeLogLine,
    stop: async () => {
      await closeServer(server);
      stepFunctions.stop();
      await queues.stop();
    },
  };
};

const nobodyThere: InvokeFunction = async () => ({ kind: 'unavailable' });

const toError = (region: string, { rule, target, cause }: DeliveryFault): Error =>
  new Error(`${region}: ${target.name} did not take an event of the rule ${rule}`, { cause });

const parseJson = (body: Buffer): unknown => {
  try {
    return JSON.parse(body.toString('utf8'));
  } catch {
    return undefined;
  }
};

/** A request that was refused may still be on its way, so the connection ends with the answer. */
const sendJson = (response: ServerResponse, { status, body }: { readonly status: number; readonly body: unknown }) => {
  response.writeHead(status, {
    'content-type': 'application/x-amz-json-1.1',
    ...(status === 200 ? {} : { connection: 'close' }),
  });
  response.end(JSON.stringify(body));
};
