/**
 * One region's copy of the ledger table, in DynamoDB's own JSON: nothing that stands in it is translated on its way from
 * one region's database to another's.
 *
 * DynamoDB Local reads of a signature only whose it is and for which region, so a request goes out without a real one.
 */
import type { DynamoDbLocal } from '../dynamodb-local.ts';

export interface Replica {
  /** A request of a client, as it came. Throws when no answer comes. */
  readonly send: (operation: string, body: Uint8Array | string) => Promise<DatabaseAnswer>;
  /** Throws when it cannot be read. */
  readonly read: (key: ItemKey) => Promise<RawItem | undefined>;
  /** Makes the item what is given, or nothing. Throws when that is not certain. */
  readonly write: (key: ItemKey, item: RawItem | undefined) => Promise<void>;
  readonly keys: () => AsyncIterable<ItemKey>;
}

export interface DatabaseAnswer {
  readonly status: number;
  readonly contentType: string;
  readonly body: Buffer;
}

export type RawItem = Readonly<Record<string, unknown>>;

export interface ItemKey {
  readonly stream: string;
  readonly position: string;
}

export const nameOf = ({ stream, position }: ItemKey): string => JSON.stringify([stream, position]);

export interface ReplicaOptions {
  readonly region: string;
  readonly database: Pick<DynamoDbLocal, 'endpoint' | 'credentials'>;
  readonly tableName: string;
}

export const createReplica = ({ region, database, tableName }: ReplicaOptions): Replica => {
  const credential = `${database.credentials.accessKeyId}/20260101/${region}/dynamodb/aws4_request`;

  const send: Replica['send'] = async (operation, body) => {
    const answered = await fetch(database.endpoint, {
      method: 'POST',
      headers: {
        authorization: `AWS4-HMAC-SHA256 Credential=${credential}, SignedHeaders=host, Signature=local`,
        'content-type': 'application/x-amz-json-1.0',
        'x-amz-target': `DynamoDB_20120810.${operation}`,
      },
      body: typeof body === 'string' ? body : new Uint8Array(body),
      signal: AbortSignal.timeout(answerMsMax),
    });
    const { status, headers } = answered;
    const contentType = headers.get('content-type') ?? 'application/x-amz-json-1.0';
    return { status, contentType, body: Buffer.from(await answered.arrayBuffer()) };
  };

  const ask = async (operation: string, request: object): Promise<Asked> => {
    const { status, body } = await send(operation, JSON.stringify({ TableName: tableName, ...request }));
    const json = JSON.parse(body.toString('utf8')) as Asked;
    if (status !== 200) throw new Error(`${region}: ${operation} was answered ${status} ${json.__type}`);
    return json;
  };

  async function* keys(): AsyncGenerator<ItemKey> {
    let startKey: unknown;
    do {
      const page = await ask('Scan', {
        ...keysOnly,
        ...(startKey !== undefined && { ExclusiveStartKey: startKey }),
      });
      for (const item of page.Items ?? []) {
        const key = toItemKey(item);
        if (key) yield key;
      }
      startKey = page.LastEvaluatedKey;
    } while (startKey !== undefined);
  }

  return {
    send,
    read: async (key) => (await ask('GetItem', { Key: toRawKey(key), ConsistentRead: true })).Item,
    // DynamoDB tells nobody of a put that changes nothing.
    write: async (key, item) =>
      void (await (item ? ask('PutItem', { Item: item }) : ask('DeleteItem', { Key: toRawKey(key) }))),
    keys,
  };
};

/** DynamoDB Local answers in milliseconds; on a machine that is very busy it may take its time. */
const answerMsMax = 10_000;

interface Asked {
  readonly __type?: string;
  readonly Item?: RawItem;
  readonly Items?: readonly RawItem[];
  readonly LastEvaluatedKey?: unknown;
}

const keysOnly = {
  ConsistentRead: true,
  ProjectionExpression: '#stream, #position',
  ExpressionAttributeNames: { '#stream': 'stream', '#position': 'position' },
} as const;

const toRawKey = ({ stream, position }: ItemKey): RawItem => ({ stream: { S: stream }, position: { S: position } });

/** Undefined where it is no key of this table. */
export const toItemKey = (raw: unknown): ItemKey | undefined => {
  const { stream, position } = (raw ?? {}) as { readonly stream?: RawString; readonly position?: RawString };
  if (typeof stream?.S !== 'string' || typeof position?.S !== 'string') return undefined;
  return { stream: stream.S, position: position.S };
};

interface RawString {
  readonly S?: unknown;
}
