import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { AlertBus } from '../../../domain/ports/alert-bus.ts';
import { LedgerFault } from '../../../domain/ports/event-store.ts';
import type { AlertCloudEvent } from '../../../infra/eventbridge/alert-to-cloud-event.ts';
import { createEventBridgeAlertBus } from '../../../infra/eventbridge/eventbridge-alert-bus.ts';
import { createEventBridgeClient } from '../../../infra/eventbridge/eventbridge-client.ts';
import { publishAttemptsMax } from '../../../infra/eventbridge/eventbridge-limits.ts';
import { loadBusRules } from '../../../infra/world/bus-rules.ts';
import { createEventBus, type EventBus } from '../../../infra/world/event-bus.ts';
import { exampleAlerts } from '../../support/builders/example-alerts.ts';
import { alertBusContract, manyAlerts } from '../../support/contracts/alert-bus-contract.ts';

interface Answer {
  readonly status: number;
  readonly body: unknown;
}

/** Answers one request instead of the bus; undefined breaks the connection. */
type Misbehaviour = (request: PutEventsBody, ask: () => Promise<Answer>) => Promise<Answer | undefined>;

interface PutEventsBody {
  readonly Entries: readonly { readonly Detail: string }[];
}

let server: Server;
let bus: EventBus;
let delivered: (readonly [string, string])[] = [];
let requests: PutEventsBody[] = [];
let misbehaviours: Misbehaviour[] = [];
let waitsMs: number[] = [];
const targets = new Set<string>();

const idOf = ({ Detail }: { readonly Detail: string }): string => JSON.parse(Detail).id;

const startBus = (): void => {
  bus = createEventBus({
    region: 'us-east-1',
    rules: loadBusRules(),
    deliver: async ({ name }, event) => void delivered.push([name, event['detail-type']]),
  });
};

beforeAll(async () => {
  server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const body = JSON.parse(Buffer.concat(chunks).toString()) as PutEventsBody;
    requests.push(body);
    targets.add(String(request.headers['x-amz-target']));
    const ask = () => bus.putEvents(body);
    const answer = await (misbehaviours.shift() ?? ((_, askBus) => askBus()))(body, ask);
    if (!answer) return void request.socket.destroy();
    response
      .writeHead(answer.status, { 'content-type': 'application/x-amz-json-1.1' })
      .end(JSON.stringify(answer.body));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
});

afterAll(async () => {
  server.close();
  server.closeAllConnections();
  await once(server, 'close');
});

beforeEach(() => {
  delivered = [];
  requests = [];
  misbehaviours = [];
  waitsMs = [];
  startBus();
});

const createAlertBus = (options: { readonly busName?: string; readonly endpoint?: string } = {}): AlertBus => {
  const address = server.address();
  const port = typeof address === 'object' && address ? address.port : 0;
  const client = createEventBridgeClient({
    region: 'us-east-1',
    endpoint: options.endpoint ?? `http://127.0.0.1:${port}`,
    credentials: { accessKeyId: 'key', secretAccessKey: 'secret' },
    requestTimeoutMs: 500,
  });
  return createEventBridgeAlertBus({
    client,
    busName: options.busName ?? 'rejoin',
    sleep: async (ms) => void waitsMs.push(ms),
    random: () => 0.5,
  });
};

alertBusContract("EventBridge's own client against the world's bus", async () => {
  startBus();
  return {
    bus: createAlertBus(),
    published: () => bus.recent().map(({ detail }) => detail as unknown as AlertCloudEvent),
  };
});

