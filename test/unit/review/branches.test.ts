/**
 * Both sides of each worked case, and what may stand in the way of telling them apart: parties of three writers, entries
 * that knew better, cases that were settled, one writer for all.
 */
import { describe, expect, it } from 'vitest';
import { fold } from '../../../domain/fold/fold.ts';
import type { Cut } from '../../../domain/ledger/cut.ts';
import { retail } from '../../../domain/lifecycle/retail.ts';
import { type Branch, branchesOf } from '../../../domain/review/branches.ts';
import { opponentsMax } from '../../../domain/review/parties.ts';
import { workOrder } from '../../support/arbitraries/work-order.ts';
import { createLedger } from '../../support/builders/ledger-builder.ts';
import {
  address,
  addressChanged,
  cancelled,
  draft,
  noteChanged,
  packed,
  paid,
  placed,
  refunded,
  resolved,
  shipped,
} from '../../support/builders/retail-drafts.ts';
import { playScene, reviewOf, type SceneName, sceneNames, setScene } from '../../support/builders/review-scenes.ts';

interface Expected {
  readonly base: readonly [Cut, string];
  /** By region: cut, status, and how many entries it has beyond the base. */
  readonly regions: Readonly<Record<string, readonly [Cut, string, number]>>;
  readonly differences: readonly string[];
}

const [us, eu] = ['us-east-1', 'eu-west-1'] as const;

/** A new scene fails to compile until it is here. */
const expectations: Readonly<Record<SceneName, Expected>> = {
  'shipped against cancelled': {
    base: [{ [us]: 2 }, 'paid'],
    regions: { [eu]: [{ [us]: 2, [eu]: 1 }, 'cancelled', 1], [us]: [{ [us]: 4 }, 'shipped', 2] },
    differences: ['status'],
  },
  'delivered against cancelled': {
    base: [{ [us]: 2 }, 'paid'],
    regions: { [eu]: [{ [us]: 2, [eu]: 2 }, 'refunded', 2], [us]: [{ [us]: 5 }, 'delivered', 3] },
    differences: ['status'],
  },
  'delivered against refunded': {
    base: [{ [us]: 2 }, 'paid'],
    regions: { [eu]: [{ [us]: 2, [eu]: 2 }, 'refunded', 2], [us]: [{ [us]: 5 }, 'delivered', 3] },
    differences: ['status'],
  },
  'shipped against shipped': {
    base: [{ [us]: 3 }, 'packed'],
    regions: { [eu]: [{ [us]: 3, [eu]: 1 }, 'shipped', 1], [us]: [{ [us]: 4 }, 'shipped', 1] },
    differences: ['trackingId'],
  },
  'shipped against another address': {
    base: [{ [us]: 2 }, 'paid'],
    regions: { [eu]: [{ [us]: 2, [eu]: 1 }, 'paid', 1], [us]: [{ [us]: 4 }, 'shipped', 2] },
    differences: ['status', 'shippingAddress'],
  },
  'shipped before paid': {
    base: [{ [us]: 1 }, 'placed'],
    regions: { [us]: [{ [us]: 2 }, 'placed', 1] },
    differences: [],
  },
  'cancelled, then shipped, in one region': {
    base: [{ [us]: 2 }, 'paid'],
    regions: { [us]: [{ [us]: 4 }, 'shipped', 2] },
    differences: [],
  },
  'resolved to cancelled, then delivered': {
    base: [{ [us]: 4, [eu]: 2 }, 'cancelled'],
    regions: { [us]: [{ [us]: 5, [eu]: 2 }, 'cancelled', 1] },
    differences: [],
  },
  'resolved to cancelled': {
    base: [{ [us]: 2 }, 'paid'],
    regions: { [eu]: [{ [us]: 2, [eu]: 1 }, 'cancelled', 1], [us]: [{ [us]: 4 }, 'shipped', 2] },
    differences: ['status'],
  },
  'resolved twice at once': {
    base: [{ [us]: 4, [eu]: 1 }, 'shipped'],
    regions: { [eu]: [{ [us]: 4, [eu]: 2 }, 'cancelled', 1], [us]: [{ [us]: 5, [eu]: 1 }, 'shipped', 1] },
    differences: ['status'],
  },
};

