/**
 * The worked cases of the design, row by row: a fold that disagrees with one of them is wrong, and so is a reference
 * fold that does. Ids decide only where a row says so, hence every row is played with either region's clock ahead.
 */
import { describe, expect, it } from 'vitest';
import { fold } from '../../../domain/fold/fold.ts';
import { isOpen, type StreamClass } from '../../../domain/fold/folded-stream.ts';
import type { Entry } from '../../../domain/ledger/entry.ts';
import { retail } from '../../../domain/lifecycle/retail.ts';
import { createLedger, type LedgerBuilder, type LedgerWriter } from '../../support/builders/ledger-builder.ts';
import {
  address,
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
  returnRequested,
  shipped,
  tagAdded,
} from '../../support/builders/retail-drafts.ts';
import { foldedToLine } from '../../support/fold-line.ts';
import { referenceFold } from '../../support/reference-fold.ts';

interface Outcome {
  readonly status: string;
  readonly class: StreamClass;
  readonly rejected?: readonly Entry[];
  /** What a person is asked about: the rejected entries, unless said otherwise. */
  readonly open?: readonly Entry[];
  readonly duplicates?: readonly Entry[];
  readonly provisional?: boolean;
  readonly fields?: Readonly<Record<string, unknown>>;
  readonly money?: Readonly<Record<string, number>>;
}

interface Scene {
  readonly us: LedgerWriter;
  readonly eu: LedgerWriter;
  readonly ledger: LedgerBuilder;
}

interface WorkedCase {
  readonly name: string;
  /** What both regions have seen before they are cut off from each other; placed and paid unless said otherwise. */
  readonly base?: readonly EventDraft[];
  readonly play: (scene: Scene) => Outcome;
}

const workedCases: readonly WorkedCase[] = [
  {
    name: 'cancels an order that was packed elsewhere',
    play: ({ us, eu }) => {
      us.append(packed());
      eu.append(cancelled());
      return { status: 'cancelled', class: 'precedence' };
    },
  },
  {
    name: 'keeps a parcel shipped and asks about the cancellation',
    play: ({ us, eu }) => {
      us.append(packed());
      us.append(shipped());
      return { status: 'shipped', class: 'review', rejected: [eu.append(cancelled())], provisional: true };
    },
  },
  {
    name: 'asks about cancellation and refund of a delivered order, and still counts the refund',
    play: ({ us, eu }) => {
      for (const event of [packed(), shipped(), delivered()]) us.append(event);
      const rejected = [eu.append(cancelled()), eu.append(refunded(500))];
      return {
        status: 'delivered',
        class: 'review',
        rejected,
        provisional: true,
        money: { captured: 9980, refunded: 500 },
      };
    },
  },
  {
    name: 'takes a return that had seen the shipment while it was delivered',
    play: ({ us, eu, ledger }) => {
      us.append(packed());
      us.append(shipped());
      ledger.replicateAll();
      us.append(delivered());
      eu.append(returnRequested());
      return { status: 'returning', class: 'precedence' };
    },
  },
  {
    name: 'asks about the larger id of two shipments',
    play: ({ us, eu, ledger }) => {
      us.append(packed());
      ledger.replicateAll();
      const shipments = [us.append(shipped()), eu.append(shipped())];
      return { status: 'shipped', class: 'review', rejected: [largestId(shipments)] };
    },
  },
  {
    name: 'merges a note and a tag',
    play: ({ us, eu }) => {
      us.append(noteChanged('ring twice'));
      eu.append(tagAdded('gift'));
      return { status: 'paid', class: 'merged', fields: { note: 'ring twice', tags: ['gift'] } };
    },
  },
  {
    name: 'takes the note with the larger id',
    play: ({ us, eu }) => {
      const inUs = us.append(noteChanged('ring twice'));
      const note = largestId([inUs, eu.append(noteChanged('knock'))]) === inUs ? 'ring twice' : 'knock';
      return { status: 'paid', class: 'precedence', fields: { note } };
    },
  },
  {
    name: 'keeps the address that the shipment had read and asks about the new one',
    play: ({ us, eu }) => {
      us.append(packed());
      us.append(shipped());
      const changed = eu.append(addressChanged('Olinda'));
      return { status: 'shipped', class: 'review', open: [changed], fields: { shippingAddress: address('Recife') } };
    },
  },
  {
    name: 'captures once what was captured twice under one key',
    base: [placed()],
    play: ({ us, eu }) => {
      const key = { idempotencyKey: 'k', payloadHash: '0'.repeat(64) };
      const captures = [us.append(paid(100), key), eu.append(paid(100), key)];
      return {
        status: 'paid',
        class: 'none',
        duplicates: [largestId(captures)],
        money: { captured: 100, refunded: 0 },
      };
    },
  },
  {
    name: 'moves a late payment ahead of the shipment',
    base: [],
    play: ({ us }) => {
      for (const event of [placed(), shipped(), paid()]) us.append(event);
      return { status: 'shipped', class: 'late' };
    },
  },
  {
    name: 'holds a shipment illegal while its payment is missing',
    base: [],
    play: ({ us }) => {
      us.append(placed());
      return { status: 'placed', class: 'illegal', rejected: [us.append(shipped())] };
    },
  },
  {
    name: 'provisionally ships what one region cancelled first',
    base: [placed(), paid()],
    play: ({ us }) => {
      const cancellation = us.append(cancelled());
      us.append(shipped());
      return { status: 'shipped', class: 'review', rejected: [cancellation], provisional: true };
    },
  },
  {
    name: 'opens a new case for a delivery after the cancellation was upheld',
    play: ({ us, eu, ledger }) => {
      us.append(packed());
      us.append(shipped());
      const cancellation = eu.append(cancelled());
      ledger.replicateAll();
      eu.append(resolved({ cases: [cancellation.id], status: 'cancelled' }));
      ledger.replicateAll();
      const delivery = us.append(delivered());
      return { status: 'cancelled', class: 'illegal', rejected: [cancellation, delivery], open: [delivery] };
    },
  },
];

