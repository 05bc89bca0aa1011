import { describe, expect, it } from 'vitest';
import { fold } from '../../../domain/fold/fold.ts';
import { retail } from '../../../domain/lifecycle/retail.ts';
import { foldedToOrderView } from '../../../projections/views/order-view.ts';
import { createLedger } from '../../support/builders/ledger-builder.ts';
import { cancelled, packed, paid, placed, resolved, shipped } from '../../support/builders/retail-drafts.ts';

describe('order view', () => {
  it('is the same row, byte for byte, whatever the order of the entries', () => {
    const entries = contested().entries();

    const rows = [entries, [...entries].reverse(), [...entries, ...entries]].map((set) =>
      JSON.stringify(foldedToOrderView(fold(set, retail))),
    );

    expect(new Set(rows).size).toBe(1);
  });

  it('lists a case while a person is asked, and counts it afterwards', () => {
    const order = contested();
    const before = foldedToOrderView(fold(order.entries(), retail)).row;
    order.replicateAll();
    const cases = before.openCases.map(({ id }) => id);
    order.at('us-east-1').append(resolved({ cases, status: 'cancelled' }));

    const after = foldedToOrderView(fold(order.entries(), retail)).row;

    expect(before).toMatchObject({ status: 'shipped', provisional: true, counts: { cases: 1 } });
    expect(before.rejected).toEqual(cases);
    expect(after).toMatchObject({ status: 'cancelled', provisional: false, openCases: [], counts: { cases: 1 } });
  });

  it('says nothing of what lies beyond its cut, so that equal cuts are equal rows', () => {
    const [, ...rest] = contested().entries();

    expect(foldedToOrderView(fold(rest, retail))).toEqual({
      ...foldedToOrderView(fold([], retail)),
      stream: rest[0]?.stream,
    });
  });
});

const contested = () => {
  const order = createLedger();
  for (const draft of [placed(), paid()]) order.at('us-east-1').append(draft);
  order.replicateAll();
  for (const draft of [packed(), shipped()]) order.at('us-east-1').append(draft);
  order.at('eu-west-1').append(cancelled());
  return order;
};
