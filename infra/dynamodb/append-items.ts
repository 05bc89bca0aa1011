/**
 * Puts entries on the condition that their positions are free: one as a PutItem, a group as one TransactWriteItems.
 *
 * A put whose outcome is unknown is settled by reading its keys back: nothing is acknowledged before DynamoDB has it, and
 * nothing that it has is reported as lost. Conditions that fail on our own earlier try are our success. So the condition
 * makes a repetition harmless for ever; a ClientRequestToken would do so for ten minutes, and every try goes without one
 * of ours.
 */
import { ConditionalCheckFailedException, TransactionCanceledException } from '@aws-sdk/client-dynamodb';
import {
  type DynamoDBDocumentClient,
  GetCommand,
  PutCommand,
  type PutCommandInput,
  TransactWriteCommand,
} from '@aws-sdk/lib-dynamodb';
import type { Sha256 } from '../../domain/ports/digest.ts';
import type { AppendResult } from '../../domain/ports/event-store.ts';
import { positionIsFree } from './append-conditions.ts';
import { isSame, judgeAppend, type StandingItem } from './append-outcome.ts';
import type { LedgerItem } from './entry-codec.ts';
import { toFlatItem } from './flat-item.ts';
import { shardOf } from './ledger-keys.ts';
import { classifyFailure, type RequestRetry } from './request-retry.ts';

export interface AppendItemsDeps {
  readonly documentClient: DynamoDBDocumentClient;
  readonly tableName: string;
  readonly sha256: Sha256;
  readonly shardsPerRegion: number;
  readonly retry: RequestRetry;
}

/** All or none. Throws LedgerFault; `label` says what was tried. */
export type AppendItems = (label: string, items: readonly LedgerItem[]) => Promise<AppendResult>;

export const createAppendItems = (deps: AppendItemsDeps): AppendItems => {
  const { documentClient, tableName, sha256, shardsPerRegion, retry } = deps;

  const appendItems: AppendItems = (label, items) =>
    retry(label, async () => {
      try {
        await put(items);
        return { kind: 'appended' };
      } catch (error) {
        const met = itemsMet(error);
        if (met.some((it, i) => it && !isSame(it, items[i] as LedgerItem))) return { kind: 'position-taken' };
        if (!isConditionFailed(error) && classifyFailure(error) !== 'unknown') throw error;
        const standing = await Promise.all(items.map((item, i) => met[i] ?? readBack(item)));
        const judged = judgeAppend(items, standing);
        if (!judged) throw error;
        return judged;
      }
    });

  const put = async (items: readonly LedgerItem[]): Promise<void> => {
    const puts = items.map(toPut);
    const [only, ...others] = puts;
    if (only && others.length === 0) await documentClient.send(new PutCommand(only));
    else await documentClient.send(new TransactWriteCommand({ TransactItems: puts.map((Put) => ({ Put })) }));
  };

  const toPut = (item: LedgerItem): PutCommandInput & typeof positionIsFree => ({
    TableName: tableName,
    Item: { ...item, shard: shardOf({ ...item, shardsPerRegion }, sha256) },
    ...positionIsFree,
    ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
  });

  const readBack = async ({ stream, position }: LedgerItem): Promise<StandingItem | undefined> => {
    const answer = await documentClient.send(
      new GetCommand({
        TableName: tableName,
        Key: { stream, position },
        ConsistentRead: true,
        ProjectionExpression: '#id, #hash',
        ExpressionAttributeNames: { '#id': 'id', '#hash': 'hash' },
      }),
    );
    return answer.Item && { id: answer.Item['id'], hash: answer.Item['hash'] };
  };

  return appendItems;
};

const isConditionFailed = (error: unknown): boolean =>
  error instanceof ConditionalCheckFailedException || reasonsOf(error).some(isFailedCondition);

/** By the item's place: what stands where its condition failed, as far as the answer says. */
const itemsMet = (error: unknown): readonly (StandingItem | undefined)[] => {
  const items =
    error instanceof ConditionalCheckFailedException
      ? [error.Item]
      : reasonsOf(error).map((reason) => (isFailedCondition(reason) ? reason.Item : undefined));
  return items.map((item) => {
    const { id, hash } = item ? toFlatItem(item) : {};
    return item && { id, hash };
  });
};

type Reason = NonNullable<TransactionCanceledException['CancellationReasons']>[number];

const reasonsOf = (error: unknown): readonly Reason[] =>
  error instanceof TransactionCanceledException ? (error.CancellationReasons ?? []) : [];

const isFailedCondition = ({ Code }: Reason): boolean => Code === 'ConditionalCheckFailed';
