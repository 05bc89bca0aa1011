/**
 * Rows, lists, totals and alerts of random orders. What a region shows is a function of what it holds; what it says on
 * the way depends on the way, but ends in agreement with the row; and nothing that stands is ever replaced by less.
 */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fold } from '../../domain/fold/fold.ts';
import { type FoldedStream, isOpen } from '../../domain/fold/folded-stream.ts';
import { type Cut, coversCut } from '../../domain/ledger/cut.ts';
import type { Entry } from '../../domain/ledger/entry.ts';
import type { CaseAlert } from '../../domain/ports/alert-bus.ts';
import type { StoredView } from '../../domain/ports/view-store.ts';
import { caseAlerts, saidByRows } from '../../projections/projector/case-alerts.ts';
import { succession } from '../../projections/projector/succession.ts';
import {
  type CaseState,
  caseStatesOfRow,
  foldedToOrderView,
  type OrderView,
} from '../../projections/views/order-view.ts';
import { streams } from '../support/arbitraries/streams.ts';
import { retailVocabulary, undecidedVocabulary, workOrderVocabulary } from '../support/arbitraries/vocabularies.ts';
import { createSeededRandom } from '../support/builders/seeded-random.ts';

const deliverySeed = fc.nat();
const version = '0001.0001';

describe.each([retailVocabulary, workOrderVocabulary, undecidedVocabulary])('random $name orders', (vocabulary) => {
  const orders = streams(vocabulary);
  const foldAll = (entries: readonly Entry[]): FoldedStream => fold(entries, vocabulary.lifecycle);
  const viewOf = (entries: readonly Entry[]): StoredView<OrderView> =>
    foldedToOrderView(foldAll(entries), { version, foldedAtMs: 0 });

  it('have the same row, lists and contribution, byte for byte, in any order of arrival and with repetitions', () => {
    const ignoresDelivery = (entries: readonly Entry[], seed: number) => {
      expect(JSON.stringify(viewOf(shuffledAndRepeated(entries, seed)))).toBe(JSON.stringify(viewOf(entries)));
    };
    fc.assert(fc.property(orders, deliverySeed, ignoresDelivery), { numRuns: 2000 });
  });

  it('have one row a cut: what waits beyond it changes nothing', () => {
    const isOfItsCut = (entries: readonly Entry[], seed: number) => {
      fc.pre(hasUndisputedPositions(entries));
      const rows = new Map<string, string>();
      const arrived: Entry[] = [];
      for (const entry of shuffledAndRepeated(entries, seed)) {
        arrived.push(entry);
        const { cut, ...rest } = viewOf(arrived);
        const key = JSON.stringify(Object.entries(cut).sort());
        expect(JSON.stringify(rest)).toBe(rows.get(key) ?? JSON.stringify(rest));
        rows.set(key, JSON.stringify(rest));
      }
    };
    fc.assert(fc.property(orders, deliverySeed, isOfItsCut), { numRuns: 500 });
  });

  it('say last of every case what their row says, whatever they had seen on the way', () => {
    const agrees = (entries: readonly Entry[], seed: number) => {
      fc.pre(hasUndisputedPositions(entries));
      const { alerts, row } = walk(readingsOf(entries, seed), foldAll);
      const lastByCase = new Map(alerts.map((alert) => [alert.caseId, alert.type]));
      const states = row ? caseStatesOfRow(row.row) : new Map<string, CaseState>();
      for (const [id, state] of states) expect(lastByCase.get(id)).toBe(typeOf[state]);
      for (const [id, type] of lastByCase)
        if (!states.has(id)) expect(['CaseWithdrawn', 'CaseSettled']).toContain(type);
      expect(JSON.stringify(row)).toBe(JSON.stringify(viewOf(entries)));
    };
    fc.assert(fc.property(orders, deliverySeed, agrees), { numRuns: 1000 });
  });

  it('never say the same of a case twice in a row, and never withdraw what nobody had asked about', () => {
    const saysOnce = (entries: readonly Entry[], seed: number) => {
      fc.pre(hasUndisputedPositions(entries));
      const { alerts } = walk(readingsOf(entries, seed), foldAll);
      const said = new Map<string, string>();
      for (const { caseId, type } of alerts) {
        const before = said.get(caseId);
        expect(type).not.toBe(before);
        if (type === 'CaseWithdrawn') expect(['IllegalTransition', 'ConflictNeedsReview']).toContain(before);
        said.set(caseId, type);
      }
    };
    fc.assert(fc.property(orders, deliverySeed, saysOnce), { numRuns: 1000 });
  });

  it('say the same in every region in the end, whatever each had seen first', () => {
    const agrees = (entries: readonly Entry[], seeds: readonly [number, number]) => {
      fc.pre(hasUndisputedPositions(entries));
      const [here, there] = seeds.map((seed) => walk(readingsOf(entries, seed), foldAll));
      expect(JSON.stringify(here?.row)).toBe(JSON.stringify(there?.row));
    };
    fc.assert(fc.property(orders, fc.tuple(deliverySeed, deliverySeed), agrees), { numRuns: 300 });
  });

  it('add to the totals what counting the folded orders one by one adds up to', () => {
    const addsUp = (all: readonly (readonly Entry[])[]) => {
      const folded = all.map(foldAll);
      const contributions = folded.map((it) => foldedToOrderView(it, { version, foldedAtMs: 0 }).contribution);
      const names = new Set(contributions.flatMap((it) => Object.keys(it)));
      const totals = Object.fromEntries(
        [...names].map((name) => [name, contributions.reduce((sum, it) => sum + (it[name] ?? 0), 0)]),
      );
      expect(withoutZeros(totals)).toEqual(withoutZeros(countOneByOne(folded)));
      for (const amount of contributions.flatMap((it) => Object.values(it)))
        expect(Number.isSafeInteger(amount)).toBe(true);
    };
    fc.assert(fc.property(fc.array(orders, { minLength: 1, maxLength: 8 }), addsUp), { numRuns: 300 });
  });
});

