import { describe, expect, it } from 'vitest';
import { entryBytesMax } from '../../../domain/kernel/limits.ts';
import { createInMemoryEventStore } from '../../../infra/in-memory/in-memory-event-store.ts';
import { sha256 } from '../../../infra/node/sha256.ts';
import type { DecideOptions, RecordOptions } from '../../../services/ledger/command-request.ts';
import { collect } from '../../support/collect.ts';
import { createTestLedger } from '../../support/test-ledger.ts';

const key = { tenant: 'acme', orderId: 'a-1' };
const options = { idempotencyKey: 'k-1', source: 'psp' };

/** What a caller without types can hand in. */
interface Untyped {
  readonly name: string;
  readonly key?: Record<string, unknown>;
  readonly events?: unknown;
  readonly options?: Record<string, unknown>;
  readonly path: readonly PropertyKey[];
}

const write = async (
  method: 'decide' | 'record',
  { key: other, events, options: others }: Omit<Untyped, 'name' | 'path'>,
) => {
  const store = createInMemoryEventStore({ sha256 });
  const order = createTestLedger(store).order({ ...key, ...other } as typeof key);
  const said = events === undefined ? { type: 'PaymentCaptured', data: { amount: 1 } } : events;
  const all = { ...options, ...others };
  const outcome =
    method === 'record'
      ? await order.record(said as Parameters<typeof order.record>[0], all as RecordOptions)
      : await order.decide(said as Parameters<typeof order.decide>[0], all as DecideOptions);
  return { outcome, streams: await collect(store.streams()) };
};

const paid = (data: unknown) => ({ type: 'PaymentCaptured', data });
const deep = (levels: number): unknown => (levels === 0 ? 1 : { in: deep(levels - 1) });
const cyclic: Record<string, unknown> = {};
cyclic['self'] = cyclic;

const invalid: readonly Untyped[] = [
  { name: 'a tenant that is no name', key: { tenant: 'a/b' }, path: ['tenant'] },
  { name: 'an order id that is no name', key: { orderId: '' }, path: ['orderId'] },
  { name: 'no key', options: { idempotencyKey: undefined }, path: ['idempotencyKey'] },
  { name: 'an empty key', options: { idempotencyKey: '' }, path: ['idempotencyKey'] },
  { name: 'a key that no header could carry', options: { idempotencyKey: 'kø' }, path: ['idempotencyKey'] },
  { name: 'an option that it does not know', options: { idempotencykey: 'k' }, path: [] },
  { name: 'a source that is none', options: { source: 'Carrier!' }, path: ['source'] },
  { name: 'a fact without a source', options: { source: undefined }, path: ['source'] },
  { name: 'a time that is none', options: { occurredAt: 'yesterday' }, path: ['occurredAt'] },
  { name: 'a time past the year 9999', options: { occurredAt: 1e15 }, path: ['occurredAt'] },
  { name: 'an actor of half a surrogate pair', options: { actor: '\ud800' }, path: ['actor'] },
  { name: 'an actor that is too long', options: { actor: 'a'.repeat(256) }, path: ['actor'] },
  { name: 'a token that is none', options: { after: 'us-east-1' }, path: ['after'] },
  { name: 'a wait for nothing', options: { waitMs: 100 }, path: ['waitMs'] },
  { name: 'a wait that is too long', options: { after: '', waitMs: 20_001 }, path: ['waitMs'] },
  { name: 'no event', events: [], path: ['events'] },
  { name: 'too many events', events: Array.from({ length: 101 }, () => paid({ amount: 1 })), path: ['events'] },
  { name: 'an event that is none', events: 'PaymentCaptured', path: ['events', 0] },
  { name: 'an event without a type', events: { data: {} }, path: ['events', 0, 'type'] },
  { name: 'an event with more to it', events: { ...paid({ amount: 1 }), at: 1 }, path: ['events', 0] },
  { name: 'a payload that is a list', events: paid([]), path: ['events', 0, 'data'] },
  { name: 'a Date', events: paid({ amount: 1, reference: new Date(0) }), path: ['events'] },
  { name: 'a Map', events: paid(new Map()), path: ['events'] },
  { name: 'a bigint', events: paid({ amount: 1n }), path: ['events'] },
  { name: 'a function', events: paid({ amount: 1, toJSON: () => 1 }), path: ['events'] },
  { name: 'a number that is none', events: paid({ amount: Number.NaN }), path: ['events'] },
  { name: 'a number too large', events: paid({ amount: Number.POSITIVE_INFINITY }), path: ['events'] },
  { name: 'half a surrogate pair', events: paid({ amount: 1, reference: '\ud800' }), path: ['events'] },
  { name: 'half a surrogate pair in a name', events: paid({ amount: 1, '\ud800': 1 }), path: ['events'] },
  { name: 'a property named __proto__', events: paid(JSON.parse('{"__proto__":1}')), path: ['events'] },
  { name: 'a hole in a list', events: paid({ amount: 1, reference: new Array(1) }), path: ['events'] },
  { name: 'what nests too deep', events: paid({ amount: deep(40) }), path: ['events'] },
  { name: 'what holds itself', events: paid(cyclic), path: ['events'] },
];

