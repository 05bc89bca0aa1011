/**
 * What a region says while the two parts of an order arrive one entry at a time: the worked cases of the design, in
 * either order of arrival. A case is said once when it opens, however many entries follow, and once when it ends.
 */
import { describe, expect, it } from 'vitest';
import { fold } from '../../../domain/fold/fold.ts';
import type { Entry } from '../../../domain/ledger/entry.ts';
import { retail } from '../../../domain/lifecycle/retail.ts';
import type { CaseAlert } from '../../../domain/ports/alert-bus.ts';
import type { StoredView } from '../../../domain/ports/view-store.ts';
import { caseAlerts, type Said, saidByRows } from '../../../projections/projector/case-alerts.ts';
import { type CaseState, foldedToOrderView, type OrderView } from '../../../projections/views/order-view.ts';
import { createLedger, type LedgerBuilder, type LedgerWriter } from '../../support/builders/ledger-builder.ts';
import {
  addressChanged,
  cancelled,
  delivered,
  type EventDraft,
  noteChanged,
  packed,
  paid,
  placed,
  refunded,
  resolved,
  returnReceived,
  returnRequested,
  shipped,
  tagAdded,
} from '../../support/builders/retail-drafts.ts';

interface Scene {
  readonly ledger: LedgerBuilder;
  readonly us: LedgerWriter;
  readonly eu: LedgerWriter;
}

interface WorkedCase {
  readonly name: string;
  /** What both regions have seen before they are cut off from each other; placed and paid unless said otherwise. */
  readonly base?: readonly EventDraft[];
  readonly play: (scene: Scene) => void;
  /** What is said when the part of us-east-1 arrives first. */
  readonly usFirst: readonly string[];
  readonly euFirst: readonly string[];
}

