import { setTimeout as sleep } from 'node:timers/promises';
import { GetItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Entry } from '../../../domain/ledger/entry.ts';
import type { PeerReplica } from '../../../domain/ports/peer-replica.ts';
import { createTableIfMissing } from '../../../infra/dynamodb/create-table.ts';
import { createDocumentClient } from '../../../infra/dynamodb/document-client.ts';
import { createDynamoDbEventStore } from '../../../infra/dynamodb/dynamodb-event-store.ts';
import { createDynamoDbPeerReplica } from '../../../infra/dynamodb/dynamodb-peer-replica.ts';
import { ledgerTable } from '../../../infra/dynamodb/ledger-table.ts';
import { sha256 } from '../../../infra/node/sha256.ts';
import { type DynamoDbLocal, startDynamoDbLocal } from '../../../infra/world/dynamodb-local.ts';
import { createFaults, type Faults } from '../../../infra/world/faults.ts';
import { type LinkGate, startLinkGate } from '../../../infra/world/link-gate.ts';
import { firstEntry } from '../../support/contracts/contract-entries.ts';
import { peerReplicaContract } from '../../support/contracts/peer-replica-contract.ts';

const [us, eu] = ['us-east-1', 'eu-west-1'] as const;
const ledger = 'ledger';
/** The asking region's own key, under which the peer's database has nothing. */
const credentials = { accessKeyId: 'asking', secretAccessKey: 'region' };

let database: DynamoDbLocal;
let gate: LinkGate;
let faults: Faults;
let tables = 0;
const gateFaults: unknown[] = [];

beforeAll(async () => {
  database = await startDynamoDbLocal({ mode: { kind: 'memory' } });
  gate = await startLinkGate({
    from: us,
    to: eu,
    endpoint: database.endpoint,
    accessKeyIds: { from: credentials.accessKeyId, to: database.credentials.accessKeyId },
    operations: ['GetItem'],
    faults: { condition: (from, to) => faults.condition(from, to) },
    sleep: (ms) => sleep(ms),
    onFault: (fault) => gateFaults.push(fault),
  });
});
beforeEach(() => {
  faults = createFaults([us, eu]);
});
afterAll(async () => {
  await gate?.stop();
  await database?.stop();
});

const setUp = async (): Promise<{ readonly peer: PeerReplica; readonly store: (entry: Entry) => Promise<void> }> => {
  const tableName = `${ledger}-${++tables}`;
  const documentClient = createDocumentClient({
    region: eu,
    endpoint: database.endpoint,
    credentials: database.credentials,
    requestTimeoutMs: 20_000,
  });
  await createTableIfMissing(documentClient, ledgerTable(tableName));
  const eventStore = createDynamoDbEventStore({
    documentClient,
    tableName,
    sha256,
    sleep: (ms) => sleep(ms),
    random: Math.random,
  });
  return {
    peer: createDynamoDbPeerReplica({ region: eu, endpoint: gate.endpoint, credentials, tableName }),
    store: async (entry) => void (await eventStore.append(entry)),
  };
};

peerReplicaContract('on DynamoDB behind a gate', async () => ({
  ...(await setUp()),
  cutOff: () => faults.set({ kind: 'partition' }),
}));

describe('the gate between two regions', () => {
  it.each([
    { kind: 'partition', from: us, to: eu, bothWays: false },
    { kind: 'partition', from: eu, to: us, bothWays: false },
    { kind: 'outage', from: eu },
    { kind: 'outage', from: us },
  ] as const)('gives no answer while there is a $kind of $from, and one once it is healed', async (fault) => {
    const { peer } = await setUp();
    const entry = firstEntry();
    faults.set(fault);
    const askedAtMs = performance.now();
    await expect(peer.holds(entry)).rejects.toThrow('TimeoutError');
    expect(performance.now() - askedAtMs).toBeGreaterThan(1_900);
    faults.set({ kind: 'heal' });
    expect(await peer.holds(entry)).toBe(false);
  });

  it('is as late as both directions together', async () => {
    const { peer } = await setUp();
    const entry = firstEntry();
    await peer.holds(entry);
    faults.set({ kind: 'lag', ms: 150, from: us, to: eu, bothWays: false });
    faults.set({ kind: 'lag', ms: 250, from: eu, to: us, bothWays: false });
    const askedAtMs = performance.now();
    await peer.holds(entry);
    expect(performance.now() - askedAtMs).toBeGreaterThanOrEqual(395);
  });

  it('loses what is on its way when the link is cut', async () => {
    const { peer } = await setUp();
    const entry = firstEntry();
    faults.set({ kind: 'lag', ms: 300 });
    const asked = peer.holds(entry);
    const refused = expect(asked).rejects.toMatchObject({ code: 'unavailable' });
    await sleep(100);
    faults.set({ kind: 'partition' });
    await refused;
  });

  it('lets nothing through but the reading of one item, and nobody but its region', async () => {
    const { store } = await setUp();
    const entry = firstEntry();
    await store(entry);
    const key = { stream: { S: entry.stream }, position: { S: entry.position } };
    const tableName = `${ledger}-${tables}`;
    const ownKeys = createDocumentClient({ region: eu, endpoint: gate.endpoint, credentials });
    const get = new GetItemCommand({ TableName: tableName, Key: key });
    expect((await ownKeys.send(get)).Item?.['hash']?.S).toBe(entry.hash);
    const put = ownKeys.send(new PutItemCommand({ TableName: tableName, Item: { ...key, hash: { S: 'forged' } } }));
    await expect(put).rejects.toMatchObject({ $metadata: { httpStatusCode: 403 } });
    const stranger = createDocumentClient({
      region: eu,
      endpoint: gate.endpoint,
      credentials: { ...credentials, accessKeyId: 'stranger' },
    });
    await expect(stranger.send(get)).rejects.toMatchObject({ $metadata: { httpStatusCode: 403 } });
    expect((await ownKeys.send(get)).Item?.['hash']?.S).toBe(entry.hash);
  });

  it('has nothing to say to a web page', async () => {
    const headers = { origin: 'https://example.com', 'x-amz-target': 'DynamoDB_20120810.GetItem' };
    const answer = await fetch(gate.endpoint, { method: 'POST', headers, body: '{}' });
    expect(answer.status).toBe(403);
  });

  it('hangs up when the database does not answer, and says so to its world', async () => {
    const nowhere = await startLinkGate({
      operations: ['GetItem'],
      from: us,
      to: eu,
      endpoint: 'http://127.0.0.1:1',
      accessKeyIds: { from: credentials.accessKeyId, to: 'nobody' },
      faults,
      sleep: (ms) => sleep(ms),
      onFault: (fault) => gateFaults.push(fault),
    });
    try {
      const peer = createDynamoDbPeerReplica({
        region: eu,
        endpoint: nowhere.endpoint,
        credentials,
        tableName: ledger,
      });
      await expect(peer.holds(firstEntry())).rejects.toMatchObject({ code: 'unavailable' });
      expect(gateFaults).toHaveLength(1);
    } finally {
      await nowhere.stop();
    }
  });
});