describe('succession', () => {
  const cut: fc.Arbitrary<Cut> = fc.dictionary(fc.constantFrom('a', 'b', 'c'), fc.nat({ max: 3 }), { maxKeys: 3 });
  const dated = fc.record({ version: fc.constantFrom('0001.0001', '0001.0002', '0001.0010', '0002.0001'), cut });
  type Dated = typeof dated extends fc.Arbitrary<infer Value> ? Value : never;

  const isBack = (before: Dated, next: Dated): boolean =>
    next.version < before.version || !coversCut(next.cut, before.cut);

  it('never lets version or cut go back, whoever comes in whatever order', () => {
    const neverGoesBack = (writers: readonly Dated[]) => {
      let standing: Dated | undefined;
      for (const next of writers) {
        if (succession(standing, next) !== 'replaces') continue;
        if (standing) expect(isBack(standing, next)).toBe(false);
        if (standing) expect(isBack(next, standing)).toBe(true);
        standing = next;
      }
    };
    fc.assert(fc.property(fc.array(dated, { maxLength: 20 }), neverGoesBack), { numRuns: 5000 });
  });

  it('lets one of any two win, or makes whichever comes second look again', () => {
    const isDecided = (one: Dated, other: Dated) => {
      const verdicts = [succession(one, other), succession(other, one)];
      const isWon = verdicts.includes('replaces') || verdicts.every((verdict) => verdict === 'stands');
      if (isWon) expect(verdicts.filter((verdict) => verdict === 'replaces').length).toBeLessThanOrEqual(1);
      else for (const verdict of verdicts) expect(['fold-again', 'outdated']).toContain(verdict);
    };
    fc.assert(fc.property(dated, dated, isDecided), { numRuns: 5000 });
  });

  it('stands only on what has seen as much', () => {
    const lacksNothing = (standing: Dated, next: Dated) => {
      if (succession(standing, next) === 'stands') expect(coversCut(standing.cut, next.cut)).toBe(true);
    };
    fc.assert(fc.property(dated, dated, lacksNothing), { numRuns: 5000 });
  });

  it('comes to the newest code and all that was seen, once whoever must look again has looked', () => {
    const settles = (writers: readonly Dated[]) => {
      let standing: Dated | undefined;
      for (const { version: mine, cut: seen } of writers) {
        const all = joined(standing?.cut ?? {}, seen);
        const verdict = succession(standing, { version: mine, cut: seen });
        if (verdict === 'replaces') standing = { version: mine, cut: seen };
        if (verdict === 'fold-again') {
          const isNews = standing?.version !== mine || !coversCut(standing.cut, seen);
          expect(succession(standing, { version: mine, cut: all })).toBe(isNews ? 'replaces' : 'stands');
          standing = { version: mine, cut: all };
        }
        if (verdict !== 'outdated') expect(coversCut(standing?.cut ?? {}, seen)).toBe(true);
      }
      const newest = writers
        .map((it) => it.version)
        .sort()
        .at(-1);
      expect(standing?.version).toBe(newest);
    };
    fc.assert(fc.property(fc.array(dated, { minLength: 1, maxLength: 20 }), settles), { numRuns: 2000 });
  });
});