const workedCases: readonly WorkedCase[] = [
  {
    name: 'nothing of a cancelled order that was packed elsewhere',
    play: ({ us, eu }) => {
      us.append(packed());
      eu.append(cancelled());
    },
    usFirst: [],
    euFirst: [],
  },
  {
    name: 'the cancellation of a shipped order',
    play: ({ us, eu }) => {
      for (const event of [packed(), shipped()]) us.append(event);
      eu.append(cancelled());
    },
    usFirst: ['ConflictNeedsReview OrderCancelled'],
    euFirst: ['ConflictNeedsReview OrderCancelled'],
  },
  {
    name: 'the cancellation of a delivered order and its refund, each once',
    play: ({ us, eu }) => {
      for (const event of [packed(), shipped(), delivered()]) us.append(event);
      for (const event of [cancelled(), refunded(500)]) eu.append(event);
    },
    usFirst: ['ConflictNeedsReview OrderCancelled', 'ConflictNeedsReview RefundIssued'],
    euFirst: ['ConflictNeedsReview OrderCancelled', 'ConflictNeedsReview RefundIssued'],
  },
  {
    name: 'nothing of a return that had seen the shipment',
    play: ({ us, eu, ledger }) => {
      for (const event of [packed(), shipped()]) us.append(event);
      ledger.replicateAll();
      us.append(delivered());
      eu.append(returnRequested());
    },
    usFirst: [],
    euFirst: [],
  },
  {
    name: 'the second of two shipments',
    play: ({ us, eu, ledger }) => {
      us.append(packed());
      ledger.replicateAll();
      us.append(shipped('first'));
      eu.append(shipped('second'));
    },
    usFirst: ['ConflictNeedsReview OrderShipped second'],
    euFirst: ['ConflictNeedsReview OrderShipped second'],
  },
  {
    name: 'nothing of a note and a tag',
    play: ({ us, eu }) => {
      us.append(noteChanged('ring twice'));
      eu.append(tagAdded('gift'));
    },
    usFirst: [],
    euFirst: [],
  },
  {
    name: 'nothing of two notes',
    play: ({ us, eu }) => {
      us.append(noteChanged('ring twice'));
      eu.append(noteChanged('knock'));
    },
    usFirst: [],
    euFirst: [],
  },
  {
    name: 'the address that the carrier had not seen',
    play: ({ us, eu }) => {
      for (const event of [packed(), shipped()]) us.append(event);
      eu.append(addressChanged('Olinda'));
    },
    usFirst: ['ConflictNeedsReview AddressChanged'],
    euFirst: ['ConflictNeedsReview AddressChanged'],
  },
  {
    name: 'nothing of a payment that was captured twice under one key',
    base: [placed()],
    play: ({ us, eu }) => {
      const key = { idempotencyKey: 'k', payloadHash: '0'.repeat(64) };
      us.append(paid(100), key);
      eu.append(paid(100), key);
    },
    usFirst: [],
    euFirst: [],
  },
  {
    name: 'that the missing payment arrived',
    base: [],
    play: ({ us }) => {
      for (const event of [placed(), shipped(), paid()]) us.append(event);
    },
    usFirst: ['IllegalTransition OrderShipped', 'CaseWithdrawn OrderShipped'],
    euFirst: ['IllegalTransition OrderShipped', 'CaseWithdrawn OrderShipped'],
  },
  {
    name: 'that the payment arrived from elsewhere, unless it was here first',
    base: [placed()],
    play: ({ us, eu }) => {
      us.append(shipped());
      eu.append(paid());
    },
    usFirst: ['IllegalTransition OrderShipped', 'CaseWithdrawn OrderShipped'],
    euFirst: [],
  },
  {
    name: 'the cancellation, once the parcel left after all',
    play: ({ us }) => {
      us.append(cancelled());
      us.append(shipped());
    },
    usFirst: ['ConflictNeedsReview OrderCancelled'],
    euFirst: ['ConflictNeedsReview OrderCancelled'],
  },
  {
    name: 'that the cancellation was upheld, and then the delivery as a case of its own',
    play: ({ us, eu, ledger }) => {
      for (const event of [packed(), shipped()]) us.append(event);
      const { id } = eu.append(cancelled());
      ledger.replicateAll();
      eu.append(resolved({ cases: [id], status: 'cancelled' }));
      ledger.replicateAll();
      us.append(delivered());
    },
    usFirst: ['ConflictNeedsReview OrderCancelled', 'CaseSettled OrderCancelled', 'IllegalTransition OrderDelivered'],
    // The resolution waits for the shipment that its writer had seen, so nobody ever asked.
    euFirst: ['CaseSettled OrderCancelled', 'IllegalTransition OrderDelivered'],
  },
  {
    name: 'the address again, once a carrier turns up that had read the other one',
    play: ({ us, eu, ledger }) => {
      us.append(addressChanged('Natal'));
      const { id } = eu.append(addressChanged('Olinda'));
      ledger.replicate('us-east-1', 'eu-west-1');
      eu.append(resolved({ cases: [id] }));
      us.append(shipped());
    },
    usFirst: ['ConflictNeedsReview AddressChanged'],
    euFirst: ['CaseSettled AddressChanged', 'ConflictNeedsReview AddressChanged'],
  },
];

describe.each(workedCases)('a region says $name', ({ base = [placed(), paid()], play, usFirst, euFirst }) => {
  const entriesOf = () => {
    const ledger = createLedger();
    const [us, eu] = [ledger.at('us-east-1'), ledger.at('eu-west-1')];
    for (const event of base) us.append(event);
    ledger.replicateAll();
    play({ ledger, us, eu });
    const entries = ledger.entries();
    const [shared, rest] = [entries.slice(0, base.length), entries.slice(base.length)];
    const ofRegion = (region: string) => rest.filter((entry) => entry.region === region);
    return { shared, us: ofRegion('us-east-1'), eu: ofRegion('eu-west-1') };
  };

  it('when the part of us-east-1 arrives first', () => {
    const { shared, us, eu } = entriesOf();
    expect(saidOnArrival([...shared, ...us, ...eu])).toEqual(usFirst);
  });

  it('when the part of eu-west-1 arrives first', () => {
    const { shared, us, eu } = entriesOf();
    expect(saidOnArrival([...shared, ...eu, ...us])).toEqual(euFirst);
  });

  it('and nothing more when every entry rings twice', () => {
    const { shared, us, eu } = entriesOf();
    const twice = [...shared, ...us, ...eu].flatMap((entry) => [entry, entry]);
    expect(saidOnArrival(twice)).toEqual(usFirst);
  });
});

