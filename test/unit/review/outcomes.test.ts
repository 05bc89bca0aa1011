/** What is offered for each worked case, and what the person is shown to come of it. */
import { describe, expect, it } from 'vitest';
import { fold } from '../../../domain/fold/fold.ts';
import { sealable } from '../../../domain/ledger/sealed-value.ts';
import { defineLifecycle } from '../../../domain/lifecycle/define-lifecycle.ts';
import { retail, retailDefinition } from '../../../domain/lifecycle/retail.ts';
import { noteSchema } from '../../../domain/lifecycle/retail-events.ts';
import { offerOutcomes, outcomesMax } from '../../../domain/review/offer-outcomes.ts';
import { type CaseOutcome, previewOutcome, toResolution } from '../../../domain/review/outcomes.ts';
import { workOrder } from '../../support/arbitraries/work-order.ts';
import { createLedger } from '../../support/builders/ledger-builder.ts';
import {
  address,
  addressChanged,
  cancelled,
  draft,
  noteChanged,
  packed,
  placed,
  shipped,
} from '../../support/builders/retail-drafts.ts';
import { playScene, reviewOf, type SceneName, sceneNames, setScene } from '../../support/builders/review-scenes.ts';

/** Each outcome, with the status and the class that its preview shows. */
type Expected = readonly (readonly [CaseOutcome, string, string])[];

/** A new scene fails to compile until it is here. */
const expectations: Readonly<Record<SceneName, Expected>> = {
  'shipped against cancelled': [
    [{}, 'shipped', 'precedence'],
    [{ status: 'cancelled' }, 'cancelled', 'precedence'],
  ],
  'delivered against cancelled': [
    [{}, 'delivered', 'review'],
    [{ status: 'shipped' }, 'shipped', 'review'],
    [{ status: 'cancelled' }, 'cancelled', 'review'],
    [{ status: 'refunded' }, 'refunded', 'review'],
  ],
  'delivered against refunded': [
    [{}, 'delivered', 'review'],
    [{ status: 'shipped' }, 'shipped', 'review'],
    [{ status: 'refunded' }, 'refunded', 'review'],
  ],
  'shipped against shipped': [
    [{}, 'shipped', 'precedence'],
    [{ fields: { trackingId: 'of-eu' } }, 'shipped', 'precedence'],
  ],
  'shipped against another address': [
    [{}, 'shipped', 'precedence'],
    [{ fields: { shippingAddress: address('Olinda') } }, 'shipped', 'late'],
  ],
  'shipped before paid': [
    [{}, 'placed', 'precedence'],
    [{ status: 'shipped' }, 'shipped', 'precedence'],
  ],
  'cancelled, then shipped, in one region': [
    [{}, 'shipped', 'precedence'],
    [{ status: 'cancelled' }, 'cancelled', 'precedence'],
  ],
  'resolved to cancelled, then delivered': [
    [{}, 'cancelled', 'precedence'],
    [{ status: 'delivered' }, 'delivered', 'precedence'],
  ],
  'resolved to cancelled': [],
  'resolved twice at once': [
    [{}, 'cancelled', 'precedence'],
    [{ status: 'shipped' }, 'shipped', 'precedence'],
  ],
};

