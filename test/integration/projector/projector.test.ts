import { setTimeout as sleep } from 'node:timers/promises';
import { Logger } from '@aws-lambda-powertools/logger';
import { DescribeTableCommand } from '@aws-sdk/client-dynamodb';
import { DynamoDBStreamsClient } from '@aws-sdk/client-dynamodb-streams';
import { PutCommand } from '@aws-sdk/lib-dynamodb';
import type { DynamoDBRecord } from 'aws-lambda';
import { beforeAll, describe, expect, it } from 'vitest';
import { fold } from '../../../domain/fold/fold.ts';
import { retail } from '../../../domain/lifecycle/retail.ts';
import { createDynamoDbEventStore } from '../../../infra/dynamodb/dynamodb-event-store.ts';
import { createDynamoDbViewStore } from '../../../infra/dynamodb/dynamodb-view-store.ts';
import { ledgerTable, viewsTable } from '../../../infra/dynamodb/ledger-table.ts';
import { sha256 } from '../../../infra/node/sha256.ts';
import { createStreamReader, type StreamReader } from '../../../infra/world/dynamodb-stream-reader.ts';
import { createProjector } from '../../../projections/projector/projector.ts';
import { type OrderView, orderViewName } from '../../../projections/views/order-view.ts';
import { createLedger } from '../../support/builders/ledger-builder.ts';
import { cancelled, paid, placed, shipped } from '../../support/builders/retail-drafts.ts';
import { useDynamoDbLocal } from '../../support/dynamodb-local-fixture.ts';
import { failedSequences, lambdaContext } from '../../support/stream-event.ts';

const database = useDynamoDbLocal();

describe('projector on DynamoDB', () => {
  let region: Awaited<ReturnType<typeof createRegion>>;
  beforeAll(async () => {
    region = await createRegion();
  });

  it('projects what the table really streams', async () => {
    const order = createLedger({ stream: 'order/acme/1' });
    for (const draft of [placed(), paid()]) order.at('us-east-1').append(draft);
    order.replicateAll();
    order.at('us-east-1').append(shipped());
    order.at('eu-west-1').append(cancelled());
    for (const entry of order.entries()) await region.eventStore.append(entry);

    const response = await region.project(await region.records());

    expect(failedSequences(response)).toEqual([]);
    expect(await region.viewStore.get('order/acme/1')).toMatchObject({
      cut: { 'eu-west-1': 1, 'us-east-1': 3 },
      row: { status: 'shipped', class: 'review', counts: { entries: 4, cases: 1 } },
    });
  });

  it('leaves the row as it is when all records come again', async () => {
    const before = await region.viewStore.get('order/acme/1');

    const response = await region.project((await region.recordsFromStart()).reverse());

    expect(failedSequences(response)).toEqual([]);
    expect(before).toBeDefined();
    expect(await region.viewStore.get('order/acme/1')).toEqual(before);
  });

  it('projects the rest of an order that holds an item that is no entry', async () => {
    const order = createLedger({ stream: 'order/acme/2' });
    await region.eventStore.append(order.at('us-east-1').append(placed()));
    await region.putRaw({
      stream: 'order/acme/2',
      position: 'us-east-1/0000000002',
      body: 'not an entry',
      hash: 'none',
    });

    await region.project(await region.records());

    expect(await region.viewStore.get('order/acme/2')).toMatchObject({
      cut: { 'us-east-1': 1 },
      row: { status: 'placed', counts: { entries: 1 } },
    });
  });
});

const createRegion = async () => {
  const ledger = await database.createTable(ledgerTable);
  const views = await database.createTable(viewsTable);
  const documentClient = database.connect();
  const shared = { documentClient, sleep: (ms: number) => sleep(ms), random: Math.random };
  const eventStore = createDynamoDbEventStore({ ...shared, tableName: ledger, sha256 });
  const viewStore = createDynamoDbViewStore<OrderView>({ ...shared, tableName: views, view: orderViewName });
  const { Table: table } = await documentClient.send(new DescribeTableCommand({ TableName: ledger }));
  const client = new DynamoDBStreamsClient({
    region: 'us-east-1',
    endpoint: database.endpoint(),
    credentials: await documentClient.config.credentials(),
  });
  const createReader = () =>
    createStreamReader({ client, streamArn: table?.LatestStreamArn ?? '', startAt: 'TRIM_HORIZON' });
  const reader = createReader();
  const projector = createProjector({
    eventStore,
    viewStore,
    fold: (entries) => fold(entries, retail),
    observability: { logger: new Logger({ logLevel: 'SILENT' }), count: () => undefined, middlewares: [] },
  });
  return {
    eventStore,
    viewStore,
    records: () => readRecords(reader),
    recordsFromStart: () => readRecords(createReader()),
    project: (records: DynamoDBRecord[]) => projector({ Records: records }, lambdaContext()),
    putRaw: (item: Record<string, unknown>) => documentClient.send(new PutCommand({ TableName: ledger, Item: item })),
  };
};

const readRecords = async (reader: StreamReader): Promise<DynamoDBRecord[]> =>
  [...(await reader.read())] as unknown[] as DynamoDBRecord[];