const threeRegions = () => {
  const { us: ofUs, eu: ofEu, ledger } = setScene([placed(), paid()], { regions: [us, eu, 'ap-south-1'] });
  return { ofUs, ofEu, ofAp: ledger.at('ap-south-1'), ledger };
};

const briefly = ({ cut, status }: Branch) => [cut, status] as const;

describe('the branches of a case', () => {
  it.each(sceneNames)('show %s as each side saw it', (name) => {
    const { base, regions, differences } = branchesOf(playScene(name));
    expect({
      base: briefly(base),
      regions: Object.fromEntries(regions.map((it) => [it.region, [...briefly(it), it.entries.length]])),
      differences,
    }).toEqual(expectations[name]);
  });

  it('carry the money and the fields of their side, and name the entries that made it', () => {
    const { us: ofUs, eu: ofEu, ledger } = setScene();
    ofUs.append(shipped());
    const ofEuEntries = [cancelled(), refunded(700), addressChanged('Olinda')].map((it) => ofEu.append(it));
    const about = ofEuEntries[0] ?? { id: '' };
    const { base, regions } = branchesOf(reviewOf(ledger.entries(), about));
    expect(base.money).toEqual({ captured: 9980, refunded: 0 });
    expect(regions.map(({ money }) => money['refunded'])).toEqual([700, 0]);
    expect(regions[0]?.entries).toEqual(ofEuEntries.map(({ id }) => id));
    expect(regions[1]?.fields['shippingAddress']).toEqual(address('Recife'));
  });

  it('end where a side had seen the other, whatever it wrote then', () => {
    const { us: ofUs, eu: ofEu, ledger } = setScene();
    ofUs.append(shipped());
    const about = ofEu.append(cancelled());
    const before = branchesOf(reviewOf(ledger.entries(), about));
    ledger.replicateAll();
    ofUs.append(noteChanged('the customer cancelled?'));
    ofEu.append(noteChanged('the parcel has left?'));
    expect(branchesOf(reviewOf(ledger.entries(), about))).toEqual(before);
  });

  it('end before the decision, also where one writer wrote everything', () => {
    const { us: ofUs, ledger } = setScene();
    const about = ofUs.append(cancelled());
    ofUs.append(shipped());
    const before = branchesOf(reviewOf(ledger.entries(), about));
    ofUs.append(resolved({ cases: [about.id], status: 'cancelled' }));
    ofUs.append(noteChanged('sorry'));
    expect(branchesOf(reviewOf(ledger.entries(), about))).toEqual(before);
  });

  it('leave out an opponent that came after the decision', () => {
    const { ofUs, ofEu, ofAp, ledger } = threeRegions();
    ofUs.append(shipped());
    const about = ofEu.append(cancelled());
    ledger.replicateAll();
    ofEu.append(resolved({ cases: [about.id], status: 'paid' }));
    const before = branchesOf(reviewOf(ledger.entries(), about));
    ledger.replicateAll();
    const later = ofAp.append(shipped());
    const reviewed = reviewOf(ledger.entries(), about);
    expect(reviewed.found.opponents).toContain(later.id);
    expect(branchesOf(reviewed)).toEqual(before);
  });

  it('count what one side alone had seen of a third region to that side', () => {
    const { ofUs, ofEu, ofAp, ledger } = threeRegions();
    const note = ofAp.append(noteChanged('ring twice'));
    ledger.replicate('ap-south-1', 'us-east-1');
    const parcel = ofUs.append(shipped());
    const about = ofEu.append(cancelled());
    const { base, regions, differences } = branchesOf(reviewOf(ledger.entries(), about));
    expect(base.cut).toEqual({ 'us-east-1': 2 });
    expect(regions.map(({ region, entries }) => [region, entries])).toEqual([
      ['eu-west-1', [about.id]],
      ['us-east-1', [note.id, parcel.id]],
    ]);
    expect(differences).toEqual(['status', 'note']);
  });

  it('go on past a party that had seen another one: its side has learned nothing new', () => {
    const { us: ofUs, eu: ofEu, ledger } = setScene();
    const key = { idempotencyKey: 'k', payloadHash: 'a'.repeat(64) };
    ofUs.append(packed(), key);
    ledger.replicateAll();
    const about = ofEu.append(cancelled(), { ...key, payloadHash: 'b'.repeat(64) });
    ofEu.append(noteChanged('no answer?'));
    const reviewed = reviewOf(ledger.entries(), about);
    expect(reviewed.found.reasons).toEqual(['key-reused']);
    expect(branchesOf(reviewed)).toMatchObject({
      base: { cut: { 'us-east-1': 2 }, status: 'paid' },
      regions: [
        { region: 'eu-west-1', cut: { 'us-east-1': 3, 'eu-west-1': 2 } },
        { region: 'us-east-1', cut: { 'us-east-1': 3 } },
      ],
    });
  });

  it('begin before a case that the other side had seen when the parcel left all the same', () => {
    const { us: ofUs, eu: ofEu, ledger } = setScene();
    const about = ofUs.append(cancelled());
    ledger.replicateAll();
    ofEu.append(shipped());
    expect(branchesOf(reviewOf(ledger.entries(), about))).toMatchObject({
      base: { cut: { 'us-east-1': 2 }, status: 'paid' },
      regions: [
        { region: 'eu-west-1', status: 'shipped' },
        { region: 'us-east-1', status: 'cancelled' },
      ],
    });
  });

  it('know that who saw a duplicate saw the entry that it repeats', () => {
    const { ofUs, ofEu, ofAp, ledger } = threeRegions();
    const key = { idempotencyKey: 'k', payloadHash: 'a'.repeat(64) };
    ofUs.append(shipped(), key);
    const about = ofEu.append(cancelled());
    ofAp.append(shipped(), key);
    ledger.replicate('ap-south-1', 'eu-west-1');
    ofEu.append(noteChanged('the parcel has left?'));
    const [ofEurope] = branchesOf(reviewOf(ledger.entries(), about)).regions;
    expect(ofEurope).toMatchObject({ region: 'eu-west-1', status: 'cancelled', entries: [about.id] });
  });

  it('put side by side what the lifecycle does not decide between', () => {
    const ledger = createLedger({ lifecycle: workOrder });
    const [ofUs, ofEu] = [ledger.at('us-east-1'), ledger.at('eu-west-1')];
    ofUs.append(draft('api', 'WorkAcknowledged', { level: 1 }));
    ledger.replicateAll();
    ofUs.append(draft('api', 'WorkCancelled'));
    const about = ofEu.append(draft('desk', 'EverythingStopped'));
    const reviewed = reviewOf(ledger.entries(), about, workOrder);
    expect(reviewed.found.reasons).toEqual(['ambiguous']);
    expect(branchesOf(reviewed)).toMatchObject({
      base: { status: 'acknowledged' },
      regions: [{ status: 'held' }, { status: 'cancelled' }],
      differences: ['status'],
    });
  });

  it('are one on a strongly consistent table', () => {
    const ledger = createLedger({ regions: ['global'] });
    const everybody = ledger.at('global');
    for (const event of [placed(), paid()]) everybody.append(event);
    const about = everybody.append(cancelled());
    everybody.append(shipped());
    expect(branchesOf(reviewOf(ledger.entries(), about)).regions).toMatchObject([
      { region: 'global', status: 'shipped' },
    ]);
  });

  it('are of the first opponents only where there are very many', () => {
    const regions = Array.from({ length: opponentsMax + 20 }, (_, i) => `region-${String(i).padStart(3, '0')}`);
    const ledger = createLedger({ regions });
    const first = ledger.at('region-000');
    for (const event of [placed(), paid()]) first.append(event);
    for (const region of regions) ledger.replicate('region-000', region);
    for (const region of regions.slice(1)) ledger.at(region).append(addressChanged(region));
    const entries = ledger.entries();
    const [found] = fold(entries, retail).cases;
    expect(found?.opponents.length).toBeGreaterThan(opponentsMax);
    expect(branchesOf(reviewOf(entries, found ?? { id: '' })).regions).toHaveLength(opponentsMax + 1);
  });

  it('are none where the case is not one of the order: everything is the base', () => {
    const reviewed = playScene('shipped against cancelled');
    const found = { ...reviewed.found, position: 'ap-south-1/0000000001' };
    expect(branchesOf({ ...reviewed, found })).toMatchObject({
      base: { cut: reviewed.folded.cut, status: 'shipped' },
      regions: [],
      differences: [],
    });
  });
});
