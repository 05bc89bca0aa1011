/**
 * The store of customers' keys against DynamoDB Local: the contract, and that nobody takes a key for an entry.
 */
import { ScanCommand } from '@aws-sdk/lib-dynamodb';
import { describe, expect, it } from 'vitest';
import { createDynamoDbCustomerKeys } from '../../../infra/dynamodb/dynamodb-customer-keys.ts';
import { createDynamoDbEventStore } from '../../../infra/dynamodb/dynamodb-event-store.ts';
import { ledgerIndexName } from '../../../infra/dynamodb/ledger-keys.ts';
import { ledgerTable } from '../../../infra/dynamodb/ledger-table.ts';
import { sha256 } from '../../../infra/node/sha256.ts';
import { createSeededRandom } from '../../support/builders/seeded-random.ts';
import { collect } from '../../support/collect.ts';
import { customerKeysContract } from '../../support/contracts/customer-keys-contract.ts';
import { useDynamoDbLocal } from '../../support/dynamodb-local-fixture.ts';

const local = useDynamoDbLocal();
const random = createSeededRandom(9);
const sleep = (ms: number) => new Promise<void>((wake) => setTimeout(wake, ms));

const createStore = async () => {
  const tableName = await local.createTable(ledgerTable);
  const deps = { documentClient: local.connect(), tableName, sleep, random };
  return { ...deps, keys: createDynamoDbCustomerKeys(deps) };
};

customerKeysContract('the DynamoDB customer keys', async () => (await createStore()).keys);

describe('a key in the ledger table', () => {
  it('is no entry of any order, and stands in no index', async () => {
    const { keys, ...deps } = await createStore();
    await keys.put('customer-key/acme/1', { region: 'us-east-1', number: 1, keyId: 'a', wrapped: 'w' });
    const eventStore = createDynamoDbEventStore({ ...deps, sha256 });
    expect(await collect(eventStore.streams())).toEqual([]);
    expect(await collect(eventStore.scan({ part: 0, parts: 1 }))).toEqual([]);
    const scan = (IndexName?: string) =>
      deps.documentClient.send(new ScanCommand({ TableName: deps.tableName, ...(IndexName && { IndexName }) }));
    expect((await scan(ledgerIndexName)).Items).toEqual([]);
    expect((await scan()).Items).toEqual([
      {
        stream: 'customer-key/acme/1',
        position: 'us-east-1/0000000001',
        region: 'us-east-1',
        keyId: 'a',
        wrapped: 'w',
      },
    ]);
  });
});
