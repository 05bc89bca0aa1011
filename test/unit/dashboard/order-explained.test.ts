import { describe, expect, it } from 'vitest';
import { fold } from '../../../domain/fold/fold.ts';
import type { Entry } from '../../../domain/ledger/entry.ts';
import { retail } from '../../../domain/lifecycle/retail.ts';
import { unionOfCuts, unseenOf } from '../../../services/dashboard/page/model/compare-regions.ts';
import { explainEntries, outcomeText } from '../../../services/dashboard/page/model/entry-outcomes.ts';
import { orderExplanation } from '../../../services/order-api/order-explanation.ts';
import { createLedger } from '../../support/builders/ledger-builder.ts';
import { cancelled, draft, noteChanged, packed, paid, placed, shipped } from '../../support/builders/retail-drafts.ts';

const [us, eu] = ['us-east-1', 'eu-west-1'] as const;

const explain = (entries: readonly Entry[]) =>
  explainEntries(orderExplanation(fold(entries, retail), { orderId: '1001', region: us, damaged: [] }));

describe('what became of each entry', () => {
  it('is told for accepted and rejected ones, with the case', () => {
    const ledger = createLedger();
    ledger.at(us).append(placed());
    ledger.at(us).append(paid());
    ledger.replicateAll();
    ledger.at(us).append(packed());
    const parcel = ledger.at(us).append(shipped());
    const refused = ledger.at(eu).append(cancelled());
    const note = ledger.at(eu).append(noteChanged('ring twice'));
    const explained = explain(ledger.entries());

    expect(explained(parcel.position)).toEqual({
      outcome: { kind: 'accepted', from: 'packed', to: 'shipped' },
      case: undefined,
    });
    expect(explained(refused.position)).toMatchObject({
      outcome: { kind: 'rejected', reasons: ['contested'] },
      case: { id: refused.id, opponents: [parcel.id], settledBy: undefined },
    });
    expect(outcomeText(explained(parcel.position).outcome)).toBe('→ shipped');
    expect(outcomeText(explained(refused.position).outcome)).toBe('rejected');
    expect(outcomeText(explained(note.position).outcome)).toBe('accepted');
  });

  it('is told for those that take no part', () => {
    const ledger = createLedger();
    ledger.at(us).append(placed());
    ledger.replicateAll();
    const first = ledger.at(us).append(paid(), { idempotencyKey: 'k', payloadHash: 'a'.repeat(64) });
    const again = ledger.at(eu).append(paid(), { idempotencyKey: 'k', payloadHash: 'a'.repeat(64) });
    const unreadable = ledger.at(us).append(draft('api', 'Unheard'));
    const missing = ledger.at(us).append(noteChanged('lost on the way'));
    const waiting = ledger.at(us).append(noteChanged('waits'));
    const explained = explain(ledger.entries().filter((entry) => entry !== missing));

    expect(explained(again.position).outcome).toEqual({ kind: 'duplicate', repeats: first.id });
    expect(explained(unreadable.position).outcome).toMatchObject({ kind: 'voided' });
    expect(explained(waiting.position).outcome).toEqual({ kind: 'pending', waitsFor: missing.position });
    expect(explained('us-east-1/0000009999').outcome).toEqual({ kind: 'unknown' });
  });
});

describe('what regions have not seen', () => {
  it('is counted and named by writer', () => {
    const all = unionOfCuts([{ [us]: 7 }, { [us]: 2, [eu]: 3 }]);

    expect(all).toEqual({ [us]: 7, [eu]: 3 });
    expect(unseenOf({ [us]: 2, [eu]: 2 }, all)).toEqual({ entries: 6, ranges: ['eu-west-1:3', 'us-east-1:3 to 7'] });
    expect(unseenOf(all, all)).toEqual({ entries: 0, ranges: [] });
  });
});
