import { describe, expect, it } from 'vitest';
import { fold } from '../../../domain/fold/fold.ts';
import type { Case } from '../../../domain/fold/folded-stream.ts';
import type { Entry } from '../../../domain/ledger/entry.ts';
import { formatPosition } from '../../../domain/ledger/position.ts';
import { defineLifecycle } from '../../../domain/lifecycle/define-lifecycle.ts';
import { retail, retailDefinition } from '../../../domain/lifecycle/retail.ts';
import { viewRowBytesMax } from '../../../infra/dynamodb/dynamodb-limits.ts';
import {
  caseState,
  caseStatesOf,
  caseStatesOfRow,
  foldedToOrderView,
  projectionVersion,
} from '../../../projections/views/order-view.ts';
import { createLedger, type LedgerOptions } from '../../support/builders/ledger-builder.ts';
import {
  cancelled,
  delivered,
  draft,
  type EventDraft,
  noteChanged,
  packed,
  paid,
  placed,
  points,
  refunded,
  resolved,
  shipped,
  tagAdded,
} from '../../support/builders/retail-drafts.ts';

const viewOf = (entries: readonly Entry[]) =>
  foldedToOrderView(fold(entries, retail), { version: '0001.0001', foldedAtMs: 5 });

describe('order view', () => {
  it('is the same, byte for byte, whatever the order of the entries', () => {
    const entries = contested().entries();

    const views = [entries, [...entries].reverse(), [...entries, ...entries]].map((set) => JSON.stringify(viewOf(set)));

    expect(new Set(views).size).toBe(1);
  });

  it('says its cut, the version that folded it and when', () => {
    expect(viewOf(contested().entries())).toMatchObject({
      stream: 'order/acme/1001',
      cut: { 'us-east-1': 4, 'eu-west-1': 1 },
      version: '0001.0001',
      foldedAtMs: 5,
    });
  });

  it('lists a case while a person is asked, and counts it afterwards', () => {
    const order = contested();
    const before = viewOf(order.entries()).row;
    order.replicateAll();
    const cases = before.openCases.map(({ id }) => id);
    order.at('us-east-1').append(resolved({ cases, status: 'cancelled' }));

    const after = viewOf(order.entries()).row;

    expect(before).toMatchObject({ status: 'shipped', provisional: true, counts: { cases: 1, openCases: 1 } });
    expect(before.caseStates).toEqual({ review: cases });
    expect(after).toMatchObject({ status: 'cancelled', provisional: false, openCases: [] });
    expect(after.counts).toMatchObject({ cases: 1, openCases: 0, rejected: 1 });
    expect(after.caseStates).toEqual({ settled: cases });
    expect(caseStatesOfRow(after)).toEqual(new Map([[cases[0], 'settled']]));
  });

  it('says of a case with one reason that is no mere gap that a person must decide', () => {
    const about = { id: 'A', position: 'us-east-1/0000000001', opponents: [], fields: [] };
    const stateOf = (reasons: Case['reasons'], settledBy?: string) => caseState({ ...about, reasons, settledBy });

    expect(stateOf(['illegal'])).toBe('illegal');
    expect(stateOf(['illegal', 'field-disputed'])).toBe('review');
    expect(stateOf(['key-reused'])).toBe('review');
    expect(stateOf(['illegal'], 'B')).toBe('settled');
  });

  it('says nothing of cases where there are none', () => {
    const { row } = viewOf(contested().entries().slice(0, 2));

    expect(row.caseStates).toEqual({});
    expect(caseStatesOfRow(row)).toEqual(new Map());
  });

  it('takes two entries of one id for one case, in the state that asks for more', () => {
    const twins = (one: Case['reasons'], other: Case['reasons'], settledBy?: string): readonly Case[] =>
      [one, other].map((reasons, i) => ({
        id: 'A',
        position: `us-east-1/000000000${i + 1}`,
        opponents: [],
        fields: [],
        reasons,
        settledBy: i === 0 ? settledBy : undefined,
      }));
    const stateOf = (cases: readonly Case[]) => [caseStatesOf({ cases }), caseStatesOf({ cases: cases.toReversed() })];

    for (const states of stateOf(twins(['illegal'], ['contested']))) expect([...states]).toEqual([['A', 'review']]);
    for (const states of stateOf(twins(['contested'], ['illegal'], 'B')))
      expect([...states]).toEqual([['A', 'illegal']]);
    for (const states of stateOf(twins(['illegal'], ['illegal']))) expect([...states]).toEqual([['A', 'illegal']]);
  });

  it('counts two entries of one id as one case everywhere', () => {
    const order = createLedger({ regions: ['us-east-1', 'eu-west-1'] });
    order.at('us-east-1').append(placed());
    order.replicateAll();
    const late = order.at('us-east-1').append(delivered());
    const bypassing = order.at('eu-west-1').append(delivered());
    const twin = { ...bypassing, id: late.id, events: bypassing.events.map((event) => ({ ...event, id: late.id })) };

    const { row, contribution } = viewOf([...order.entries().slice(0, 2), twin]);

    expect(row.caseStates).toEqual({ illegal: [late.id] });
    expect(row.counts).toMatchObject({ entries: 3, rejected: 2, cases: 1, openCases: 1 });
    expect(contribution).toMatchObject({ 'cases.illegal': 1, 'rejected.us-east-1': 1, 'rejected.eu-west-1': 1 });
  });

  it('tells the history in the order in which it was applied, with what was rejected', () => {
    const { timeline } = viewOf(contested().entries()).row;

    expect(timeline.map(({ types, to, accepted }) => [...types, to, accepted])).toEqual([
      ['OrderPlaced', 'placed', true],
      ['PaymentCaptured', 'paid', true],
      ['OrderPacked', 'packed', true],
      ['OrderShipped', 'shipped', true],
      ['OrderCancelled', 'shipped', false],
    ]);
  });

  it('counts duplicates and void entries apart from the history', () => {
    const order = createLedger();
    const us = order.at('us-east-1');
    const key = { idempotencyKey: 'k', payloadHash: '0'.repeat(64) };
    us.append(placed());
    us.append(paid(), key);
    us.append(paid(), key);
    us.append(draft('api', 'OrderTeleported'), { kind: 'fact' });

    expect(viewOf(order.entries()).row.counts).toEqual({
      entries: 2,
      rejected: 0,
      duplicates: 1,
      voided: 1,
      cases: 0,
      openCases: 0,
    });
  });

  it('keeps only the newest steps and the oldest cases of an order that a looping writer filled', () => {
    const order = createLedger();
    const us = order.at('us-east-1');
    us.append(placed());
    const looped = Array.from({ length: 150 }, () => us.append(delivered()).id);

    const { row, listing } = viewOf(order.entries());

    expect(row.counts).toMatchObject({ entries: 151, cases: 150, openCases: 150 });
    expect(row.timeline.map(({ id }) => id)).toEqual(looped.slice(-100));
    expect(row.openCases.map(({ id }) => id)).toEqual(looped.slice(0, 100));
    expect(row.caseStates).toEqual({ illegal: looped });
    expect(listing.openCase).toBe(`${looped[0]}/1001`);
  });

  it.each([
    { name: 'a report that never fits', entries: 9_999, events: [delivered()] },
    { name: 'entries of as many events as fit', entries: 150, events: Array.from({ length: 100 }, () => points(1)) },
    {
      name: 'reports of as many events as fit',
      entries: 9_999,
      events: Array.from({ length: 100 }, () => delivered()),
    },
  ])('fits an item when a looping writer filled the order with $name', ({ entries, events }) => {
    const { row, contribution } = viewOf(loopedOrder(entries, events));

    expect(row.counts.entries).toBe(entries + 1);
    expect(viewRowBytesMax).toBe(389_120);
    expect(
      Buffer.byteLength(JSON.stringify(row)) + Buffer.byteLength(JSON.stringify(contribution)),
    ).toBeLessThanOrEqual(viewRowBytesMax);
  });

  it('names few of the opponents of a case', () => {
    const regions = Array.from({ length: 13 }, (_, i) => `region-${String(i).padStart(2, '0')}`);
    const order = createLedger({ regions });
    for (const event of [placed(), paid(), packed()]) order.at('region-00').append(event);
    order.replicateAll();
    for (const region of regions) order.at(region).append(shipped());

    const { openCases } = viewOf(order.entries()).row;

    expect(openCases).toHaveLength(12);
    for (const { opponents } of openCases) expect(opponents.length).toBeLessThanOrEqual(10);
  });

  it('says nothing of what lies beyond its cut, so that equal cuts are equal rows', () => {
    const [, ...waiting] = contested().entries();
    const [first] = waiting as [Entry];

    expect(viewOf(waiting)).toEqual(viewOf([first]));
    expect(viewOf(waiting)).toMatchObject({ cut: {}, row: { status: 'none', counts: { entries: 0 } } });
  });

  it('is of orders only', () => {
    const [entry] = contested().entries() as [Entry];

    expect(() => viewOf([{ ...entry, stream: 'plan' }])).toThrow('only orders');
  });
});

