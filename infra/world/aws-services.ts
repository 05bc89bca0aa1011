/**
 * The AWS services of one region that are no database: its event bus and its queues, behind one address.
 *
 * They run in the supervisor, since they are AWS's part: a host may be killed at any time, and what it had handed over
 * stays. Both speak their real protocols, so the real clients are used. While the region is out nobody is answered, and
 * that is what the clients have to bear.
 */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { toAsciiJson } from '../sqs/ascii-json.ts';
import { loadBusRules } from './bus-rules.ts';
import { type BusEvent, createEventBus, type DeliveryFault } from './event-bus.ts';
import { checkLocal, closeServer, listenLocally, readBody } from './local-http.ts';
import { account, startQueueService } from './queue-service.ts';

export interface AwsServicesOptions {
  readonly region: string;
  /** The queues' file lies here; in memory when left out. */
  readonly directory?: string | undefined;
  /** While true every request is answered 503. */
  readonly isOut: () => boolean;
  readonly onFault: (fault: unknown) => void;
}

export interface AwsServices {
  /** Without a slash at the end: `http://127.0.0.1:40001`. */
  readonly endpoint: string;
  readonly queueUrl: (name: QueueName) => string;
  readonly busName: string;
  /** What came over the bus lately, oldest first. */
  readonly recentEvents: () => readonly BusEvent[];
  readonly stop: () => Promise<void>;
}

export type QueueName = (typeof queueNames)[number];
export const queueNames = ['projector-dead-letters', 'case-alerts', 'operator-alerts'] as const;

const busName = 'rejoin';
/** Above what PutEvents takes. */
const bodyBytesMax = 2 * 1024 * 1024;

export const startAwsServices = async (options: AwsServicesOptions): Promise<AwsServices> => {
  const { region, directory, isOut, onFault } = options;
  const queues = await startQueueService({ region, directory });
  const rules = loadBusRules();
  const targets = rules.flatMap((rule) => rule.targets.map(({ name }) => name));
  for (const name of new Set([...queueNames, ...targets])) await queues.createQueue(name);
  const bus = createEventBus({
    region,
    rules,
    busName,
    deliver: ({ name }, event) => queues.send(name, toAsciiJson(event)),
    onFault: (fault) => onFault(toError(region, fault)),
  });

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
    if (target !== 'AWSEvents.PutEvents')
      return refuse(400, 'UnknownOperationException', `the world knows SQS and PutEvents, not ${target || 'nothing'}`);
    const read = await readBody(request, bodyBytesMax);
    if (read.kind === 'too-large') return refuse(413, 'RequestEntityTooLargeException', 'the request is too large');
    const json = parseJson(read.body);
    if (json === undefined) return refuse(400, 'SerializationException', 'the body is no JSON');
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
    recentEvents: bus.recent,
    stop: async () => {
      await closeServer(server);
      await queues.stop();
    },
  };
};

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