describe('alerts on the wire', () => {
  it('reach the queue that the template says', async () => {
    await createAlertBus().publish(Object.values(exampleAlerts));
    expect(delivered).toEqual([
      ['case-alerts', 'IllegalTransition'],
      ['case-alerts', 'ConflictNeedsReview'],
      ['case-alerts', 'CaseWithdrawn'],
      ['case-alerts', 'CaseSettled'],
      ['operator-alerts', 'ReviewEscalated'],
      ['operator-alerts', 'LedgerTampered'],
    ]);
  });

  it('carry the time and the stream outside the detail, too', async () => {
    await createAlertBus().publish([exampleAlerts.CaseSettled]);
    expect(bus.recent()[0]).toMatchObject({
      time: new Date(exampleAlerts.CaseSettled.atMs).toISOString().replace(/\.\d+Z/, 'Z'),
      resources: ['order/acme/1001'],
    });
  });

  it('travel at most ten a request', async () => {
    await createAlertBus().publish(manyAlerts(23));
    expect([...targets]).toEqual(['AWSEvents.PutEvents']);
    expect(requests.map(({ Entries }) => Entries.length)).toEqual([10, 10, 3]);
  });

  it('are sent again, and only those that failed, when the answer says so', async () => {
    const failEvery = (n: number, code: string): Misbehaviour => failing((i) => i % n === 0, code);
    misbehaviours = [failEvery(2, 'InternalFailure'), failEvery(3, 'ThrottlingException')];
    const alerts = manyAlerts(10);
    await createAlertBus().publish(alerts);
    const sent = requests.map(({ Entries }) => Entries.map(idOf));
    expect(sent.map((ids) => ids.length)).toEqual([10, 5, 2]);
    expect(sent[1]).toEqual(sent[0]?.filter((_, i) => i % 2 === 0));
    expect(bus.recent().map(({ detail }) => detail['id'])).toHaveLength(10);
    expect(new Set(bus.recent().map(({ detail }) => detail['id'])).size).toBe(10);
    expect(waitsMs).toEqual([50, 100]);
  });

  it('are a retryable fault when some go on failing', async () => {
    misbehaviours = Array.from({ length: 9 }, () => failing((i) => i === 0, 'InternalFailure'));
    const publishing = createAlertBus().publish(manyAlerts(4));
    expect(await faultOf(publishing)).toEqual({
      code: 'unavailable',
      retryable: true,
      message: `publish alerts: 1 not accepted after ${publishAttemptsMax} tries (InternalFailure)`,
    });
    expect(requests).toHaveLength(publishAttemptsMax);
  });

  it('are throttled, not lost, when EventBridge has had too much', async () => {
    misbehaviours = Array.from({ length: 9 }, () => failing(() => true, 'ThrottlingException'));
    expect(await faultOf(createAlertBus().publish(manyAlerts(2)))).toEqual({
      code: 'throttled',
      retryable: true,
      message: expect.stringContaining('(ThrottlingException)'),
    });
  });

  it('are not sent again when that would not help', async () => {
    const publishing = createAlertBus({ busName: 'rejion' }).publish(manyAlerts(2));
    expect(await faultOf(publishing)).toEqual({
      code: 'unavailable',
      retryable: true,
      message: 'publish alerts: 2 not accepted after 1 tries (InvalidArgument)',
    });
    expect(requests).toHaveLength(1);
  });

  it('are sent again when an answer is too short to tell', async () => {
    misbehaviours = [async (_, ask) => ({ ...(await ask()), body: { FailedEntryCount: 0, Entries: [] } })];
    await createAlertBus().publish(manyAlerts(3));
    expect(requests.map(({ Entries }) => Entries.length)).toEqual([3, 3]);
  });

  it('survive an answer that got lost, an error of EventBridge and a silence, each with one more try', async () => {
    const loseAnswer: Misbehaviour = async (_, ask) => {
      await ask();
      return undefined;
    };
    const breakDown: Misbehaviour = async () => ({ status: 500, body: { __type: 'InternalException', message: '' } });
    const sayNothing: Misbehaviour = () => new Promise(() => undefined);
    for (const misbehaviour of [loseAnswer, breakDown, sayNothing]) {
      requests = [];
      misbehaviours = [misbehaviour];
      await createAlertBus().publish([exampleAlerts.CaseSettled]);
      expect(requests).toHaveLength(2);
    }
    const ids = bus.recent().map(({ detail }) => detail['id']);
    expect(ids).toHaveLength(4);
    expect(new Set(ids).size).toBe(1);
  });

  it('are a retryable fault when nobody listens', async () => {
    const publishing = createAlertBus({ endpoint: 'http://127.0.0.1:9' }).publish([exampleAlerts.CaseSettled]);
    expect(await faultOf(publishing)).toEqual({
      code: 'unavailable',
      retryable: true,
      message: expect.stringMatching(/^publish alerts: /),
    });
  });

  it('are a fault when the request is refused', async () => {
    misbehaviours = [async () => ({ status: 400, body: { __type: 'AccessDeniedException', message: 'no' } })];
    expect(await faultOf(createAlertBus().publish([exampleAlerts.CaseSettled]))).toEqual({
      code: 'unavailable',
      retryable: true,
      message: 'publish alerts: AccessDeniedException',
    });
    expect(requests).toHaveLength(1);
  });
});

/** Undefined when there is none. Anything but a LedgerFault is thrown on. */
const faultOf = (publishing: Promise<void>) =>
  publishing.then(
    () => undefined,
    (error: unknown) => {
      if (!(error instanceof LedgerFault)) throw error;
      return { code: error.code, retryable: error.retryable, message: error.message };
    },
  );

/** Fails these entries and asks the bus for the others. */
const failing =
  (isFailed: (index: number) => boolean, code: string): Misbehaviour =>
  async ({ Entries }) => {
    const { body } = await bus.putEvents({ Entries: Entries.filter((_, i) => !isFailed(i)) });
    const results = (body as { readonly Entries?: readonly unknown[] }).Entries ?? [];
    const left = [...results];
    const answers = Entries.map((_, i) =>
      isFailed(i) ? { ErrorCode: code, ErrorMessage: 'by a test' } : left.shift(),
    );
    return { status: 200, body: { FailedEntryCount: Entries.length - results.length, Entries: answers } };
  };