describe('the lists in which an order stands', () => {
  it('have it by its oldest entry, under its status and its customer', () => {
    const order = createLedger();
    const opening = order.at('us-east-1').append(placed());
    order.at('us-east-1').append(paid());

    expect(viewOf(order.entries()).listing).toEqual({
      tenant: 'acme',
      place: `${opening.id}/1001`,
      status: 'paid',
      customerId: 'customer-1',
      openCase: undefined,
    });
  });

  it('keep an order in its place when it grows and when its history is told in another order', () => {
    const order = createLedger();
    const us = order.at('us-east-1');
    const placeNow = () => viewOf(order.entries()).listing.place;
    us.append(placed());
    const place = placeNow();

    for (const event of [shipped(), paid(), delivered()]) {
      us.append(event);
      expect(placeNow()).toBe(place);
    }
  });

  it('know no customer of an order whose opening entry is missing, and place it by what is here', () => {
    const order = createLedger();
    const payment = order.at('eu-west-1').append(paid());

    expect(viewOf(order.entries()).listing).toEqual({
      tenant: 'acme',
      place: `${payment.id}/1001`,
      status: 'none',
      customerId: undefined,
      openCase: `${payment.id}/1001`,
    });
  });

  it('place an order by its opening entry even if nobody can read that', () => {
    const order = createLedger();
    const opening = order.at('us-east-1').append({ ...placed(), v: 9 });
    order.at('us-east-1').append(noteChanged('ring twice'));

    const { listing, row } = viewOf(order.entries());

    expect(row.counts).toMatchObject({ entries: 1, voided: 1 });
    expect(listing).toMatchObject({ place: `${opening.id}/1001`, status: 'none', customerId: undefined });
  });

  it('have an order of which nothing can be read yet after all others', () => {
    const [, ...waiting] = contested().entries();

    expect(viewOf(waiting).listing).toMatchObject({ place: '~/1001', status: 'none', customerId: undefined });
  });

  it('name the oldest case that waits, and none once all are settled', () => {
    const order = contested();
    order.replicateAll();
    order.at('us-east-1').append(shipped());
    const open = viewOf(order.entries());
    const ids = open.row.openCases.map(({ id }) => id);
    order.at('us-east-1').append(resolved({ cases: ids.slice(0, 1) }));
    const half = viewOf(order.entries());
    order.at('us-east-1').append(resolved({ cases: ids }));

    expect(ids).toHaveLength(2);
    expect(open.listing.openCase).toBe(`${ids[0]}/1001`);
    expect(half.listing.openCase).toBe(`${ids[1]}/1001`);
    expect(viewOf(order.entries()).listing.openCase).toBeUndefined();
  });
});

