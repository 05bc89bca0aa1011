/**
 * Read-model rows in DynamoDB, each with the cut that it was folded from, under a condition that lets no row go back.
 *
 * Item: `stream` and `view` are the key; `row` is one string of canonical JSON, since nothing in DynamoDB looks into it,
 * and equal rows are then equal strings in every region; `cut_<writer>` is one number per writer, and `writers` names
 * them, so that a writer that the new row has not seen cannot be overlooked. Where the set of writers has changed, the
 * put sees it in the failed condition and tries again: once per region that joins a stream.
 */
import { type AttributeValue, ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import { type DynamoDBDocumentClient, GetCommand, PutCommand, ScanCommand } from '@aws-sdk/lib-dynamodb';
import { type Cut, coversCut, seqAt } from '../../domain/ledger/cut.ts';
import { canonicalJson } from '../../domain/ledger/entry-hash.ts';
import type { Random, Sleep } from '../../domain/ports/clock.ts';
import { LedgerFault } from '../../domain/ports/event-store.ts';
import type { StoredView, ViewStore } from '../../domain/ports/view-store.ts';
import { cutAttribute, storedCutIsCovered } from './append-conditions.ts';
import { viewRowBytesMax } from './dynamodb-limits.ts';
import { createRequestRetry } from './request-retry.ts';

export interface DynamoDbViewStoreDeps {
  /** From createDocumentClient: its SDK retries are off. */
  readonly documentClient: DynamoDBDocumentClient;
  readonly tableName: string;
  /** Several views share the table. */
  readonly view: string;
  readonly sleep: Sleep;
  readonly random: Random;
}

/** `Row` is JSON: whatever it holds beyond that (undefined, dates) does not come back. */
export const createDynamoDbViewStore = <Row>(deps: DynamoDbViewStoreDeps): ViewStore<Row> => {
  const { documentClient, tableName, view } = deps;
  const retry = createRequestRetry(deps);

  const put: ViewStore<Row>['put'] = async (stored) => {
    const item = toItem(view, stored);
    const writers = writersOf(stored.cut);
    let expected = writers;
    // A stored set of writers that ours covers can only grow towards ours, so there are no more tries than writers.
    for (let tries = 0; tries <= writers.length; tries++) {
      const standing = await putOver(expected, item, stored.cut);
      if (standing === undefined) return { kind: 'stored' };
      if (!coversCut(stored.cut, standing)) return { kind: 'behind', storedCut: standing };
      expected = writersOf(standing);
    }
    throw new LedgerFault('unavailable', `put view ${view} of ${stored.stream}: the stored row does not settle`);
  };

  /** Undefined when stored, else the cut that stands. Equal cuts overwrite: a new fold of the same entries counts. */
  const putOver = (expected: readonly string[], item: ViewItem, cut: Cut): Promise<Cut | undefined> =>
    retry(`put view ${view} of ${item.stream}`, async () => {
      try {
        await documentClient.send(
          new PutCommand({
            TableName: tableName,
            Item: item,
            ...storedCutIsCovered(cut, expected),
            ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
          }),
        );
        return undefined;
      } catch (error) {
        if (error instanceof ConditionalCheckFailedException && error.Item) return standingCut(error.Item);
        throw error;
      }
    });

  const get: ViewStore<Row>['get'] = async (stream) => {
    const answer = await retry(`get view ${view} of ${stream}`, () =>
      documentClient.send(new GetCommand({ TableName: tableName, Key: { stream, view }, ConsistentRead: true })),
    );
    return answer.Item && fromItem<Row>(answer.Item);
  };

  const all: ViewStore<Row>['all'] = async function* () {
    let startKey: Record<string, unknown> | undefined;
    do {
      const answer = await scan(startKey);
      for (const item of answer.Items ?? []) yield fromItem<Row>(item);
      startKey = answer.LastEvaluatedKey;
    } while (startKey !== undefined);
  };

  const scan = (startKey: Record<string, unknown> | undefined) =>
    retry(`scan view ${view}`, () =>
      documentClient.send(
        new ScanCommand({
          TableName: tableName,
          ConsistentRead: true,
          ExclusiveStartKey: startKey,
          FilterExpression: '#view = :view',
          ExpressionAttributeNames: { '#view': 'view' },
          ExpressionAttributeValues: { ':view': view },
        }),
      ),
    );

  return { put, get, all };
};

interface ViewItem {
  readonly stream: string;
  readonly view: string;
  readonly row: string;
  readonly writers: string;
  /** `cut_<writer>`. */
  readonly [cutOfWriter: `cut_${string}`]: number;
}

const toItem = (view: string, { stream, cut, row }: StoredView<unknown>): ViewItem => {
  const text = canonicalJson(row);
  const rowBytes = Buffer.byteLength(text);
  if (rowBytes > viewRowBytesMax)
    throw new LedgerFault(
      'entry-too-large',
      `put view ${view} of ${stream}: the row has ${rowBytes} bytes, at most ${viewRowBytesMax} fit`,
    );
  const writers = writersOf(cut);
  const numbers = Object.fromEntries(writers.map((writer) => [cutAttribute(writer), seqAt(cut, writer)]));
  return { stream, view, row: text, writers: writers.join(','), ...numbers };
};

const fromItem = <Row>(item: Record<string, unknown>): StoredView<Row> => ({
  stream: String(item['stream']),
  cut: readCut(String(item['writers']), (attribute) => item[attribute]),
  row: JSON.parse(String(item['row'])),
});

/** The document client leaves an error's item as DynamoDB wrote it. */
const standingCut = (item: Record<string, AttributeValue>): Cut =>
  readCut(item['writers']?.S ?? '', (attribute) => item[attribute]?.N);

const readCut = (writers: string, numberAt: (attribute: string) => unknown): Cut =>
  Object.fromEntries(
    writers
      .split(',')
      .filter((writer) => writer !== '')
      .map((writer) => [writer, Number(numberAt(cutAttribute(writer)))]),
  );

const writersOf = (cut: Cut): readonly string[] =>
  Object.keys(cut)
    .filter((writer) => seqAt(cut, writer) > 0)
    .sort();
