import { describe, expect, it } from 'vitest';
import { fold } from '../../../domain/fold/fold.ts';
import type { Entry } from '../../../domain/ledger/entry.ts';
import { retail } from '../../../domain/lifecycle/retail.ts';
import { createInMemoryEventStore } from '../../../infra/in-memory/in-memory-event-store.ts';
import {
  explainedItemsMax,
  explainedNamesMax,
  orderExplanation,
} from '../../../services/order-api/order-explanation.ts';
import { createLedger, sha256 } from '../../support/builders/ledger-builder.ts';
import {
  cancelled,
  delivered,
  noteChanged,
  packed,
  paid,
  placed,
  resolved,
  shipped,
} from '../../support/builders/retail-drafts.ts';
import { createTestApi } from '../../support/order-api-client.ts';

const explain = async (entries: readonly Entry[], orderId = '1001') => {
  const store = createInMemoryEventStore({ sha256 });
  for (const entry of entries) store.replicate(entry);
  return createTestApi(store).get(`/orders/${orderId}/explanation`);
};

/** Placed and paid, seen by both regions. */
const createBase = () => {
  const ledger = createLedger();
  const [us, eu] = [ledger.at('us-east-1'), ledger.at('eu-west-1')];
  const base = [us.append(placed()), us.append(paid())];
  ledger.replicateAll();
  return { ledger, us, eu, base };
};

