import { describe, expect, it } from 'vitest';
import { fold } from '../../../domain/fold/fold.ts';
import { isOpen } from '../../../domain/fold/folded-stream.ts';
import { retail } from '../../../domain/lifecycle/retail.ts';
import { createLedger, type LedgerBuilder } from '../../support/builders/ledger-builder.ts';
import { delivered, noteChanged, packed, paid, placed, shipped } from '../../support/builders/retail-drafts.ts';

const foldAll = (ledger: LedgerBuilder) => fold(ledger.entries(), retail);
const typesOf = (ledger: LedgerBuilder) => foldAll(ledger).history.flatMap(({ types }) => types);

describe('a fact that is reported late', () => {
  it('finds its place when the order is placed after its parcel left', () => {
    const ledger = createLedger();
    const us = ledger.at('us-east-1');
    us.append(shipped());
    expect(foldAll(ledger)).toMatchObject({ status: 'none', class: 'illegal' });
    us.append(placed());
    expect(foldAll(ledger)).toMatchObject({ status: 'placed', class: 'illegal' });
    us.append(paid());
    expect(foldAll(ledger)).toMatchObject({ status: 'shipped', class: 'late', cases: [] });
    expect(typesOf(ledger)).toEqual(['OrderPlaced', 'PaymentCaptured', 'OrderShipped']);
  });

  it('finds its place when another region had reported it before the order came over', () => {
    const ledger = createLedger();
    const [us, eu] = [ledger.at('us-east-1'), ledger.at('eu-west-1')];
    eu.append(shipped());
    ledger.replicateAll();
    us.append(placed());
    us.append(paid());
    ledger.replicateAll();
    eu.append(delivered());
    expect(foldAll(ledger)).toMatchObject({ status: 'delivered', class: 'late', cases: [] });
  });

  it('stays behind a note that its region had taken before the order was placed', () => {
    const ledger = createLedger();
    const us = ledger.at('us-east-1');
    us.append(shipped());
    us.append(noteChanged('where is the order?'));
    us.append(placed());
    us.append(paid());
    const folded = foldAll(ledger);
    expect(folded.history.map(({ types }) => types[0])).toEqual([
      'OrderShipped',
      'NoteChanged',
      'OrderPlaced',
      'PaymentCaptured',
    ]);
    expect(folded.cases.filter(isOpen).map(({ reasons }) => reasons)).toEqual([['illegal']]);
  });

  it('moves ahead no further than it must: payment before the parcel, and the packing stays where it was', () => {
    const ledger = createLedger();
    const us = ledger.at('us-east-1');
    for (const draft of [placed(), shipped(), delivered(), paid()]) us.append(draft);
    expect(typesOf(ledger)).toEqual(['OrderPlaced', 'PaymentCaptured', 'OrderShipped', 'OrderDelivered']);
    us.append(packed());
    expect(typesOf(ledger)).toEqual([
      'OrderPlaced',
      'PaymentCaptured',
      'OrderPacked',
      'OrderShipped',
      'OrderDelivered',
    ]);
    expect(foldAll(ledger)).toMatchObject({ status: 'delivered', class: 'late', cases: [] });
  });
});
