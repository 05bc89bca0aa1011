import { describe, expect, it } from 'vitest';
import type { EventStore } from '../../../domain/ports/event-store.ts';
import type { PeerReplica } from '../../../domain/ports/peer-replica.ts';
import { createInMemoryEventStore } from '../../../infra/in-memory/in-memory-event-store.ts';
import { sha256 } from '../../../infra/node/sha256.ts';
import type { retail } from '../../../services/ledger/main.ts';
import type { LegOf } from '../../../services/ledger/open-ledger.ts';
import { collect } from '../../support/collect.ts';
import { createTestApi } from '../../support/order-api-client.ts';
import { createTestLedger } from '../../support/test-ledger.ts';
import { startMs } from '../../support/test-tokens.ts';

type Leg = LegOf<typeof retail>;

const options = { tenant: 'acme', idempotencyKey: 'k-exchange' };
const placed = {
  type: 'OrderPlaced',
  data: {
    customerId: 'c-1',
    currency: 'EUR',
    lines: [],
    shippingAddress: { line1: '1 High Street', city: 'Dublin', country: 'IE' },
  },
} as const;
const cancel: Leg = { orderId: 'a-1', events: { type: 'OrderCancelled' } };
const place: Leg = { orderId: 'a-2', events: placed };

const setUp = async () => {
  const store = createInMemoryEventStore({ sha256 });
  const ledger = createTestLedger(store);
  await ledger.order({ tenant: 'acme', orderId: 'a-1' }).decide(placed, { idempotencyKey: 'k-1' });
  return { store, ledger };
};

describe('a command over several orders, embedded', () => {
  it('takes all legs, and answers a retry with the same', async () => {
    const { ledger } = await setUp();

    const taken = await ledger.group([cancel, place], options);

    expect(taken).toMatchObject({
      kind: 'taken',
      legs: [
        { kind: 'appended', order: { orderId: 'a-1', status: 'cancelled' }, token: 'us-east-1:2' },
        { kind: 'appended', order: { orderId: 'a-2', status: 'placed' }, token: 'us-east-1:1' },
      ],
    });
    expect(await ledger.group([cancel, place], options)).toMatchObject({
      legs: [{ kind: 'replayed' }, { kind: 'replayed' }],
    });
  });

  it('is the command that the API takes', async () => {
    const { store, ledger } = await setUp();
    await createTestApi(store).post('/commands', 'k-exchange', {
      orders: [
        { orderId: 'a-1', type: 'OrderCancelled', data: {} },
        { orderId: 'a-2', type: 'OrderPlaced', data: placed.data },
      ],
    });

    expect(await ledger.group([cancel, place], options)).toMatchObject({
      kind: 'taken',
      legs: [{ kind: 'replayed' }, { kind: 'replayed' }],
    });
  });

  it('takes none when one cannot be taken, and says which', async () => {
    const { store, ledger } = await setUp();

    expect(await ledger.group([place, { ...cancel, ifMatch: 'us-east-1:7' }], options)).toMatchObject({
      kind: 'refused',
      leg: 1,
      refusal: { kind: 'not-current', token: 'us-east-1:1' },
    });
    expect(await collect(store.streams())).toEqual(['order/acme/a-1']);
  });

  it.each<{ readonly name: string; readonly legs: readonly unknown[]; readonly path: readonly PropertyKey[] }>([
    { name: 'one order alone', legs: [cancel], path: ['legs'] },
    { name: 'one order twice', legs: [cancel, cancel], path: ['legs', 1, 'orderId'] },
    { name: 'an order that is none', legs: [cancel, { ...place, orderId: '' }], path: ['legs', 1, 'orderId'] },
    { name: 'a leg with more to it', legs: [cancel, { ...place, kind: 'fact' }], path: ['legs', 1] },
    {
      name: 'a resolution',
      legs: [place, { orderId: 'a-1', events: { type: 'ConflictResolved', data: { cases: [], reason: 'r' } } }],
      path: ['legs', 1, 'events'],
    },
    {
      name: 'what is no JSON',
      legs: [place, { orderId: 'a-1', events: { type: 'OrderCancelled', data: { reason: new Date(0) } } }],
      path: ['legs', 1, 'events'],
    },
    {
      name: 'too many orders',
      legs: Array.from({ length: 11 }, (_, i) => ({ ...place, orderId: `b-${i}` })),
      path: ['legs'],
    },
  ])('is refused with its place: $name', async ({ legs, path }) => {
    const { store, ledger } = await setUp();

    expect(await ledger.group(legs as readonly Leg[], options)).toMatchObject({
      kind: 'invalid-request',
      issues: [{ path }],
    });
    expect(await collect(store.streams())).toEqual(['order/acme/a-1']);
  });

  it.each([
    ['no list', { 0: cancel, 1: place }, ['legs']],
    ['nothing', undefined, ['legs']],
    ['a leg that is nothing', [cancel, null], ['legs', 1]],
    ['a leg that is no object', [cancel, 7], ['legs', 1]],
  ])('is refused, and not a fault, from a caller without types: %s', async (_, legs, path) => {
    const { ledger } = await setUp();

    expect(await ledger.group(legs as unknown as readonly Leg[], options)).toMatchObject({
      kind: 'invalid-request',
      issues: [{ path }],
    });
  });

  it('waits for the other regions no longer than was asked for, the append included', async () => {
    const store = createInMemoryEventStore({ sha256 });
    let [nowMs, asked] = [startMs, 0];
    const eventStore: EventStore = {
      ...store,
      appendAll: (entries) => {
        nowMs += 1_000;
        return store.appendAll(entries);
      },
    };
    const absent: PeerReplica = {
      region: 'eu-west-1',
      holds: async () => {
        asked += 1;
        return false;
      },
    };
    const ledger = createTestLedger(eventStore, { clock: { nowMs: () => nowMs }, peers: [absent] });
    const both = [place, { ...place, orderId: 'a-3' }];

    expect(await ledger.group(both, { ...options, replicated: 'all', waitMs: 1_000 })).toMatchObject({
      kind: 'taken',
      replication: { held: ['us-east-1'], missing: ['eu-west-1'] },
    });
    expect(asked).toBe(both.length);
  });

  it('is not for a strongly consistent table', async () => {
    const ledger = createTestLedger(createInMemoryEventStore({ sha256 }), { consistency: 'strong' });

    expect(await ledger.group([cancel, place], options)).toMatchObject({ kind: 'not-implemented' });
  });
});
