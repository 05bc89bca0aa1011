/**
 * Small documents in DynamoDB, each replaced by compare-and-set on its revision.
 *
 * Item: `kind` and `name` are the key; `value` is canonical JSON, so that whoever lost an answer can see whether what
 * stands is what he put. A condition that fails on our own earlier try is our success.
 */
import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import {
  DeleteCommand,
  type DynamoDBDocumentClient,
  GetCommand,
  PutCommand,
  QueryCommand,
  type QueryCommandInput,
} from '@aws-sdk/lib-dynamodb';
import { canonicalJson } from '../../domain/ledger/entry-hash.ts';
import type { Random, Sleep } from '../../domain/ports/clock.ts';
import type { ControlDocument, ControlStore, PageOptions } from '../../domain/ports/control-store.ts';
import { LedgerFault } from '../../domain/ports/event-store.ts';
import { createBatchRequests } from './batch-requests.ts';
import { controlValueBytesMax } from './dynamodb-limits.ts';
import { type FlatItem, toFlatItem } from './flat-item.ts';
import { classifyFailure, createRequestRetry } from './request-retry.ts';

export interface DynamoDbControlStoreDeps {
  /** From createDocumentClient: its SDK retries are off. */
  readonly documentClient: DynamoDBDocumentClient;
  readonly tableName: string;
  readonly sleep: Sleep;
  readonly random: Random;
  /** Of one request; as RequestRetryDeps has it. */
  readonly triesMax?: number;
}

export const createDynamoDbControlStore = (deps: DynamoDbControlStoreDeps): ControlStore => {
  const { documentClient, tableName } = deps;
  const retry = createRequestRetry(deps);
  const batches = createBatchRequests<DocumentKey>({ documentClient, tableName, retry });

  const get: ControlStore['get'] = async <Value>(kind: string, name: string) => {
    const { Item } = await retry(`get ${kind} ${name}`, () =>
      documentClient.send(new GetCommand({ TableName: tableName, Key: { kind, name }, ConsistentRead: true })),
    );
    return Item && itemToDocument<Value>(Item);
  };

  const getAll: ControlStore['getAll'] = async <Value>(kind: string, names: readonly string[]) => {
    const items = await batches.getItems([...new Set(names)].map((name) => ({ kind, name })));
    return items.map((item) => itemToDocument<Value>(item));
  };

  const put: ControlStore['put'] = (kind, name, value, revision) => {
    const text = valueText(kind, name, value);
    return change(
      `put ${kind} ${name}`,
      () =>
        documentClient.send(
          new PutCommand({
            TableName: tableName,
            Item: { kind, name, revision: revision + 1, value: text },
            ...(revision === 0 ? nothingStands : revisionStands(revision)),
            ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
          }),
        ),
      (standing) => standing?.['revision'] === revision + 1 && standing['value'] === text,
    );
  };

  const remove: ControlStore['remove'] = (kind, name, revision) =>
    change(
      `remove ${kind} ${name}`,
      () =>
        documentClient.send(
          new DeleteCommand({
            TableName: tableName,
            Key: { kind, name },
            ...revisionStands(revision),
            ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
          }),
        ),
      (standing) => standing === undefined,
    );

  /** `isDone` says whether what stands is what an earlier try, whose answer was lost, would have left. */
  const change = (
    label: string,
    send: () => Promise<unknown>,
    isDone: (standing: FlatItem | undefined) => boolean,
  ): Promise<boolean> => {
    let isUnsure = false;
    return retry(label, async () => {
      try {
        await send();
        return true;
      } catch (error) {
        if (error instanceof ConditionalCheckFailedException)
          return isUnsure && isDone(error.Item && toFlatItem(error.Item));
        if (classifyFailure(error) === 'unknown') isUnsure = true;
        throw error;
      }
    });
  };

  const list: ControlStore['list'] = async function* <Value>(kind: string) {
    let startKey: Record<string, unknown> | undefined;
    do {
      const answer = await query(kind, startKey);
      for (const item of answer.Items ?? []) yield itemToDocument<Value>(item);
      startKey = answer.LastEvaluatedKey;
    } while (startKey !== undefined);
  };

  const query = (
    kind: string,
    startKey: Record<string, unknown> | undefined,
    range: Pick<QueryCommandInput, 'ScanIndexForward' | 'Limit'> = {},
  ) =>
    retry(`list ${kind}`, () =>
      documentClient.send(
        new QueryCommand({
          TableName: tableName,
          ...range,
          ConsistentRead: true,
          ExclusiveStartKey: startKey,
          KeyConditionExpression: '#kind = :kind',
          ExpressionAttributeNames: { '#kind': 'kind' },
          ExpressionAttributeValues: { ':kind': kind },
        }),
      ),
    );

  const page: ControlStore['page'] = async <Value>(kind: string, { limit, first, after }: PageOptions) => {
    const documents: ControlDocument<Value>[] = [];
    // Nothing is below the empty text, and everything above it; DynamoDB has no key that is empty.
    if (after === '' && first === 'largest') return documents;
    let startKey: Record<string, unknown> | undefined = after ? { kind, name: after } : undefined;
    do {
      const answer = await query(kind, startKey, {
        ScanIndexForward: first === 'smallest',
        Limit: limit - documents.length,
      });
      documents.push(...(answer.Items ?? []).map((item) => itemToDocument<Value>(item)));
      startKey = answer.LastEvaluatedKey;
    } while (startKey !== undefined && documents.length < limit);
    return documents;
  };

  return { get, getAll, put, remove, list, page };
};

interface DocumentKey {
  readonly kind: string;
  readonly name: string;
}

/** Canonical, so that equal values are equal texts. Throws LedgerFault `entry-too-large`. */
export const valueText = (kind: string, name: string, value: unknown): string => {
  const text = canonicalJson(value);
  const bytes = Buffer.byteLength(text);
  if (bytes > controlValueBytesMax)
    throw new LedgerFault(
      'entry-too-large',
      `put ${kind} ${name}: the value has ${bytes} bytes, at most ${controlValueBytesMax} fit`,
    );
  return text;
};

const nothingStands = {
  ConditionExpression: 'attribute_not_exists(#kind)',
  ExpressionAttributeNames: { '#kind': 'kind' },
} as const;

const revisionStands = (revision: number) => ({
  ConditionExpression: '#revision = :revision',
  ExpressionAttributeNames: { '#revision': 'revision' },
  ExpressionAttributeValues: { ':revision': revision },
});

const itemToDocument = <Value>(item: Record<string, unknown>): ControlDocument<Value> => ({
  name: String(item['name']),
  revision: Number(item['revision']),
  value: JSON.parse(String(item['value'])),
});