describe('case alerts', () => {
  it('say where the case is, why, who is on the other side, how much this region had seen and which code says so', () => {
    const { entries, cancellation, shipment } = contested();
    const folded = fold(entries, retail);

    expect(caseAlerts(said(), folded, { region: 'eu-west-1', version: '0001.0007', atMs: 7 })).toEqual([
      {
        type: 'ConflictNeedsReview',
        stream: 'order/acme/1001',
        region: 'eu-west-1',
        cut: { 'us-east-1': 3, 'eu-west-1': 1 },
        version: '0001.0007',
        caseId: cancellation.id,
        position: 'eu-west-1/0000000001',
        reasons: ['contested'],
        opponents: [shipment.id],
        atMs: 7,
      },
    ]);
  });

  it('carry no payload of the order', () => {
    const { entries } = contested();
    const [alert] = caseAlerts(said(), fold(entries, retail), context) as [CaseAlert];

    expect(Object.keys(alert).sort()).toEqual(
      ['atMs', 'caseId', 'cut', 'opponents', 'position', 'reasons', 'region', 'stream', 'type', 'version'].sort(),
    );
  });

  it('name the resolution that settled it', () => {
    const { ledger, cancellation } = contested();
    ledger.replicateAll();
    const resolution = ledger.at('eu-west-1').append(resolved({ cases: [cancellation.id] }));

    expect(caseAlerts(said({ [cancellation.id]: 'review' }), fold(ledger.entries(), retail), context)).toMatchObject([
      { type: 'CaseSettled', caseId: cancellation.id, settledBy: resolution.id },
    ]);
  });

  it('say of a withdrawn case what is still known: its id', () => {
    const [opening] = contested().entries as [Entry];

    expect(caseAlerts(said({ 'the case': 'illegal' }), fold([opening], retail), context)).toEqual([
      {
        type: 'CaseWithdrawn',
        stream: 'order/acme/1001',
        region: 'us-east-1',
        cut: { 'us-east-1': 1 },
        version: '0001.0001',
        caseId: 'the case',
        reasons: [],
        opponents: [],
        atMs: 0,
      },
    ]);
  });

  it.each([
    { was: undefined, says: ['ConflictNeedsReview'] },
    { was: 'illegal', says: ['ConflictNeedsReview'] },
    { was: 'review', says: [] },
    { was: 'settled', says: ['ConflictNeedsReview'] },
  ] as const)('of a case under review that was said to be $was: $says', ({ was, says }) => {
    const { entries, cancellation } = contested();
    const before = said(was === undefined ? {} : { [cancellation.id]: was });

    expect(caseAlerts(before, fold(entries, retail), context).map(({ type }) => type)).toEqual(says);
  });

  it('say again, as it is now, what nobody knows whether it was said', () => {
    const { entries, cancellation } = contested();
    const before = said({ [cancellation.id]: 'review' }, [cancellation.id]);

    expect(caseAlerts(before, fold(entries, retail), context)).toMatchObject([
      { type: 'ConflictNeedsReview', caseId: cancellation.id },
    ]);
  });

  it.each(['illegal', 'review', 'settled', undefined] as const)(
    'withdraw a case of which nobody knows whether it was said to be %s, once',
    (was) => {
      const [opening] = contested().entries as [Entry];
      const before = said(was === undefined ? {} : { 'the case': was }, ['the case']);

      expect(caseAlerts(before, fold([opening], retail), context)).toMatchObject([
        { type: 'CaseWithdrawn', caseId: 'the case' },
      ]);
    },
  );

  it('say nothing of a settled case that is none any more', () => {
    const [opening] = contested().entries as [Entry];

    expect(caseAlerts(said({ 'the case': 'settled' }), fold([opening], retail), context)).toEqual([]);
  });

  it('are one for two entries that a bypassing writer gave one id, about the one that asks for more', () => {
    const { entries, cancellation } = contested();
    const parcel = createLedger().at('us-east-1').append(returnReceived());
    const twin: Entry = {
      ...parcel,
      position: 'ap-south-1/0000000001',
      region: 'ap-south-1',
      id: cancellation.id,
      events: parcel.events.map((event) => ({ ...event, id: cancellation.id })),
    };
    const folded = fold([...entries.slice(0, 2), twin, ...entries.slice(2)], retail);
    expect(folded.cases.map(({ id }) => id)).toEqual([cancellation.id, cancellation.id]);

    const alerts = caseAlerts(said(), folded, context);

    expect(alerts).toMatchObject([
      { type: 'ConflictNeedsReview', caseId: cancellation.id, position: cancellation.position },
    ]);
    const row = foldedToOrderView(folded, { version: '0001.0001', foldedAtMs: 0 });
    expect(caseAlerts(saidByRows([row]), folded, context)).toEqual([]);
  });
});

