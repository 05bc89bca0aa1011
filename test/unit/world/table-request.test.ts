import { describe, expect, it } from 'vitest';
import { readTableRequest } from '../../../infra/world/strong-table/table-request.ts';

const key = { stream: { S: 'order/a/1' }, position: { S: 'global/0000000001' } };
const arn = 'arn:aws:dynamodb:us-east-1:000000000000:table/ledger';

const kindOf = (operation: string, request: unknown): string =>
  readTableRequest('ledger', operation, Buffer.from(JSON.stringify(request) ?? '')).kind;

describe('a request to a strongly consistent table', () => {
  it('to write one item names its key, and of a put the item', () => {
    const item = { ...key, body: { S: '{}' } };
    const read = (operation: string, request: object) =>
      readTableRequest('ledger', operation, Buffer.from(JSON.stringify({ TableName: 'ledger', ...request })));
    const written = { kind: 'write', key: { stream: 'order/a/1', position: 'global/0000000001' } };
    expect(read('PutItem', { Item: item })).toEqual({ ...written, image: item });
    for (const operation of ['UpdateItem', 'DeleteItem']) expect(read(operation, { Key: key })).toEqual(written);
  });

  it.each(['GetItem', 'Query', 'Scan'])('to read by %s needs a quorum where it says that it does', (operation) => {
    expect(kindOf(operation, { TableName: 'ledger', ConsistentRead: true })).toBe('strong-read');
    expect(kindOf(operation, { TableName: arn, ConsistentRead: true })).toBe('strong-read');
    expect(kindOf(operation, { TableName: 'ledger' })).toBe('passing');
    expect(kindOf(operation, { TableName: 'views', ConsistentRead: true })).toBe('passing');
  });

  it('to read several tables needs a quorum where it reads this one so', () => {
    const reading = (RequestItems: object) => kindOf('BatchGetItem', { RequestItems });
    expect(reading({ views: {}, ledger: { ConsistentRead: true } })).toBe('strong-read');
    expect(reading({ views: { ConsistentRead: true }, ledger: {} })).toBe('passing');
  });

  it.each([
    [
      'TransactWriteItems',
      { TransactItems: [{ Put: { TableName: 'views' } }, { ConditionCheck: { TableName: arn } }] },
    ],
    ['TransactGetItems', { TransactItems: [{ Get: { TableName: 'ledger' } }] }],
    ['BatchWriteItem', { RequestItems: { ledger: [] } }],
    ['UpdateTimeToLive', { TableName: 'ledger' }],
    ['ExecuteStatement', {}],
    ['BatchExecuteStatement', {}],
    ['ExecuteTransaction', {}],
  ])('is refused as %s', (operation, request) => {
    expect(kindOf(operation, request)).toBe('refused');
  });

  it.each([
    ['TransactWriteItems', { TransactItems: [{ Put: { TableName: 'views' } }] }],
    ['BatchWriteItem', { RequestItems: { views: [] } }],
    ['UpdateTimeToLive', { TableName: 'views' }],
    ['PutItem', { TableName: 'views', Item: key }],
    ['DescribeTable', { TableName: 'ledger' }],
  ])('passes as %s where it is no business of this table', (operation, request) => {
    expect(kindOf(operation, request)).toBe('passing');
  });

  it.each([
    ['PutItem', { TableName: 'ledger', Item: null }],
    ['UpdateItem', { TableName: 'ledger', Key: { stream: null, position: 3 } }],
    ['BatchGetItem', { RequestItems: { ledger: null } }],
    ['BatchGetItem', { RequestItems: 'ledger' }],
    ['TransactWriteItems', { TransactItems: [null, { Put: null }, 3] }],
    ['Query', []],
    ['Query', null],
    ['Query', undefined],
  ])('that DynamoDB would not take passes, for DynamoDB to say so: %s %j', (operation, request) => {
    expect(kindOf(operation, request)).toBe('passing');
  });
});
