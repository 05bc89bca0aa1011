/**
 * Replaces rows, and moves the totals of their tenant by the difference, both or neither.
 *
 * The condition is the row that the writer read; what it adds is compared too, since that is what is taken back. A row
 * that changes no totals is one PutItem. Others go in transactions, as many rows of a tenant together as fit, with one
 * update of its totals: only the sum of its totals items means anything, so any of them will do. Transactions of this
 * process that meet on an item go in turn: DynamoDB would refuse one of them, and charge for it.
 */
import { ConditionalCheckFailedException, TransactionCanceledException } from '@aws-sdk/client-dynamodb';
import { type DynamoDBDocumentClient, PutCommand, TransactWriteCommand } from '@aws-sdk/lib-dynamodb';
import { invariant } from '../../domain/kernel/invariant.ts';
import type { Replaced, Replacement, Totals } from '../../domain/ports/view-store.ts';
import { allEnded, eachOf, type InTurn } from './bounded-work.ts';
import {
  groupConflictsMax,
  putsAtATime,
  totalsPerUpdateMax,
  transactionBytesMax,
  transactionRowsMax,
  transactionsAtATime,
} from './dynamodb-limits.ts';
import { type FlatItem, toFlatItem } from './flat-item.ts';
import { classifyFailure, type RequestRetry } from './request-retry.ts';
import { contributionText, itemBytes, revisionOf, type ViewItem, viewToItem } from './view-item.ts';
import { type ItemKey, shardOfStream, totalsKey } from './view-keys.ts';
import { sumTotals, totalsDifference, totalsUpdate } from './view-totals.ts';

export interface ViewReplacementsDeps {
  readonly documentClient: DynamoDBDocumentClient;
  readonly tableName: string;
  readonly generation: string;
  readonly totalsShards: number;
  readonly retry: RequestRetry;
  readonly inTurn: InTurn;
}

export type ReplaceAll = (replacements: readonly Replacement<unknown>[]) => Promise<readonly Replaced[]>;

export const createReplaceAll = (deps: ViewReplacementsDeps): ReplaceAll => {
  const { documentClient, tableName, retry, inTurn } = deps;

  const replaceAll: ReplaceAll = async (replacements) => {
    // All of them before the first is written: one that does not fit changes nothing.
    const writes = replacements.map((replacement) => toRowWrite(deps, replacement));
    const answers = new Map<RowWrite, Replaced>();
    const groups = [...Map.groupBy(writes.filter(changesTotals), ({ tenant }) => tenant).values()].flatMap((rows) => [
      ...transactionsOf(rows),
    ]);
    const singles = writes.filter((write) => !changesTotals(write));
    await allEnded([
      eachOf(groups, transactionsAtATime, async (group) => {
        await inTurn(`${deps.generation} ${group[0]?.totals.stream}`, () => writeGroup(group, answers));
      }),
      eachOf(singles, putsAtATime, (write) => writeGroup([write], answers)),
    ]);
    return writes.map((write) => answers.get(write) ?? unanswered());
  };

  /** A group is cancelled as a whole; those whose own condition failed are out, and the others try again. */
  const writeGroup = async (
    group: readonly RowWrite[],
    answers: Map<RowWrite, Replaced>,
    isUnsure = false,
  ): Promise<void> => {
    const tried = await retry(labelOf(group), createTry(group, isUnsure));
    for (const [write, answer] of tried.answers) answers.set(write, answer);
    const left = group.filter((write) => !tried.answers.has(write));
    if (tried.isCrowded) for (const write of left) await writeGroup([write], answers, tried.isUnsure);
    else if (left.length > 0) await writeGroup(left, answers, tried.isUnsure);
  };

  /**
   * One try after the other of the same group. Once an answer was lost, a condition that fails on the very item that we
   * wanted to put has failed on our own earlier try.
   */
  const createTry = (group: readonly RowWrite[], wasUnsure: boolean): (() => Promise<Tried>) => {
    let isUnsure = wasUnsure;
    let conflicts = 0;
    return async () => {
      try {
        await send(group);
        return { answers: new Map(group.map((write) => [write, 'replaced'])), isUnsure, isCrowded: false };
      } catch (error) {
        const answers = judge(group, standingItems(error), isUnsure);
        if (answers.size > 0) return { answers, isUnsure, isCrowded: false };
        const failure = classifyFailure(error);
        if (failure === 'unknown') isUnsure = true;
        if (failure === 'contended') conflicts++;
        if (group.length > 1 && conflicts >= groupConflictsMax) return { answers, isUnsure, isCrowded: true };
        throw error;
      }
    };
  };

  const send = async (group: readonly RowWrite[]): Promise<void> => {
    const [first] = group;
    invariant(first, 'a group has a row');
    const difference = sumTotals(group.map((write) => write.difference));
    const puts = group.map((write) => toPut(tableName, write));
    const [put] = puts;
    const isEmpty = Object.keys(difference).length === 0;
    if (put && puts.length === 1 && isEmpty) {
      await documentClient.send(new PutCommand(put));
      return;
    }
    await documentClient.send(
      new TransactWriteCommand({
        TransactItems: [
          ...puts.map((it) => ({ Put: it })),
          ...(isEmpty ? [] : [{ Update: totalsUpdate(tableName, first.totals, difference) }]),
        ],
      }),
    );
  };

  return replaceAll;
};

