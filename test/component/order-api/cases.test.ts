/**
 * Cases over a real DynamoDB: the handler as Lambda runs it, with nothing handed in and everything from its environment,
 * in a region into which another one's entries were replicated.
 */
import { describe, expect, it } from 'vitest';
import { beginCaseLife, stepCaseLife } from '../../../domain/review/case-life.ts';
import { createDynamoDbControlStore } from '../../../infra/dynamodb/dynamodb-control-store.ts';
import { createDynamoDbCustomerKeys } from '../../../infra/dynamodb/dynamodb-customer-keys.ts';
import { createInMemoryEventStore } from '../../../infra/in-memory/in-memory-event-store.ts';
import { createLocalKeyWrap, readKeyFile } from '../../../infra/key-file/key-file.ts';
import { sha256 } from '../../../infra/node/sha256.ts';
import { createCaseLives } from '../../../services/review/case-lives.ts';
import { placed } from '../../support/builders/retail-drafts.ts';
import { useDeployedOrderApi } from '../../support/deployed-order-api.ts';
import { fact, taken } from '../../support/disputed-orders.ts';
import { createTestApi } from '../../support/order-api-client.ts';
import { createTestPersonalData } from '../../support/personal-data.ts';

const hostile = `'; DROP TABLE orders; -- <img src=x onerror=alert(1)> \u202e\u0000 {{7*7}}`;

const { api, keyFile, tables, connection, eventStore, project } = useDeployedOrderApi();
const lives = () => createCaseLives(createDynamoDbControlStore({ ...connection(), tableName: tables.control }));

/** Another region's API, with the same keys, whose entries cross when it is told to. */
const startPeer = () => {
  const store = createInMemoryEventStore({ sha256 });
  const personalData = createTestPersonalData({
    region: 'eu-west-1',
    keyStore: createDynamoDbCustomerKeys({ ...connection(), tableName: tables.ledger }),
    keyWrap: createLocalKeyWrap(readKeyFile(keyFile)),
  });
  const clock = { nowMs: Date.now };
  return { store, api: createTestApi(store, { region: 'eu-west-1', personalData, clock }) };
};

/** Shipped here, cancelled there: returns the case's id. */
const dispute = async (orderId: string): Promise<string> => {
  const peer = startPeer();
  const stream = `order/acme/${orderId}`;
  await taken(api, '/orders', `place-${orderId}`, { orderId, ...placed().data });
  await fact(api, orderId, 'PaymentCaptured', 'psp', { amount: 9980 });
  for (const entry of (await eventStore().load(stream)).entries) peer.store.replicate(entry);
  await fact(api, orderId, 'OrderShipped', 'carrier');
  const cancelled = { type: 'OrderCancelled', data: { reason: hostile } };
  const { entry } = await taken(peer.api, `/orders/${orderId}/decisions`, `cancel-${orderId}`, cancelled);
  const [crossing] = (await peer.store.load(stream)).entries.filter(({ id }) => id === entry.id);
  if (crossing) await eventStore().append(crossing);
  await project(stream);
  return entry.id;
};

const remember = async (orderId: string, caseId: string): Promise<void> => {
  const found = {
    caseId,
    stream: `order/acme/${orderId}`,
    position: 'eu-west-1/0000000001',
    acceptedIn: 'eu-west-1',
  };
  const born = beginCaseLife(found, Date.now());
  const lookAtMs = Date.now() + 60_000;
  await lives().replace(stepCaseLife(born, { kind: 'workflow-drawn', lookAtMs }, Date.now()) ?? born, 0);
};

