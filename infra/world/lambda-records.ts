/**
 * Records of a DynamoDB stream as Lambda hands them to a function: as the SDK reads them, but with times in seconds and
 * the name of their stream.
 */
import type { _Record } from '@aws-sdk/client-dynamodb-streams';
import type { DynamoDBRecord } from 'aws-lambda';
import { heartbeatStreamPrefix } from '../dynamodb/ledger-keys.ts';
import type { StreamReader } from './dynamodb-stream-reader.ts';

export interface LambdaRecords {
  readonly read: () => Promise<readonly DynamoDBRecord[]>;
  readonly shardIdOf: (record: DynamoDBRecord) => string;
}

export const readLambdaRecords = (
  reader: Pick<StreamReader, 'read' | 'shardIdOf'>,
  streamArn: string,
): LambdaRecords => {
  const shardIds = new WeakMap<DynamoDBRecord, string>();
  return {
    read: async () =>
      (await reader.read()).map((read) => {
        const record = toLambdaRecord(read, streamArn);
        shardIds.set(record, reader.shardIdOf(read));
        return record;
      }),
    shardIdOf: (record) => shardIds.get(record) ?? '',
  };
};

/** Every region rewrites its heartbeat once a second; the event filters in AWS keep that from every function, too. */
export const isNoHeartbeat = ({ dynamodb }: DynamoDBRecord): boolean =>
  dynamodb?.Keys?.['stream']?.S?.startsWith(heartbeatStreamPrefix) !== true;

const toLambdaRecord = ({ dynamodb, userIdentity: _, ...record }: _Record, streamArn: string): DynamoDBRecord => {
  const { ApproximateCreationDateTime: createdAt, ...change } = dynamodb ?? {};
  return {
    ...record,
    eventSourceARN: streamArn,
    dynamodb: {
      // Attribute values are the same in both.
      ...(change as DynamoDBRecord['dynamodb']),
      ...(createdAt === undefined ? {} : { ApproximateCreationDateTime: createdAt.getTime() / 1000 }),
    },
  };
};
