/**
 * Another region's replica of a DynamoDB global table, asked over there: one consistent GetItem for the hash alone.
 *
 * Whoever asks is waiting, so a question has little time and is not repeated here. It needs `dynamodb:GetItem` on the
 * table in the peer's region, and nothing else there.
 */
import { GetCommand } from '@aws-sdk/lib-dynamodb';
import { LedgerFault } from '../../domain/ports/event-store.ts';
import type { PeerReplica } from '../../domain/ports/peer-replica.ts';
import { createDocumentClient, type DocumentClientOptions } from './document-client.ts';
import { peerConnectionTimeoutMs, peerRequestTimeoutMs } from './dynamodb-limits.ts';
import { classifyFailure } from './request-retry.ts';

export interface DynamoDbPeerReplicaDeps extends Pick<DocumentClientOptions, 'region' | 'endpoint' | 'credentials'> {
  readonly tableName: string;
}

export const createDynamoDbPeerReplica = ({ tableName, ...connection }: DynamoDbPeerReplicaDeps): PeerReplica => {
  const documentClient = createDocumentClient({
    ...connection,
    requestTimeoutMs: peerRequestTimeoutMs,
    connectionTimeoutMs: peerConnectionTimeoutMs,
  });
  const { region } = connection;

  const readHash = async (stream: string, position: string): Promise<unknown> => {
    const { Item: item } = await documentClient.send(
      new GetCommand({
        TableName: tableName,
        Key: { stream, position },
        ConsistentRead: true,
        ProjectionExpression: '#hash',
        ExpressionAttributeNames: { '#hash': 'hash' },
      }),
    );
    return item?.['hash'];
  };

  return {
    region,
    holds: async ({ stream, position, hash }) => {
      try {
        return (await readHash(stream, position)) === hash;
      } catch (cause) {
        const failure = classifyFailure(cause);
        const name = cause instanceof Error ? cause.name : 'unknown error';
        throw new LedgerFault(
          failure === 'throttled' ? 'throttled' : 'unavailable',
          `ask ${region} for ${position} of ${stream}: ${failure} (${name})`,
          { cause },
        );
      }
    },
  };
};