const anHourMs = 3_600_000;
const clocks = [
  { ahead: 'us-east-1', clockOffsetsMs: { 'us-east-1': anHourMs } },
  { ahead: 'eu-west-1', clockOffsetsMs: { 'eu-west-1': anHourMs } },
];

describe.each(clocks)('worked cases, with the clock of $ahead ahead', ({ clockOffsetsMs }) => {
  it.each(workedCases)('$name', ({ base = [placed(), paid()], play }) => {
    const ledger = createLedger({ clockOffsetsMs });
    const scene = { us: ledger.at('us-east-1'), eu: ledger.at('eu-west-1'), ledger };
    for (const event of base) scene.us.append(event);
    ledger.replicateAll();
    const outcome = play(scene);

    const folded = fold(ledger.entries(), retail);

    expect(foldedToLine(folded)).toMatchObject(expectedLine(outcome));
    expect(folded.provisional).toBe(outcome.provisional ?? false);
    expect(
      folded.cases
        .filter(isOpen)
        .map(({ id }) => id)
        .sort(),
    ).toEqual(idsOf(outcome.open ?? outcome.rejected));
    expect(referenceFold(ledger.entries(), retail)).toMatchObject(expectedLine(outcome));
  });
});

describe('a case of the worked cases', () => {
  it('closes itself when the missing payment arrives', () => {
    const ledger = createLedger();
    const us = ledger.at('us-east-1');
    us.append(placed());
    us.append(shipped());
    const before = fold(ledger.entries(), retail);
    us.append(paid());
    const after = fold(ledger.entries(), retail);
    expect([before.class, before.cases.length]).toEqual(['illegal', 1]);
    expect([after.class, after.cases.length]).toEqual(['late', 0]);
  });

  it('is settled by the resolution that names it, and stays rejected', () => {
    const ledger = createLedger();
    const [us, eu] = [ledger.at('us-east-1'), ledger.at('eu-west-1')];
    for (const event of [placed(), paid(), packed()]) us.append(event);
    ledger.replicateAll();
    us.append(shipped());
    const cancellation = eu.append(cancelled());
    ledger.replicateAll();
    const resolution = us.append(resolved({ cases: [cancellation.id], status: 'shipped' }));
    const folded = fold(ledger.entries(), retail);
    expect(folded.class).toBe('precedence');
    expect(folded.provisional).toBe(false);
    expect(foldedToLine(folded).rejected).toEqual([cancellation.id]);
    expect(folded.cases).toMatchObject([{ id: cancellation.id, reasons: ['contested'], settledBy: resolution.id }]);
  });
});

const expectedLine = ({ status, class: streamClass, rejected, duplicates, fields = {}, money = {} }: Outcome) => ({
  status,
  class: streamClass,
  rejected: idsOf(rejected),
  duplicates: idsOf(duplicates),
  pending: [],
  ambiguous: false,
  fields,
  money,
});

const idsOf = (entries: readonly Entry[] = []): readonly string[] => entries.map(({ id }) => id).sort();

const largestId = (entries: readonly Entry[]): Entry =>
  entries.reduce((largest, entry) => (entry.id > largest.id ? entry : largest));
