/**
 * The world's replication of one table that holds both what is written once and what is rewritten, on DynamoDB Local.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { DynamoDBStreamsClient } from '@aws-sdk/client-dynamodb-streams';
import { PutCommand, ScanCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest';
import { beatToItem } from '../../../infra/dynamodb/beat-codec.ts';
import { createTableIfMissing } from '../../../infra/dynamodb/create-table.ts';
import { toItem } from '../../../infra/dynamodb/entry-codec.ts';
import { ledgerTable } from '../../../infra/dynamodb/ledger-table.ts';
import { startDynamoDbLink, type TableClients } from '../../../infra/world/dynamodb-link.ts';
import type { ReplicationLink } from '../../../infra/world/replication-link.ts';
import { createSeededRandom } from '../../support/builders/seeded-random.ts';
import { entriesOf } from '../../support/contracts/contract-entries.ts';
import { exampleBeat } from '../../support/contracts/heartbeat-store-contract.ts';
import { useDynamoDbLocal } from '../../support/dynamodb-local-fixture.ts';
import { type ObservedRequest, observeRequests } from '../../support/observe-requests.ts';

type PlainItem = Readonly<Record<string, unknown>>;

const local = useDynamoDbLocal();
const entries = entriesOf(5).map((entry): PlainItem => ({ ...toItem(entry) }));
const beat = (counter: number): PlainItem => ({ ...beatToItem(exampleBeat(counter)) });
const isBeat = (item: PlainItem): boolean => String(item['stream']).startsWith('heartbeat/');

describe('a link between two ledger tables', () => {
  let tables = 0;
  let tableName: string;
  let us: TableClients;
  let eu: TableClients;
  let sentToEu: readonly ObservedRequest[];
  const condition = { isCut: false, lagMs: 0 };
  let link: ReplicationLink | undefined;
  const faults: unknown[] = [];
  const streamsClients: DynamoDBStreamsClient[] = [];

  const connect = async (region: string): Promise<TableClients> => {
    const documentClient = local.connect({ region });
    const { credentials } = documentClient.config;
    const streamsClient = new DynamoDBStreamsClient({ region, endpoint: local.endpoint(), credentials });
    streamsClients.push(streamsClient);
    await createTableIfMissing(documentClient, ledgerTable(tableName));
    return { documentClient, streamsClient };
  };
  beforeEach(async () => {
    tableName = `linked-${++tables}`;
    [us, eu] = [await connect('us-east-1'), await connect('eu-west-1')];
    condition.isCut = false;
  });
  afterEach(async () => {
    await link?.stop();
    expect(faults.splice(0)).toEqual([]);
  });
  afterAll(() => {
    for (const client of streamsClients) client.destroy();
  });

  const put = async ({ documentClient }: TableClients, ...items: readonly PlainItem[]): Promise<void> => {
    for (const item of items) await documentClient.send(new PutCommand({ TableName: tableName, Item: item }));
  };
  const itemsOf = async ({ documentClient }: TableClients): Promise<readonly PlainItem[]> =>
    (await documentClient.send(new ScanCommand({ TableName: tableName, ConsistentRead: true }))).Items ?? [];
  const startLink = async (): Promise<ReplicationLink> => {
    sentToEu = observeRequests(eu.documentClient);
    link = await startDynamoDbLink({
      source: us,
      target: eu,
      table: { tableName, regionAttribute: 'region', lwwAttribute: 'counter' },
      settings: {
        from: 'us-east-1',
        to: 'eu-west-1',
        table: tableName,
        condition: () => condition,
        clock: { nowMs: Date.now },
        random: createSeededRandom(1),
        sleep,
        onFault: (fault) => void faults.push(fault),
      },
    });
    return link;
  };
  const putsToEu = (): number => sentToEu.filter(({ command }) => command === 'PutItem').length;

  it('sends at its start what is missing and what may have changed, and nothing that stands', async () => {
    await put(us, ...entries, beat(9));
    await put(eu, ...entries.slice(0, 4), beat(3));

    await (await startLink()).caughtUp();

    expect(putsToEu()).toBe(2);
    expect(await itemsOf(eu)).toEqual(await itemsOf(us));
  });

  it.each(['us', 'eu'] as const)(
    'sends what is missing though %s did not answer when it was first asked',
    async (name) => {
      await put(us, ...entries);
      failOnce({ us, eu }[name].documentClient, { us: 'Scan', eu: 'BatchGetItem' }[name]);

      await (await startLink()).caughtUp();

      expect(faults.splice(0).map(String)).toEqual(['Error: no answer']);
      expect(await itemsOf(eu)).toEqual(await itemsOf(us));
    },
  );

  it('replaces an older heartbeat, and never a newer one', async () => {
    const started = await startLink();
    await put(us, beat(1));
    await started.caughtUp();
    await put(us, beat(2));
    await started.caughtUp();
    expect((await itemsOf(eu)).filter(isBeat)).toEqual([beat(2)]);

    await put(eu, beat(7));
    await put(us, beat(5));
    await started.caughtUp();
    expect((await itemsOf(eu)).filter(isBeat)).toEqual([beat(7)]);
  });

  it('never replaces an entry, not by one that says to be mutable either', async () => {
    const [entry] = entries as [PlainItem];
    await put(eu, entry);
    const started = await startLink();

    await put(us, { ...entry, body: 'forged' });
    await put(us, { ...entry, body: 'forged', counter: 99 });
    await started.caughtUp();

    expect(await itemsOf(eu)).toEqual([entry]);
  });

  it('sends one heartbeat for all of a partition, and every entry', async () => {
    const started = await startLink();
    condition.isCut = true;
    for (let counter = 1; counter <= 30; counter++) await put(us, beat(counter));
    await put(us, ...entries);
    const deadlineMs = Date.now() + 20_000;
    while (started.backlogItems() !== entries.length + 1 && Date.now() < deadlineMs) await sleep(20);
    expect(started.backlogItems()).toBe(entries.length + 1);

    condition.isCut = false;
    await started.caughtUp();

    expect(putsToEu()).toBe(entries.length + 1);
    expect((await itemsOf(eu)).filter(isBeat)).toEqual([beat(30)]);
  });
});

const failOnce = ({ middlewareStack }: TableClients['documentClient'], command: string): void => {
  let hasFailed = false;
  middlewareStack.add(
    (next, { commandName }) =>
      (args) => {
        if (hasFailed || commandName !== `${command}Command`) return next(args);
        hasFailed = true;
        throw new Error('no answer');
      },
    { step: 'build' },
  );
};