describe('what an order adds to the totals', () => {
  const contributionOf = (entries: readonly Entry[]) => viewOf(entries).contribution;
  const oneRegion = (events: readonly EventDraft[], options: LedgerOptions = {}) => {
    const order = createLedger(options);
    for (const event of events) order.at('us-east-1').append(event);
    return order.entries();
  };

  it('is one order, under its status and class, with its entries and its money', () => {
    expect(contributionOf(oneRegion([placed(), paid(500), packed()]))).toEqual({
      orders: 1,
      'status.packed': 1,
      'class.none': 1,
      'entries.us-east-1': 3,
      'money.captured.BRL': 500,
    });
  });

  it('counts cases by state and what was rejected by the region that had accepted it', () => {
    expect(contributionOf(contested().entries())).toEqual({
      orders: 1,
      'status.shipped': 1,
      'class.review': 1,
      provisional: 1,
      'cases.review': 1,
      'entries.us-east-1': 4,
      'entries.eu-west-1': 1,
      'rejected.eu-west-1': 1,
      'money.captured.BRL': 9980,
    });
  });

  it('counts a duplicate for the region that took it, and its money once', () => {
    const order = createLedger();
    const key = { idempotencyKey: 'k', payloadHash: '0'.repeat(64) };
    order.at('us-east-1').append(placed());
    order.replicateAll();
    order.at('us-east-1').append(paid(100), key);
    order.at('eu-west-1').append(paid(100), key);

    expect(contributionOf(order.entries())).toMatchObject({
      'entries.us-east-1': 2,
      'entries.eu-west-1': 1,
      'duplicates.eu-west-1': 1,
      'money.captured.BRL': 100,
    });
  });

  it('has money of an unknown currency under XXX, until the currency arrives', () => {
    const order = createLedger();
    const payment = order.at('eu-west-1').append(paid(700));
    order.at('us-east-1').append(placed());

    expect(contributionOf([payment])).toMatchObject({ 'status.none': 1, 'money.captured.XXX': 700 });
    expect(contributionOf(order.entries())).toMatchObject({ 'status.paid': 1, 'money.captured.BRL': 700 });
    expect(contributionOf(order.entries())).not.toHaveProperty(['money.captured.XXX']);
  });

  it('counts money whatever became of its entry', () => {
    expect(contributionOf(oneRegion([placed(), refunded(300)]))).toMatchObject({
      'class.illegal': 1,
      'money.refunded.BRL': 300,
    });
  });

  it('leaves out what is 0', () => {
    const contribution = contributionOf(oneRegion([placed(), paid(0), tagAdded('gift')]));

    expect(Object.values(contribution)).not.toContain(0);
    expect(Object.keys(contribution).sort()).toEqual(['class.none', 'entries.us-east-1', 'orders', 'status.paid']);
  });

  it('keeps names apart, whatever statuses, kinds of money and writers are called', () => {
    const odd = defineLifecycle({
      name: 'odd',
      statuses: ['__proto__', 'constructor', 'orders', 'a.b'],
      fields: {},
      money: ['captured'],
      resolutionWeight: 16,
      events: {
        One: { kind: 'fact', transitions: [{ from: ['none'], to: '__proto__' }], weight: 1, versions: [anything] },
        Two: {
          kind: 'fact',
          transitions: [{ from: ['__proto__'], to: 'constructor' }],
          weight: 1,
          versions: [anything],
        },
        Three: {
          kind: 'fact',
          transitions: [{ from: ['constructor'], to: 'orders' }],
          weight: 1,
          versions: [anything],
        },
        Four: { kind: 'fact', transitions: [{ from: ['orders'], to: 'a.b' }], weight: 1, versions: [anything] },
      },
    });
    const order = createLedger({ lifecycle: odd, regions: ['0', 'orders'] });
    const statuses = ['One', 'Two', 'Three', 'Four'].map((type) => {
      order.at('0').append(draft('api', type));
      const folded = fold(order.entries(), odd);
      const { contribution } = foldedToOrderView(folded, { version: '0001.0001', foldedAtMs: 5 });
      expect(contribution).toMatchObject({ orders: 1, 'class.none': 1, 'entries.0': order.entries().length });
      return Object.keys(contribution).filter((name) => name.startsWith('status.'));
    });

    expect(statuses).toEqual([['status.__proto__'], ['status.constructor'], ['status.orders'], ['status.a.b']]);
  });
});