describe('cases over DynamoDB', () => {
  it('are listed, shown with what is personal, and decided once', async () => {
    const caseId = await dispute('1001');
    await remember('1001', caseId);
    const { body: listed } = await api.get('/cases');
    expect(listed.cases).toMatchObject([{ caseId, orderId: '1001', state: 'waiting', reasons: ['contested'] }]);
    expect((await api.get('/cases', { query: { state: 'open' } })).body).toEqual({ cases: [] });

    const page = await api.get(`/cases/${caseId}`);
    expect(page.status, JSON.stringify(page.body)).toBe(200);
    expect(page.body).toMatchObject({
      state: 'waiting',
      acceptedIn: 'eu-west-1',
      order: { status: 'shipped', provisional: true, fields: { shippingAddress: placed().data['shippingAddress'] } },
      branches: {
        base: { status: 'paid' },
        regions: [{ status: 'cancelled' }, { status: 'shipped' }],
        differences: ['status'],
      },
    });
    const step = page.body.history.find(({ id }: { id: string }) => id === caseId);
    expect(step).toMatchObject({ accepted: false, events: [{ type: 'OrderCancelled', data: { reason: hostile } }] });
    const stored = JSON.stringify((await eventStore().load('order/acme/1001')).entries);
    expect(stored, 'the reason is sealed in the ledger').not.toContain('DROP TABLE');

    const number = page.body.outcomes.findIndex(({ outcome }: { outcome: object }) => 'status' in outcome);
    const { outcome, preview } = page.body.outcomes[number];
    const decide = (key: string, chosen: object) =>
      api.post(
        `/cases/${caseId}/resolution`,
        key,
        { outcome: chosen, reason: hostile },
        {
          headers: { 'if-match': String(page.headers['etag']) },
        },
      );
    const decided = await decide('d-1', outcome);
    expect(decided).toMatchObject({
      status: 201,
      body: { order: { status: preview.status }, decision: { reason: hostile } },
    });
    const before = { status: 200, body: { decidedBefore: true, decision: decided.body.decision } };
    expect(await decide('d-2', {})).toMatchObject(before);
    expect(await decide('d-1', outcome)).toMatchObject({ status: 201, headers: { 'idempotency-replayed': 'true' } });
    expect((await api.get(`/cases/${caseId}`)).body).toMatchObject({
      state: 'settled',
      decisions: [{ reason: hostile, stands: true }],
    });
  });

  it('are decided once when many decide at once', async () => {
    const caseId = await dispute('1002');
    const replies = await Promise.all(
      ['delivered', 'cancelled', 'returned', 'refunded', 'shipped'].map((status) =>
        api.post(`/cases/${caseId}/resolution`, `d-${status}`, { outcome: { status }, reason: 'r', order: '1002' }),
      ),
    );
    expect(replies.map(({ status }) => status).toSorted()).toEqual([200, 200, 200, 200, 201]);
    expect(new Set(replies.map(({ body }) => body.decision.entryId)).size).toBe(1);
  });

  it('are found from the views page by page, whatever cursor is sent', async () => {
    for (const orderId of ['2001', '2002', '2003']) await dispute(orderId);
    const found: string[] = [];
    let cursor: string | undefined;
    do {
      const query = { state: 'open', limit: '1', ...(cursor !== undefined && { cursor }) };
      const { status, body } = await api.get('/cases', { query });
      expect(status).toBe(200);
      found.push(...body.cases.map(({ orderId }: { orderId: string }) => orderId));
      cursor = body.cursor;
    } while (cursor !== undefined);
    expect(found).toEqual(expect.arrayContaining(['2001', '2002', '2003']));
    expect(new Set(found).size).toBe(found.length);
    const newestFirst = await api.get('/cases', { query: { state: 'open', sort: 'newest' } });
    expect(newestFirst.body.cases.map(({ orderId }: { orderId: string }) => orderId)).toEqual(found.toReversed());
    const turned = await api.get('/cases', { query: { state: 'open', sort: 'newest', limit: '1' } });
    const rest = { state: 'open', sort: 'newest', cursor: turned.body.cursor };
    expect((await api.get('/cases', { query: rest })).body.cases).toHaveLength(found.length - 1);
    for (const invented of ['!', '!x', 'x!', '~'])
      for (const state of ['open', 'settled', 'withdrawn']) {
        expect((await api.get('/cases', { query: { state, cursor: invented } })).status, invented).toBe(200);
        const sort = state === 'open' ? 'newest' : 'oldest';
        const asked = { state, sort, cursor: `-${invented}` };
        expect((await api.get('/cases', { query: asked })).status, invented).toBe(200);
      }
  });

  it('are listed when they are over, from either end, and their orders add up', async () => {
    const ends = [];
    for (const orderId of ['3001', '3002']) {
      const caseId = await dispute(orderId);
      await remember(orderId, caseId);
      const ref = { stream: `order/acme/${orderId}`, caseId };
      const { life, revision } = await lives().read(ref);
      const settled = life && stepCaseLife(life, { kind: 'found-settled', settledBy: caseId }, Date.now());
      if (!settled || !(await lives().replace(settled, revision))) throw new Error('not settled');
      ends.push(caseId);
    }
    const idsOf = async (query: Readonly<Record<string, string>>) =>
      (await api.get('/cases', { query: { state: 'settled', ...query } })).body.cases.map(
        ({ caseId }: { caseId: string }) => caseId,
      );
    expect(await idsOf({})).toEqual(ends.toReversed());
    expect(await idsOf({ sort: 'oldest' })).toEqual(ends);
    const { body } = await api.get('/totals');
    expect(body).toMatchObject({ region: 'us-east-1', totals: { orders: expect.any(Number) } });
    expect(body.totals['cases.review']).toBeGreaterThanOrEqual(2);
  });
});