describe('explain an order', () => {
  it('explains packed and shipped here against cancelled there: the parcel stands, the cancellation is rejected', async () => {
    const { ledger, us, eu } = createBase();
    const [, shipment] = [us.append(packed()), us.append(shipped())];
    const cancellation = eu.append(cancelled());
    const reply = await explain(ledger.entries());
    expect(reply).toMatchObject({ status: 200, headers: { etag: '"eu-west-1:1,us-east-1:4"' } });
    expect(reply.body).toMatchObject({
      orderId: '1001',
      region: 'us-east-1',
      status: 'shipped',
      provisional: true,
      class: 'review',
      ambiguous: false,
      approximated: false,
      token: 'eu-west-1:1,us-east-1:4',
      cut: { 'eu-west-1': 1, 'us-east-1': 4 },
      duplicates: [],
      pending: [],
      voided: [],
      damaged: [],
      leftOut: {},
    });
    expect(reply.body.history.at(0)).toEqual({
      id: ledger.entries()[0]?.id,
      position: 'us-east-1/0000000001',
      time: '2026-01-01T00:00:01.000Z',
      kind: 'decision',
      source: 'api',
      types: ['OrderPlaced'],
      from: 'none',
      to: 'placed',
      accepted: true,
    });
    expect(
      reply.body.history.map(({ types, from, to, accepted }: Record<string, unknown>) => [types, from, to, accepted]),
    ).toEqual([
      [['OrderPlaced'], 'none', 'placed', true],
      [['PaymentCaptured'], 'placed', 'paid', true],
      [['OrderPacked'], 'paid', 'packed', true],
      [['OrderShipped'], 'packed', 'shipped', true],
      [['OrderCancelled'], 'shipped', 'shipped', false],
    ]);
    expect(reply.body.rejected).toEqual([
      {
        id: cancellation.id,
        position: 'eu-west-1/0000000001',
        time: '2026-01-01T00:00:05.000Z',
        kind: 'decision',
        source: 'api',
        types: ['OrderCancelled'],
        reasons: ['contested'],
        opponents: [shipment.id],
      },
    ]);
    expect(reply.body.cases).toEqual([
      {
        id: cancellation.id,
        position: cancellation.position,
        reasons: ['contested'],
        opponents: [shipment.id],
        fields: [],
      },
    ]);
  });

  it('shows a settled case with its resolution, and beside it the new one that came after', async () => {
    const { ledger, us, eu } = createBase();
    us.append(packed());
    us.append(shipped());
    const cancellation = eu.append(cancelled());
    ledger.replicateAll();
    const resolution = us.append(resolved({ cases: [cancellation.id], status: 'cancelled' }));
    const delivery = us.append(delivered());
    const { body } = await explain(ledger.entries());
    expect(body).toMatchObject({ status: 'cancelled', provisional: false, class: 'illegal' });
    expect(body.cases).toEqual([
      expect.objectContaining({ id: cancellation.id, settledBy: resolution.id }),
      expect.objectContaining({ id: delivery.id, reasons: ['illegal'], opponents: [] }),
    ]);
    expect(body.cases[1]).not.toHaveProperty('settledBy');
    expect(body.rejected).toEqual([
      expect.objectContaining({ id: cancellation.id, reasons: ['contested'] }),
      expect.objectContaining({ id: delivery.id, reasons: ['illegal'] }),
    ]);
  });

  it('shows what was merged, what was said twice and what still waits', async () => {
    const { ledger, us, eu } = createBase();
    const notes = [us.append(noteChanged('ring twice')), eu.append(noteChanged('leave it'))];
    const key = { idempotencyKey: 'key-1', payloadHash: sha256('payload') };
    const captures = [us.append(paid(5), key), eu.append(paid(5), key)];
    const missing = us.append(packed());
    const waiting = us.append(shipped());
    const { body } = await explain(ledger.entries().filter((entry) => entry !== missing));
    expect(body.merges).toContainEqual({
      field: 'note',
      rule: 'lww',
      entries: expect.arrayContaining(notes.map(({ id }) => id)),
    });
    const [counts, repeated] = captures;
    expect(body.duplicates).toEqual([{ id: repeated?.id, position: repeated?.position, repeats: counts?.id }]);
    expect(body.pending).toEqual([{ id: waiting.id, position: waiting.position, waitsFor: missing.position }]);
    expect(body.cut).toEqual({ 'us-east-1': 4, 'eu-west-1': 2 });
  });

  it('shows an entry that nobody here can read, and holds no payload of any', async () => {
    const us = createLedger().at('us-east-1');
    us.append(placed('Recife'));
    const unread = us.append({ type: 'OrderVanished', v: 1, data: { note: 'secret' }, source: 'api' });
    const { body } = await explain(us.entries());
    expect(body.voided).toEqual([{ id: unread.id, position: unread.position, reason: expect.any(String) }]);
    for (const secret of ['Recife', 'customer-1', 'secret']) expect(JSON.stringify(body)).not.toContain(secret);
  });

  it('names damaged positions, also where nothing else is left', async () => {
    const store = createInMemoryEventStore({ sha256 });
    const damaged = [{ position: 'us-east-1/0000000001', reason: 'body does not match its hash' }];
    const reply = await createTestApi({ ...store, load: async () => ({ entries: [], damaged }) }).get(
      '/orders/1001/explanation',
    );
    expect(reply).toMatchObject({ status: 200, body: { status: 'none', history: [], damaged } });
  });

  it('keeps the newest of every list, few of what one item names, and fits into an answer of Lambda', () => {
    const many = <T>(item: T): readonly T[] => Array.from({ length: explainedItemsMax + 2 }, () => item);
    const us = createLedger().at('us-east-1');
    us.append(placed());
    const last = us.append(Array.from({ length: 100 }, (_, i) => noteChanged(`note ${i}`)));
    const folded = fold(us.entries(), retail);
    const [, step] = folded.history;
    if (!step) throw new Error('the ledger has two entries');
    const ids = Array.from({ length: 100 }, () => last.id);
    const at = { id: last.id, position: last.position };
    const explained = orderExplanation(
      {
        ...folded,
        history: [...many({ ...step, accepted: false }), { ...step, source: 'newest' }],
        cases: many({ ...at, reasons: ['contested'], opponents: ids, fields: ['note'], settledBy: last.id }),
        merges: many({ field: 'note', rule: 'lww', entries: ids }),
        duplicates: many({ ...at, repeats: last.id }),
        pending: many({ ...at, waitsFor: last.position }),
        voided: many({ ...at, reason: 'x'.repeat(100_000) }),
        damaged: many({ position: last.position, keptHash: last.hash, droppedHash: last.hash }),
      },
      { orderId: '1001', region: 'us-east-1', damaged: many({ position: last.position, reason: 'x'.repeat(100_000) }) },
    );
    expect(explained.history).toHaveLength(explainedItemsMax);
    expect(explained.history.at(-1)).toMatchObject({ source: 'newest', typesLeftOut: 100 - explainedNamesMax });
    expect(explained.leftOut).toEqual({
      history: 3,
      rejected: 2,
      cases: 2,
      merges: 2,
      duplicates: 2,
      pending: 2,
      voided: 2,
      damaged: explainedItemsMax + 4,
    });
    expect(explained.cases.at(0)?.opponents).toHaveLength(explainedNamesMax);
    expect(explained.rejected.at(0)?.opponentsLeftOut).toBe(100 - explainedNamesMax);
    const body = JSON.stringify(explained);
    expect(JSON.stringify({ body }).length).toBeLessThan(4 * 1024 * 1024);
  });

  it('finds no order of which nothing is known, and none under a hostile id', async () => {
    const { base } = createBase();
    expect(await explain(base, '2002')).toMatchObject({
      status: 404,
      body: { type: 'urn:rejoin:problem:unknown-order' },
    });
    expect((await explain(base, '..%2Fplan')).status).toBe(400);
  });
});