interface RowWrite {
  readonly tenant: string;
  readonly item: ViewItem;
  readonly read: { readonly revision: string; readonly contribution: string } | undefined;
  readonly difference: Totals;
  /** Where its difference goes if it is the first of its transaction. */
  readonly totals: ItemKey;
}

interface Tried {
  /** Of those that are settled. */
  readonly answers: ReadonlyMap<RowWrite, Replaced>;
  readonly isUnsure: boolean;
  /** So many writers are at these rows that a group has no chance. */
  readonly isCrowded: boolean;
}

const toRowWrite = (
  { generation, totalsShards }: ViewReplacementsDeps,
  { view, over }: Replacement<unknown>,
): RowWrite => {
  const { stream, listing, contribution } = view;
  invariant(
    !over || (over.stream === stream && over.listing.tenant === listing.tenant),
    'a row replaces a row of its own stream and tenant',
  );
  return {
    tenant: listing.tenant,
    item: viewToItem(generation, view),
    read: over && { revision: revisionOf(over), contribution: contributionText(over) },
    difference: totalsDifference(over?.contribution ?? {}, contribution),
    totals: totalsKey(generation, listing.tenant, shardOfStream(stream, totalsShards)),
  };
};

const changesTotals = ({ difference }: RowWrite): boolean => Object.keys(difference).length > 0;

function* transactionsOf(writes: readonly RowWrite[]): Generator<readonly RowWrite[]> {
  let group: RowWrite[] = [];
  let bytes = 0;
  let names = new Set<string>();
  for (const write of writes) {
    const rowBytes = itemBytes(write.item);
    const allNames = new Set([...names, ...Object.keys(write.difference)]);
    const isFull =
      group.length >= transactionRowsMax ||
      bytes + rowBytes > transactionBytesMax ||
      allNames.size > totalsPerUpdateMax;
    if (isFull && group.length > 0) {
      yield group;
      [group, bytes, names] = [[], 0, new Set(Object.keys(write.difference))];
    } else names = allNames;
    group.push(write);
    bytes += rowBytes;
  }
  if (group.length > 0) yield group;
}

const toPut = (tableName: string, { item, read }: RowWrite) => ({
  TableName: tableName,
  Item: { ...item },
  ReturnValuesOnConditionCheckFailure: 'ALL_OLD' as const,
  ...(read === undefined
    ? { ConditionExpression: 'attribute_not_exists(#stream)', ExpressionAttributeNames: { '#stream': 'stream' } }
    : {
        ConditionExpression: '#revision = :revision AND #contribution = :contribution',
        ExpressionAttributeNames: { '#revision': 'revision', '#contribution': 'contribution' },
        ExpressionAttributeValues: { ':revision': read.revision, ':contribution': read.contribution },
      }),
});

/** By the row's place in the group: what stands where its condition failed. Empty for any other failure. */
const standingItems = (error: unknown): ReadonlyMap<number, FlatItem> => {
  if (error instanceof ConditionalCheckFailedException) return new Map([[0, toFlatItem(error.Item ?? {})]]);
  if (!(error instanceof TransactionCanceledException)) return new Map();
  return new Map(
    (error.CancellationReasons ?? []).flatMap(({ Code, Item }, i): [number, FlatItem][] =>
      Code === 'ConditionalCheckFailed' ? [[i, toFlatItem(Item ?? {})]] : [],
    ),
  );
};

const judge = (
  group: readonly RowWrite[],
  standing: ReadonlyMap<number, FlatItem>,
  isUnsure: boolean,
): ReadonlyMap<RowWrite, Replaced> =>
  new Map(
    group.flatMap((write, i): [RowWrite, Replaced][] => {
      const item = standing.get(i);
      return item ? [[write, isUnsure && isSame(write.item, item) ? 'replaced' : 'lost']] : [];
    }),
  );

const isSame = (ours: ViewItem, standing: FlatItem): boolean =>
  Object.entries(ours).every(([name, value]) => standing[name] === value);

const labelOf = (group: readonly RowWrite[]): string =>
  group.length === 1 ? `replace the row of ${group[0]?.item.stream}` : `replace ${group.length} rows`;

const unanswered = (): never => {
  throw new Error('Invariant broken: every row has an answer');
};