describe('what the rows of several generations have said', () => {
  const rowOf = (entries: readonly Entry[], unsaid?: readonly string[]): StoredView<OrderView> => ({
    ...foldedToOrderView(fold(entries, retail), { version: '0001.0001', foldedAtMs: 0 }),
    ...(unsaid && { unsaid }),
  });

  it('is nothing where there are none', () => {
    expect(saidByRows([])).toEqual(said());
    expect(saidByRows([undefined, undefined])).toEqual(said());
  });

  it('is what the row says that has seen the most, and of equal cuts the one of the newest code', () => {
    const { ledger, entries, cancellation } = contested();
    ledger.replicateAll();
    ledger.at('eu-west-1').append(resolved({ cases: [cancellation.id] }));
    const [live, building] = [rowOf(ledger.entries()), rowOf(entries)];

    expect(saidByRows([live, building])).toEqual(said({ [cancellation.id]: 'settled' }));
    expect(saidByRows([building, live])).toEqual(said({ [cancellation.id]: 'settled' }));
    const other = { ...live, version: '0001.0002', row: { ...live.row, caseStates: {} } };
    expect(saidByRows([live, other])).toEqual(said());
    expect(saidByRows([other, live])).toEqual(said());
    expect(saidByRows([rowOf(entries.slice(0, 2)), building])).toEqual(said({ [cancellation.id]: 'review' }));
    expect(saidByRows([undefined, building])).toEqual(said({ [cancellation.id]: 'review' }));
  });

  it('leaves unsaid what any of them names', () => {
    const { entries } = contested();
    const [opening] = entries as [Entry];

    expect(saidByRows([rowOf([opening], ['a', 'b']), rowOf([opening], ['b', 'c'])])).toEqual(said({}, ['a', 'b', 'c']));
  });
});

const context = { region: 'us-east-1', version: '0001.0001', atMs: 0 };

const said = (states: Readonly<Record<string, CaseState>> = {}, unsaid: readonly string[] = []): Said => ({
  states: new Map(Object.entries(states)),
  unsaid: new Set(unsaid),
});

const contested = () => {
  const ledger = createLedger();
  const [us, eu] = [ledger.at('us-east-1'), ledger.at('eu-west-1')];
  for (const event of [placed(), paid()]) us.append(event);
  ledger.replicateAll();
  const shipment = us.append(shipped());
  const cancellation = eu.append(cancelled());
  return { ledger, shipment, cancellation, entries: ledger.entries() };
};

/** Every alert of a region that projects after each arrival, as type and the event (and tracking id) of its entry. */
const saidOnArrival = (arrivals: readonly Entry[]): readonly string[] => {
  const nameOf = (caseId: string): string => {
    const event = arrivals.find(({ id }) => id === caseId)?.events[0];
    const trackingId = event?.data['trackingId'];
    return [event?.type, trackingId].filter((part) => part !== undefined).join(' ');
  };
  let row: StoredView<OrderView> | undefined;
  return arrivals.flatMap((_, i) => {
    const folded = fold(arrivals.slice(0, i + 1), retail);
    const alerts = caseAlerts(saidByRows([row]), folded, context);
    row = foldedToOrderView(folded, { version: '0001.0001', foldedAtMs: 0 });
    return alerts.map(({ type, caseId }) => `${type} ${nameOf(caseId)}`);
  });
};
