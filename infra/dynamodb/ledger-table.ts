/**
 * The tables as data, as the world and the tests create them on DynamoDB Local. In AWS the same shapes stand in
 * infra/cloudformation, with point-in-time recovery and replicas.
 */
import type { CreateTableCommandInput } from '@aws-sdk/client-dynamodb';
import { ledgerIndexName } from './ledger-keys.ts';
import { listIndexes } from './view-keys.ts';

/** Old and new images: a changed or removed entry must be restorable from its stream record. */
export const ledgerTable = (tableName: string): CreateTableCommandInput => ({
  TableName: tableName,
  BillingMode: 'PAY_PER_REQUEST',
  AttributeDefinitions: strings('stream', 'position', 'shard', 'id'),
  KeySchema: [
    { AttributeName: 'stream', KeyType: 'HASH' },
    { AttributeName: 'position', KeyType: 'RANGE' },
  ],
  GlobalSecondaryIndexes: [
    {
      IndexName: ledgerIndexName,
      KeySchema: [
        { AttributeName: 'shard', KeyType: 'HASH' },
        { AttributeName: 'id', KeyType: 'RANGE' },
      ],
      Projection: { ProjectionType: 'ALL' },
    },
  ],
  StreamSpecification: { StreamEnabled: true, StreamViewType: 'NEW_AND_OLD_IMAGES' },
});

/**
 * The stream is the partition key, so that a stream's rows of all generations lie together and orders spread. The lists
 * hold keys alone: rows are read from the table, where they are never stale.
 */
export const viewsTable = (tableName: string): CreateTableCommandInput => ({
  TableName: tableName,
  BillingMode: 'PAY_PER_REQUEST',
  AttributeDefinitions: strings('stream', 'view', 'statusList', 'customerList', 'caseList', 'place', 'openCase'),
  KeySchema: [
    { AttributeName: 'stream', KeyType: 'HASH' },
    { AttributeName: 'view', KeyType: 'RANGE' },
  ],
  GlobalSecondaryIndexes: Object.values(listIndexes).map(({ indexName, partitionKey, sortKey }) => ({
    IndexName: indexName,
    KeySchema: [
      { AttributeName: partitionKey, KeyType: 'HASH' },
      { AttributeName: sortKey, KeyType: 'RANGE' },
    ],
    Projection: { ProjectionType: 'KEYS_ONLY' },
  })),
});

export const controlTable = (tableName: string): CreateTableCommandInput => ({
  TableName: tableName,
  BillingMode: 'PAY_PER_REQUEST',
  AttributeDefinitions: strings('kind', 'name'),
  KeySchema: [
    { AttributeName: 'kind', KeyType: 'HASH' },
    { AttributeName: 'name', KeyType: 'RANGE' },
  ],
});

const strings = (...names: readonly string[]): NonNullable<CreateTableCommandInput['AttributeDefinitions']> =>
  names.map((name) => ({ AttributeName: name, AttributeType: 'S' }));
