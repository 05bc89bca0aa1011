/**
 * The control store against DynamoDB Local: the contract. What it does when answers get lost: unknown-outcomes.test.ts
 */
import { createDynamoDbControlStore } from '../../../infra/dynamodb/dynamodb-control-store.ts';
import { controlTable } from '../../../infra/dynamodb/ledger-table.ts';
import { createSeededRandom } from '../../support/builders/seeded-random.ts';
import { controlStoreContract } from '../../support/contracts/control-store-contract.ts';
import { useDynamoDbLocal } from '../../support/dynamodb-local-fixture.ts';

const local = useDynamoDbLocal();
const random = createSeededRandom(9);
const sleep = (ms: number) => new Promise<void>((wake) => setTimeout(wake, ms));

controlStoreContract('the DynamoDB control store', async () => {
  const tableName = await local.createTable(controlTable);
  return createDynamoDbControlStore({ documentClient: local.connect(), tableName, sleep, random });
});