describe('a request to an embedded ledger', () => {
  it.each(invalid)('is refused with its place, and stores nothing: $name', async (request) => {
    const { outcome, streams } = await write('record', request);

    expect(outcome).toMatchObject({ kind: 'invalid-request', issues: [{ path: request.path }] });
    expect(streams).toEqual([]);
  });

  it.each([{ ifMatch: 'us-east-1' }, { ifMatch: ['us-east-1:1', 'x'] }, { ifMatch: [] }, { ifMatch: '"us-east-1:1"' }])(
    'is refused when it should match what is no token: $ifMatch',
    async ({ ifMatch }) => {
      const events = { type: 'OrderCancelled' };
      const { outcome } = await write('decide', { events, options: { ifMatch } });

      expect(outcome).toMatchObject({
        kind: 'invalid-request',
        issues: [{ path: expect.arrayContaining(['ifMatch']) }],
      });
    },
  );

  it('is refused by the lifecycle where the types were not asked', async () => {
    const outcomeOf = async (events: unknown) => (await write('record', { events })).outcome;

    expect(await outcomeOf({ type: 'OrderTeleported' })).toMatchObject({ kind: 'unknown-event-type' });
    expect(await outcomeOf({ type: 'OrderCancelled' })).toMatchObject({ kind: 'mixed-kinds' });
    expect(await outcomeOf(paid({ amount: '1' }))).toMatchObject({
      kind: 'invalid-payload',
      issues: [{ path: ['amount'] }],
    });
    expect(await outcomeOf({ ...paid({ amount: 1 }), v: 2 })).toMatchObject({ kind: 'unknown-version' });
  });

  it('is refused when it is too large to store, at the door and behind it', async () => {
    const huge = await write('record', { events: paid({ amount: 1, reference: 'x'.repeat(entryBytesMax) }) });
    expect(huge).toMatchObject({ outcome: { kind: 'too-large', bytesMax: entryBytesMax }, streams: [] });

    const line = { sku: 's'.repeat(64), quantity: 1, unitPrice: 1 };
    const data = {
      customerId: 'c',
      currency: 'EUR',
      lines: Array.from({ length: 500 }, () => line),
      shippingAddress: { line1: '1', city: 'Dublin', country: 'IE' },
    };
    const events = [
      { type: 'OrderPlaced', data },
      ...Array.from({ length: 99 }, () => ({ type: 'NoteChanged', data: { note: 'n'.repeat(2000) } })),
    ];
    expect(await write('decide', { events })).toMatchObject({
      outcome: { kind: 'too-large', bytesMax: entryBytesMax },
      streams: [],
    });
  });

  it('is refused for reading, too', async () => {
    const ledger = createTestLedger(createInMemoryEventStore({ sha256 }));

    expect(await ledger.order({ tenant: 'acme', orderId: '../x' }).read()).toMatchObject({
      kind: 'invalid-request',
      issues: [{ path: ['orderId'] }],
    });
    expect(await ledger.order(key).read({ after: 'x' })).toMatchObject({ kind: 'invalid-request' });
    expect(await ledger.order(key).read({ waitMs: 5 })).toMatchObject({ kind: 'invalid-request' });
    expect(await collect(ledger.order({ tenant: 'acme', orderId: '../x' }).entries())).toEqual([]);
  });
});