describe('the outcomes of a case', () => {
  it.each(sceneNames)('offer for %s what its sides stand for', (name) => {
    const offers = offerOutcomes(playScene(name));
    expect(offers.map(({ outcome, preview }) => [outcome, preview.status, preview.class])).toEqual(expectations[name]);
  });

  it('show what is left to do after each', () => {
    const reviewed = playScene('delivered against cancelled');
    const other = playScene('delivered against refunded').found.id;
    const [keep, , cancel] = offerOutcomes(reviewed);
    expect(keep?.preview).toMatchObject({
      provisional: false,
      money: { captured: 9980, refunded: 500 },
      openCases: [other],
    });
    expect(keep?.preview.legalMoves).toMatchObject({ decisions: expect.arrayContaining(['ReturnRequested']) });
    expect(cancel?.preview.legalMoves.facts).toContain('RefundIssued');
  });

  it('show a field in dispute under every outcome, and no other field', () => {
    const offers = offerOutcomes(playScene('shipped against another address'));
    expect(offers.map(({ preview }) => preview.fields)).toEqual([
      { shippingAddress: address('Recife') },
      { shippingAddress: address('Olinda') },
    ]);
  });

  it('offer each of two addresses that neither region had seen, but for the one that stands', () => {
    const { us, eu, ledger } = setScene();
    us.append(addressChanged('Olinda'));
    const larger = eu.append(addressChanged('Natal'));
    const reviewed = reviewOf(ledger.entries(), larger);
    expect(offerOutcomes(reviewed).map(({ outcome }) => outcome)).toEqual([
      {},
      { fields: { shippingAddress: address('Olinda') } },
    ]);
  });

  it('offer a sealed value as it is stored', () => {
    const { us, eu, ledger } = setScene();
    us.append(shipped());
    const sealed = { sealed: 'v1', key: '0123456789abcdef', box: 'A'.repeat(40) };
    const about = eu.append(draft('api', 'AddressChanged', { shippingAddress: sealed }));
    const outcomes = offerOutcomes(reviewOf(ledger.entries(), about)).map(({ outcome }) => outcome);
    expect(outcomes).toContainEqual({ fields: { shippingAddress: sealed } });
  });

  it('offer a rejected entry’s status and what it would have written', () => {
    const { us, ledger } = setScene([placed()]);
    const about = us.append([packed(), shipped('tracking-1')]);
    expect(offerOutcomes(reviewOf(ledger.entries(), about)).map(({ outcome }) => outcome)).toEqual([
      {},
      { fields: { trackingId: 'tracking-1' } },
      { status: 'packed' },
      { status: 'shipped' },
    ]);
  });

  it('offer both ends of what the lifecycle does not decide between', () => {
    const ledger = createLedger({ lifecycle: workOrder });
    const [us, eu] = [ledger.at('us-east-1'), ledger.at('eu-west-1')];
    us.append(draft('api', 'WorkAcknowledged', { level: 1 }));
    ledger.replicateAll();
    us.append(draft('api', 'WorkCancelled'));
    const about = eu.append(draft('desk', 'EverythingStopped'));
    const reviewed = reviewOf(ledger.entries(), about, workOrder);
    const statuses = offerOutcomes(reviewed).map(({ preview }) => preview.status);
    expect(new Set(statuses)).toEqual(new Set(['cancelled', 'held']));
  });

  it('offer nothing that the lifecycle would not take as a decision', () => {
    const { fields } = retailDefinition;
    const strict = defineLifecycle({
      ...retailDefinition,
      fields: { ...fields, note: { ...fields.note, value: sealable(noteSchema.max(3)) } },
    });
    const ledger = createLedger({ lifecycle: strict });
    const about = ledger.at('us-east-1').append([cancelled(), noteChanged('ring twice')]);
    const offers = offerOutcomes(reviewOf(ledger.entries(), about, strict));
    expect(offers.map(({ outcome }) => outcome)).toEqual([{}, { status: 'cancelled' }]);
  });

  it('are bounded, however many values are in dispute', () => {
    const regions = Array.from({ length: 30 }, (_, i) => `region-${String(i).padStart(2, '0')}`);
    const ledger = createLedger({ regions });
    ledger.at('region-00').append(placed());
    for (const region of regions) ledger.replicate('region-00', region);
    for (const region of regions) ledger.at(region).append(addressChanged(region));
    const [found] = fold(ledger.entries(), retail).cases;
    expect(offerOutcomes(reviewOf(ledger.entries(), found ?? { id: '' }))).toHaveLength(outcomesMax);
  });
});

describe('the preview of an outcome', () => {
  const reviewed = playScene('shipped against cancelled');

  it('is of whatever the person may choose, offered or not', () => {
    expect(previewOutcome(reviewed, { status: 'returned', fields: { note: 'sent back' } })).toMatchObject({
      status: 'returned',
      fields: { note: 'sent back' },
      openCases: [],
    });
  });

  it.each([{ status: 'none' }, { status: 'lost' }, { fields: { tags: ['gift'] } }, { fields: { nothing: 1 } }])(
    'is none for %j, which the lifecycle does not take',
    (outcome) => expect(previewOutcome(reviewed, outcome)).toBeUndefined(),
  );

  it('changes neither the entries nor their fold', () => {
    const before = JSON.stringify(reviewed);
    offerOutcomes(reviewed);
    expect(JSON.stringify(reviewed)).toBe(before);
  });
});

describe('the decision that is stored of an outcome', () => {
  it('names every case once, and nothing that was not chosen', () => {
    expect(toResolution(['a', 'b', 'a'], { fields: {} }, 'so be it')).toEqual({
      cases: ['a', 'b'],
      reason: 'so be it',
    });
    expect(toResolution(['a'], { status: 'paid', fields: { note: 'n' } }, 'r')).toEqual({
      cases: ['a'],
      status: 'paid',
      fields: { note: 'n' },
      reason: 'r',
    });
  });
});
