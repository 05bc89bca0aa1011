/**
 * DynamoDB Local for one test file: started before its tests, ended after them, with a fresh table for whoever asks.
 */
import type { CreateTableCommandInput } from '@aws-sdk/client-dynamodb';
import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll } from 'vitest';
import { createTableIfMissing } from '../../infra/dynamodb/create-table.ts';
import { createDocumentClient, type DocumentClientOptions } from '../../infra/dynamodb/document-client.ts';
import { type DynamoDbLocal, startDynamoDbLocal } from '../../infra/world/dynamodb-local.ts';

export interface DynamoDbLocalFixture {
  readonly endpoint: () => string;
  /** Closed after the tests. Time-outs are long: a shared machine is slow, and a test that wants one asks for it. */
  readonly connect: (options?: Partial<DocumentClientOptions>) => DynamoDBDocumentClient;
  /** The name of a new table. */
  readonly createTable: (define: (tableName: string) => CreateTableCommandInput) => Promise<string>;
}

export const useDynamoDbLocal = (): DynamoDbLocalFixture => {
  const clients: DynamoDBDocumentClient[] = [];
  let local: DynamoDbLocal | undefined;
  let tables = 0;

  const running = (): DynamoDbLocal => {
    if (!local) throw new Error('DynamoDB Local runs only while the tests of the file do');
    return local;
  };
  const connect: DynamoDbLocalFixture['connect'] = (options = {}) => {
    const { endpoint, credentials } = running();
    const client = createDocumentClient({
      region: 'us-east-1',
      endpoint,
      credentials,
      requestTimeoutMs: 20_000,
      connectionTimeoutMs: 20_000,
      ...options,
    });
    clients.push(client);
    return client;
  };

  beforeAll(async () => {
    local = await startDynamoDbLocal({ mode: { kind: 'memory' } });
  });
  afterAll(async () => {
    for (const client of clients) client.destroy();
    await local?.stop();
  });

  return {
    endpoint: () => running().endpoint,
    connect,
    createTable: async (define) => {
      tables += 1;
      const tableName = `table-${tables}`;
      await createTableIfMissing(connect(), define(tableName));
      return tableName;
    },
  };
};
