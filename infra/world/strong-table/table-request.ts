/**
 * What a request to DynamoDB asks of one strongly consistent table, as far as its consistency goes.
 *
 * What AWS refuses of such a table is refused, and so is what would go past the coordination unseen: nothing else of this
 * world writes several items in one request, or in PartiQL.
 */
import { type ItemKey, type RawItem, toItemKey } from './replica.ts';

export type TableRequest =
  /** Of another table, or content with what the replica has, or nothing that DynamoDB will take. */
  | { readonly kind: 'passing' }
  | { readonly kind: 'strong-read' }
  | { readonly kind: 'write'; readonly key: ItemKey; readonly image: RawItem | undefined }
  | { readonly kind: 'refused'; readonly reason: string };

export const readTableRequest = (tableName: string, operation: string, body: Buffer): TableRequest => {
  const request = parseJson(body);
  const isOurs = (name: unknown): boolean => typeof name === 'string' && name.split(':table/').at(-1) === tableName;
  const strongReadIf = (isStrong: boolean): TableRequest => ({ kind: isStrong ? 'strong-read' : 'passing' });
  switch (operation) {
    case 'PutItem':
      return isOurs(request['TableName']) ? toWrite(request['Item'], request['Item']) : passing;
    case 'UpdateItem':
    case 'DeleteItem':
      return isOurs(request['TableName']) ? toWrite(request['Key']) : passing;
    case 'GetItem':
    case 'Query':
    case 'Scan':
      return strongReadIf(isOurs(request['TableName']) && request['ConsistentRead'] === true);
    case 'BatchGetItem':
      return strongReadIf(
        Object.entries(toObject(request['RequestItems'])).some(
          ([name, wanted]) => isOurs(name) && toObject(wanted)['ConsistentRead'] === true,
        ),
      );
    case 'TransactWriteItems':
    case 'TransactGetItems':
      return tablesOf(request['TransactItems']).some(isOurs)
        ? refuse('a strongly consistent table takes no transactions')
        : passing;
    case 'BatchWriteItem':
      return Object.keys(toObject(request['RequestItems'])).some(isOurs) ? refuse(oneByOne) : passing;
    case 'UpdateTimeToLive':
      return isOurs(request['TableName']) ? refuse('items of a strongly consistent table do not expire') : passing;
    case 'ExecuteStatement':
    case 'BatchExecuteStatement':
    case 'ExecuteTransaction':
      return refuse(oneByOne);
    default:
      return passing;
  }
};

const passing: TableRequest = { kind: 'passing' };
const oneByOne = 'this world writes a strongly consistent table item by item, and not in PartiQL';

const refuse = (reason: string): TableRequest => ({ kind: 'refused', reason });

/** What has no key of the table DynamoDB itself refuses. */
const toWrite = (key: unknown, image?: unknown): TableRequest => {
  const itemKey = toItemKey(key);
  return itemKey ? { kind: 'write', key: itemKey, image: image as RawItem | undefined } : passing;
};

type Json = Readonly<Record<string, unknown>>;

const toObject = (value: unknown): Json => (typeof value === 'object' && value !== null ? (value as Json) : {});

/** Of a transaction's items: each has one action, which names a table. */
const tablesOf = (items: unknown): readonly unknown[] =>
  Array.isArray(items)
    ? items.flatMap((item) => Object.values(toObject(item)).map((action) => toObject(action)['TableName']))
    : [];

const parseJson = (body: Buffer): Json => {
  try {
    return toObject(JSON.parse(body.toString('utf8')));
  } catch {
    return {};
  }
};