describe('the version of a projection', () => {
  it('sorts as text like the versions of the lifecycle', () => {
    const versions = [1, 2, 9, 10, 99, 100, 1000, 9999].map((version) =>
      projectionVersion(defineLifecycle({ ...retailDefinition, version })),
    );

    expect([...versions].sort()).toEqual(versions);
    expect(versions[0]).toMatch(/^\d{4}\.0001$/);
    expect(projectionVersion(retail)).toBe(versions[0]);
  });

  it('is above that of every generation that nobody rebuilt', () => {
    expect(projectionVersion(retail) > '').toBe(true);
  });
});

/** In constant time each, which the ledger builder does not do. Only positions and order of the ids matter here. */
const loopedOrder = (entries: number, events: readonly EventDraft[]): readonly Entry[] => {
  const template = createLedger();
  const opening = template.at('us-east-1').append(placed());
  const second = template.at('us-east-1').append(events);
  return [
    opening,
    ...Array.from({ length: entries }, (_, i): Entry => {
      const idAt = (event: number) => `${second.id.slice(0, 10)}${String(i * 100 + event).padStart(16, '0')}`;
      const position = formatPosition({ writer: 'us-east-1', seq: i + 2 });
      return {
        ...second,
        position,
        seq: i + 2,
        seen: { 'us-east-1': i + 1 },
        id: idAt(0),
        events: second.events.map((event, at) => ({ ...event, id: idAt(at) })),
        hash: position.padEnd(64, '0'),
      };
    }),
  ];
};

const anything = { schema: { safeParse: (data: unknown) => ({ success: true as const, data }) } };

const contested = () => {
  const order = createLedger();
  for (const event of [placed(), paid()]) order.at('us-east-1').append(event);
  order.replicateAll();
  for (const event of [packed(), shipped()]) order.at('us-east-1').append(event);
  order.at('eu-west-1').append(cancelled());
  return order;
};
