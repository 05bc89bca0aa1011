/**
 * The tables as data, as the world and the tests create them on DynamoDB Local. In AWS the same shapes stand in
 * infra/cloudformation, with point-in-time recovery and replicas.
 */
import type { CreateTableCommandInput } from '@aws-sdk/client-dynamodb';
import { ledgerIndexName } from './ledger-keys.ts';

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

/** The stream is the partition key, so that all views of one order lie together and orders spread. */
export const viewsTable = (tableName: string): CreateTableCommandInput => ({
  TableName: tableName,
  BillingMode: 'PAY_PER_REQUEST',
  AttributeDefinitions: strings('stream', 'view'),
  KeySchema: [
    { AttributeName: 'stream', KeyType: 'HASH' },
    { AttributeName: 'view', KeyType: 'RANGE' },
  ],
});

const strings = (...names: readonly string[]): NonNullable<CreateTableCommandInput['AttributeDefinitions']> =>
  names.map((name) => ({ AttributeName: name, AttributeType: 'S' }));
