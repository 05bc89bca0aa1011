import { setTimeout as sleep } from 'node:timers/promises';
import { DescribeTableCommand } from '@aws-sdk/client-dynamodb';
import { DynamoDBStreamsClient } from '@aws-sdk/client-dynamodb-streams';
import { DeleteCommand, PutCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import type { DynamoDBBatchResponse, DynamoDBRecord, DynamoDBStreamEvent } from 'aws-lambda';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { fold } from '../../../domain/fold/fold.ts';
import type { Entry } from '../../../domain/ledger/entry.ts';
import { retail } from '../../../domain/lifecycle/retail.ts';
import { createDynamoDbControlStore } from '../../../infra/dynamodb/dynamodb-control-store.ts';
import { createDynamoDbEventStore } from '../../../infra/dynamodb/dynamodb-event-store.ts';
import { createDynamoDbViews } from '../../../infra/dynamodb/dynamodb-view-store.ts';
import { toItem } from '../../../infra/dynamodb/entry-codec.ts';
import { controlTable, ledgerTable, viewsTable } from '../../../infra/dynamodb/ledger-table.ts';
import { createEventBridgeAlertBus } from '../../../infra/eventbridge/eventbridge-alert-bus.ts';
import { createEventBridgeClient } from '../../../infra/eventbridge/eventbridge-client.ts';
import { sha256 } from '../../../infra/node/sha256.ts';
import { createSqsClient } from '../../../infra/sqs/sqs-client.ts';
import { createSqsDeadLetterQueue } from '../../../infra/sqs/sqs-dead-letter-queue.ts';
import { startAwsServices } from '../../../infra/world/aws-services.ts';
import { createStreamReader } from '../../../infra/world/dynamodb-stream-reader.ts';
import { readLambdaRecords } from '../../../infra/world/lambda-records.ts';
import { createGenerationStore } from '../../../projections/generations/generation-store.ts';
import { firstGeneration, startGeneration } from '../../../projections/generations/generations.ts';
import { handler } from '../../../projections/projector/handler.ts';
import { createProjector, type ProjectorDeps } from '../../../projections/projector/projector.ts';
import { type OrderView, projectionVersion } from '../../../projections/views/order-view.ts';
import { quietObservability } from '../../../services/middleware/observability.ts';
import { createLedger } from '../../support/builders/ledger-builder.ts';
import { cancelled, paid, placed, shipped } from '../../support/builders/retail-drafts.ts';
import { collect } from '../../support/collect.ts';
import { useDynamoDbLocal } from '../../support/dynamodb-local-fixture.ts';
import { failedSequences, lambdaContext } from '../../support/stream-event.ts';

const database = useDynamoDbLocal();

describe('projector on DynamoDB, an event bus and a queue', () => {
  let region: Awaited<ReturnType<typeof createRegion>>;
  const written: string[] = [];
  const metricLines = (name: string): readonly Record<string, unknown>[] =>
    written.filter((line) => line.includes('_aws') && line.includes(`"${name}"`)).map((line) => JSON.parse(line));

  beforeAll(async () => {
    region = await createRegion();
    vi.spyOn(process.stdout, 'write').mockImplementation((chunk) => written.push(String(chunk)) > 0);
    vi.spyOn(process.stderr, 'write').mockImplementation((chunk) => written.push(String(chunk)) > 0);
  });
  afterAll(async () => {
    vi.restoreAllMocks();
    vi.unstubAllEnvs();
    await region?.stop();
  });

  it('names the variable that is missing at the first batch', async () => {
    await expect(handler({ Records: [] }, lambdaContext())).rejects.toThrow('DEAD_LETTER_QUEUE_URL');
  });

  it('projects what the table really streams, and says which case it opened', async () => {
    vi.stubEnv('DEAD_LETTER_QUEUE_URL', region.queueUrl);
    const order = createLedger({ stream: 'order/acme/1' });
    for (const draft of [placed(), paid()]) order.at('us-east-1').append(draft);
    order.replicateAll();
    order.at('us-east-1').append(shipped());
    const there = order.at('eu-west-1').append(cancelled());
    for (const entry of order.entries()) await region.eventStore.append(entry);

    await region.deliver(await region.records());

    expect(await region.views.get('order/acme/1')).toMatchObject({
      cut: { 'eu-west-1': 1, 'us-east-1': 3 },
      row: { status: 'shipped', class: 'review', counts: { entries: 4, cases: 1 } },
    });
    expect(await region.views.totals('acme')).toMatchObject({ orders: 1, 'status.shipped': 1, 'cases.review': 1 });
    expect(region.events()).toMatchObject([
      { 'detail-type': 'ConflictNeedsReview', resources: ['order/acme/1'], detail: { caseid: there.id } },
    ]);
    expect(await region.controlStore.get('deployments', 'projector')).toMatchObject({
      value: { version: projectionVersion(retail), lifecycle: 'retail' },
    });
  });

  it('measures the way of an entry from its region to here', () => {
    expect(metricLines('ReplicationLagMs')).toMatchObject([
      { from: 'eu-west-1', to: 'us-east-1', service: 'projector', ReplicationLagMs: expect.any(Number) },
    ]);
    expect(metricLines('ProjectorLagMs').length).toBeGreaterThan(0);
    expect(metricLines('BatchRecords')[0]).toMatchObject({ BatchRecords: 4, BatchStreams: 1, CasesOpened: 1 });
  });

  it('leaves the rows as they are, and says nothing, when all records come again', async () => {
    const before = await region.views.get('order/acme/1');

    await region.deliver([...(await region.recordsFromStart())].reverse());

    expect(before).toBeDefined();
    expect(await region.views.get('order/acme/1')).toEqual(before);
    expect(region.events()).toHaveLength(1);
  });

  it('projects the rest of an order that holds an item that is no entry', async () => {
    const order = createLedger({ stream: 'order/acme/2' });
    await region.eventStore.append(order.at('us-east-1').append(placed()));
    const stream = { stream: 'order/acme/2', position: 'us-east-1/0000000002' };
    await region.put({ ...stream, body: 'not an entry', hash: 'none' });

    await region.deliver(await region.records());

    expect(await region.views.get('order/acme/2')).toMatchObject({
      cut: { 'us-east-1': 1 },
      row: { status: 'placed', counts: { entries: 1 } },
    });
  });

  it('keeps an entry that was changed and then removed in place, and raises the alarm', async () => {
    const order = createLedger({ stream: 'order/acme/3' });
    const entries = [order.at('us-east-1').append(placed()), order.at('us-east-1').append(paid())] as const;
    for (const entry of entries) await region.eventStore.append(entry);
    await region.update(entries[1], 'SET #name = :value', { '#name': 'by-customer' }, { ':value': 'customer-1' });
    await region.deliver(await region.records());
    const before = await region.views.get('order/acme/3');
    const alertsBefore = region.events().length;

    await region.update(entries[1], 'SET #name = :value', { '#name': 'body' }, { ':value': '{"amount":1}' });
    await region.remove(entries[1]);
    await region.deliver(await region.records());

    expect(region.events().slice(alertsBefore)).toMatchObject(
      ['changed', 'removed'].map((change) => ({
        'detail-type': 'LedgerTampered',
        detail: { data: { event: { stream: 'order/acme/3', position: entries[1].position, change } } },
      })),
    );
    const kept = await region.controlStore.get<{ item: Record<string, { S: string }> }>('tampered', nameOf(entries[1]));
    expect(kept).toMatchObject({ revision: 1, value: { change: 'changed' } });
    expect(kept?.value.item).toMatchObject(
      Object.fromEntries(Object.entries(toItem(entries[1])).map(([name, text]) => [name, { S: text }])),
    );
    expect(await region.views.get('order/acme/3')).toEqual(before);
    expect(await region.lettersOf('order/acme/3')).toMatchObject([
      { reason: expect.stringMatching(/^ledger-behind: /) },
    ]);
  });

  it('says nothing when the entry is put back', async () => {
    const alertsBefore = region.events().length;
    const kept = await region.controlStore.get<{ item: Record<string, { S: string }> }>(
      'tampered',
      'order/acme/3#us-east-1/0000000002',
    );
    const item = Object.fromEntries(Object.entries(kept?.value.item ?? {}).map(([name, { S: text }]) => [name, text]));

    await region.put({ ...item, body: 'garbage' });
    await region.put(item);
    await region.deliver(await region.records());

    expect(region.events()).toHaveLength(alertsBefore);
    expect(await region.views.get('order/acme/3')).toMatchObject({ row: { status: 'paid' } });
  });

  it('sends poison to the queue, and stores the good orders around it', async () => {
    const orders = ['before', 'poison', 'after'].map((id) => {
      const order = createLedger({ stream: `order/acme/${id}` });
      return [order.at('us-east-1').append(placed()), order.at('us-east-1').append(paid())];
    });
    for (const entry of orders.flat()) await region.eventStore.append(entry);
    const records = await region.records();
    const ofPoison = records.filter(({ dynamodb }) => dynamodb?.Keys?.['stream']?.S === 'order/acme/poison');

    await region.deliver(records, region.projectorWith({ fold: foldAllBut('order/acme/poison') }));

    for (const id of ['before', 'after'])
      expect(await region.views.get(`order/acme/${id}`)).toMatchObject({ row: { status: 'paid' } });
    expect(await region.lettersOf('order/acme/poison')).toMatchObject([
      {
        kind: 'poison',
        region: 'us-east-1',
        stream: 'order/acme/poison',
        reason: 'RangeError: planted',
        firstSequenceNumber: ofPoison[0]?.dynamodb?.SequenceNumber,
        lastSequenceNumber: ofPoison[1]?.dynamodb?.SequenceNumber,
      },
    ]);

    await region.deliver(ofPoison);
    expect(await region.views.get('order/acme/poison')).toMatchObject({ row: { status: 'paid' } });
  });

  it('feeds a generation that is being built', async () => {
    const started = { version: projectionVersion(retail), lifecycle: 'retail', atMs: 1 };
    await createGenerationStore(region.controlStore).change((before) => startGeneration(before, started));
    const order = createLedger({ stream: 'order/acme/4' });
    await region.eventStore.append(order.at('us-east-1').append(placed()));

    await region.deliver(await region.records());

    expect(await region.openViews('g0002').get('order/acme/4')).toMatchObject({ row: { status: 'placed' } });
    expect(await region.openViews('g0002').get('order/acme/1')).toBeUndefined();
    expect(await region.openViews('g0002').totals('acme')).toMatchObject({ orders: 1 });
  });

  it('writes no payload into its logs', () => {
    const lines = written.join('');
    expect(lines).toContain('tampered with');
    for (const secret of ['Recife', 'High Street', 'customer-1']) expect(lines).not.toContain(secret);
  });
});

const createRegion = async () => {
  const name = 'us-east-1';
  const [ledger, views, control] = [
    await database.createTable(ledgerTable),
    await database.createTable(viewsTable),
    await database.createTable(controlTable),
  ];
  const documentClient = database.connect();
  const credentials = await documentClient.config.credentials();
  const services = await startAwsServices({ region: name, isOut: () => false, onFault: rethrow });
  const queueUrl = services.queueUrl('projector-dead-letters');
  const environment = {
    AWS_REGION: name,
    AWS_ACCESS_KEY_ID: credentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
    AWS_ENDPOINT_URL_DYNAMODB: database.endpoint(),
    AWS_ENDPOINT_URL_SQS: services.endpoint,
    AWS_ENDPOINT_URL_EVENTBRIDGE: services.endpoint,
    LEDGER_TABLE: ledger,
    VIEWS_TABLE: views,
    CONTROL_TABLE: control,
    ALERT_BUS: services.busName,
  };
  for (const [variable, value] of Object.entries(environment)) vi.stubEnv(variable, value);

  const shared = { documentClient, sleep: (ms: number) => sleep(ms), random: Math.random };
  const remote = { region: name, endpoint: services.endpoint, credentials };
  const [sqs, eventBridge] = [createSqsClient(remote), createEventBridgeClient(remote)];
  const eventStore = createDynamoDbEventStore({ ...shared, tableName: ledger, sha256 });
  const openViews = createDynamoDbViews<OrderView>({ ...shared, tableName: views });
  const controlStore = createDynamoDbControlStore({ ...shared, tableName: control });
  const deadLetterQueue = createSqsDeadLetterQueue({ client: sqs, queueUrl });
  const deps: ProjectorDeps = {
    region: name,
    eventStore,
    openViews,
    controlStore,
    generations: createGenerationStore(controlStore),
    alertBus: createEventBridgeAlertBus({ ...shared, client: eventBridge, busName: services.busName }),
    deadLetterQueue,
    fold: (entries) => fold(entries, retail),
    version: projectionVersion(retail),
    lifecycleName: retail.name,
    clock: { nowMs: Date.now },
    sha256,
    observability: quietObservability(),
  };

  const { Table: table } = await documentClient.send(new DescribeTableCommand({ TableName: ledger }));
  const streamArn = table?.LatestStreamArn ?? '';
  const streams = new DynamoDBStreamsClient({ region: name, endpoint: database.endpoint(), credentials });
  const createReader = () =>
    readLambdaRecords(createStreamReader({ client: streams, streamArn, startAt: 'TRIM_HORIZON' }), streamArn);
  const reader = createReader();
  const keyOf = ({ stream, position }: Entry) => ({ stream, position });
  return {
    queueUrl,
    eventStore,
    openViews,
    views: openViews(firstGeneration),
    controlStore,
    lettersOf: async (stream: string) => {
      const letters = (await collect(deadLetterQueue.read())).map(({ letter }) => letter);
      return letters.filter((letter) => letter?.kind === 'poison' && letter.stream === stream);
    },
    events: services.recentEvents,
    records: reader.read,
    recordsFromStart: () => createReader().read(),
    deliver: deliverUntilTaken,
    projectorWith: (changes: Partial<ProjectorDeps>) => createProjector({ ...deps, ...changes }),
    put: (item: Record<string, unknown>) => documentClient.send(new PutCommand({ TableName: ledger, Item: item })),
    update: (entry: Entry, expression: string, names: Record<string, string>, values: Record<string, string>) =>
      documentClient.send(
        new UpdateCommand({
          TableName: ledger,
          Key: keyOf(entry),
          UpdateExpression: expression,
          ExpressionAttributeNames: names,
          ExpressionAttributeValues: values,
        }),
      ),
    remove: (entry: Entry) => documentClient.send(new DeleteCommand({ TableName: ledger, Key: keyOf(entry) })),
    stop: async () => {
      for (const client of [streams, sqs, eventBridge]) client.destroy();
      await services.stop();
    },
  };
};

/** As Lambda does: what failed comes again. A machine that others use may need it. */
const deliverUntilTaken = async (
  records: readonly DynamoDBRecord[],
  take: (
    event: DynamoDBStreamEvent,
    context: ReturnType<typeof lambdaContext>,
  ) => Promise<DynamoDBBatchResponse> = handler,
): Promise<void> => {
  let failed: readonly string[] = [];
  for (let deliveries = 0; deliveries < 10; deliveries++) {
    failed = failedSequences(await take({ Records: [...records] }, lambdaContext()));
    if (failed.length === 0) return;
  }
  throw new Error(`not taken after 10 deliveries: ${failed.join(', ')}`);
};

const rethrow = (fault: unknown): void => {
  throw fault;
};

const nameOf = ({ stream, position }: Entry): string => `${stream}#${position}`;

const foldAllBut =
  (poison: string): ProjectorDeps['fold'] =>
  (entries) => {
    if (entries[0]?.stream === poison) throw new RangeError('planted');
    return fold(entries, retail);
  };