const typeOf: Readonly<Record<CaseState, CaseAlert['type']>> = {
  illegal: 'IllegalTransition',
  review: 'ConflictNeedsReview',
  settled: 'CaseSettled',
};

/** As a projector goes: each reading folded, said and written, unless the row says as much or has to be read again. */
const walk = (readings: readonly (readonly Entry[])[], foldAll: (entries: readonly Entry[]) => FoldedStream) => {
  const alerts: CaseAlert[] = [];
  let row: StoredView<OrderView> | undefined;
  for (const entries of readings) {
    const folded = foldAll(entries);
    const next = foldedToOrderView(folded, { version, foldedAtMs: 0 });
    if (succession(row, next) !== 'replaces') continue;
    alerts.push(...caseAlerts(saidByRows([row]), folded, { region: 'us-east-1', version, atMs: 0 }));
    row = next;
  }
  return { alerts, row };
};

/** What projectors hold who wake up in any order: some of what has arrived by then, in the end all of it. */
const readingsOf = (entries: readonly Entry[], seed: number): readonly (readonly Entry[])[] => {
  const random = createSeededRandom(seed);
  const arrivals = shuffledAndRepeated(entries, seed);
  const readings = arrivals
    .map((_, i) => arrivals.slice(0, i + 1))
    .flatMap((reading) => (random() < 0.3 ? [] : random() < 0.3 ? [reading, reading] : [reading]))
    .flatMap((reading) => (random() < 0.2 ? [reading, arrivals.slice(0, reading.length >> 1)] : [reading]))
    .filter((reading) => reading.length > 0);
  return [...readings, arrivals];
};

const shuffledAndRepeated = (entries: readonly Entry[], seed: number): readonly Entry[] => {
  const random = createSeededRandom(seed);
  return [...entries, ...entries.filter(() => random() < 0.3)]
    .map((entry) => ({ entry, at: random() }))
    .sort((left, right) => left.at - right.at)
    .map(({ entry }) => entry);
};

/** A table holds one item a position. */
const hasUndisputedPositions = (entries: readonly Entry[]): boolean =>
  new Set(entries.map(({ position }) => position)).size === entries.length;

const joined = (left: Cut, right: Cut): Cut =>
  Object.fromEntries(
    [...new Set([...Object.keys(left), ...Object.keys(right)])].map((writer) => [
      writer,
      Math.max(left[writer] ?? 0, right[writer] ?? 0),
    ]),
  );

/** The totals as somebody would count them who knows nothing of contributions: question by question, over all orders. */
const countOneByOne = (orders: readonly FoldedStream[]): Record<string, number> => {
  const totals: Record<string, number> = {
    orders: orders.length,
    provisional: orders.filter(({ provisional }) => provisional).length,
  };
  const countBy = (prefix: string, names: readonly string[]) => {
    for (const [name, same] of Map.groupBy(names, (it) => it)) totals[`${prefix}.${name}`] = same.length;
  };
  const writers = (positions: readonly { readonly position: string }[]) =>
    positions.map(({ position }) => position.slice(0, position.lastIndexOf('/')));
  // A person is told of ids: entries of one id are one case, which is open as long as one of them is.
  const casesById = orders.flatMap(({ cases }) => [...Map.groupBy(cases, ({ id }) => id).values()]);
  const openCases = casesById.map((same) => same.filter(isOpen)).filter((open) => open.length > 0);
  const gaps = openCases.filter((open) => open.flatMap(({ reasons }) => reasons).every((it) => it === 'illegal'));
  countBy(
    'status',
    orders.map(({ status }) => status),
  );
  countBy(
    'class',
    orders.map((order) => order.class),
  );
  totals['cases.illegal'] = gaps.length;
  totals['cases.review'] = openCases.length - gaps.length;
  totals['cases.settled'] = casesById.length - openCases.length;
  countBy('entries', writers(orders.flatMap((it) => [...it.history, ...it.duplicates, ...it.voided])));
  countBy('rejected', writers(orders.flatMap(({ history }) => history.filter(({ accepted }) => !accepted))));
  countBy('duplicates', writers(orders.flatMap(({ duplicates }) => duplicates)));
  for (const [currency, same] of Map.groupBy(orders, ({ fields }) => (fields['currency'] as string) ?? 'XXX'))
    for (const kind of new Set(same.flatMap(({ money }) => Object.keys(money))))
      totals[`money.${kind}.${currency}`] = same.reduce((sum, { money }) => sum + (money[kind] ?? 0), 0);
  return totals;
};

const withoutZeros = (totals: Readonly<Record<string, number>>): Readonly<Record<string, number>> =>
  Object.fromEntries(Object.entries(totals).filter(([, amount]) => amount !== 0));
