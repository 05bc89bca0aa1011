/**
 * Every checker of rows, alerts and generations speaks up: shown a region in which one thing goes wrong, it says so, and
 * shown the same without it, it says nothing.
 */
import { describe, expect, it } from 'vitest';
import { fold } from '../../domain/fold/fold.ts';
import type { Entry } from '../../domain/ledger/entry.ts';
import { retail } from '../../domain/lifecycle/retail.ts';
import type { StoredView } from '../../domain/ports/view-store.ts';
import {
  beginRemoval,
  type GenerationStep,
  type Generations,
  initialGenerations,
  liveGeneration,
  startGeneration,
  switchGeneration,
} from '../../projections/generations/generations.ts';
import { caseAlerts, saidByRows } from '../../projections/projector/case-alerts.ts';
import { foldedToOrderView, type OrderView } from '../../projections/views/order-view.ts';
import { createLedger } from '../support/builders/ledger-builder.ts';
import { paid, placed, shipped } from '../support/builders/retail-drafts.ts';
import { alertsNotLost } from './checkers/alerts-not-lost.ts';
import type { Checker, CheckerDeps, ReplicaEvidence, WatchedRegion } from './checkers/checker.ts';
import { equalTotals } from './checkers/equal-totals.ts';
import { generationsGoOn } from './checkers/generations-go-on.ts';
import { newestVersion } from './checkers/newest-version.ts';
import { rowsFollowAlerts } from './checkers/rows-follow-alerts.ts';
import { switchKeepsRows } from './checkers/switch-keeps-rows.ts';
import { totalsAddUp } from './checkers/totals-add-up.ts';
import { viewsAdvance } from './checkers/views-advance.ts';
import { createFacts } from './facts.ts';
import { createRandomStreams } from './kernel/random-streams.ts';
import { createViewTables } from './model/view-tables.ts';
import { createDeployedCode, oldestCode } from './region/projection-code.ts';

const deps = { facts: createFacts(), reached: () => undefined } as unknown as CheckerDeps;
const stream = 'order/acme/1001';

/** Shipped before it was paid: a case, which the payment withdraws. */
const entries: readonly Entry[] = (() => {
  const ledger = createLedger();
  for (const event of [placed(), shipped(), paid()]) ledger.at('us-east-1').append(event);
  return ledger.entries();
})();

const foldOf = (known: number) => fold(entries.slice(0, known), retail);
const viewOf = (known: number, version = oldestCode.version): StoredView<OrderView> =>
  foldedToOrderView(foldOf(known), { version, foldedAtMs: 0 });

/** A region that a checker watches; what it says is collected. */
const watch = (checker: Checker, isRinging = false) => {
  const said: string[] = [];
  const hear = (words: string | undefined): void => {
    if (words !== undefined) said.push(words);
  };
  let generations: Generations = initialGenerations;
  const views = createViewTables((change) => hear(checker.onRow?.({ ...change, region })));
  const region: WatchedRegion = {
    name: 'us-east-1',
    views,
    generations: () => generations,
    liveRow: (of) => views.get(liveGeneration(generations).name, of),
    changes: { isRinging: () => isRinging } as unknown as WatchedRegion['changes'],
    code: createDeployedCode(createRandomStreams(1)('code')),
  };
  const change = (after: Generations): void => {
    const before = generations;
    generations = after;
    hear(checker.onGenerations?.({ region, after, before }));
  };
  const step = (taken: GenerationStep): void => {
    if (taken.kind === 'refused') throw new Error(taken.reason);
    change(taken.generations);
  };
  return {
    said,
    region,
    views,
    change,
    start: (version = '') => step(startGeneration(generations, { version, lifecycle: 'retail', atMs: 0 })),
    switchTo: (name: string) => step(switchGeneration(generations, name, 0)),
    beginRemoval: (name: string) => step(beginRemoval(generations, name, 0)),
    alert: (known: number, before?: StoredView<OrderView>) => {
      const context = { region: region.name, version: oldestCode.version, atMs: 0 };
      for (const alert of caseAlerts(saidByRows([before]), foldOf(known), context))
        hear(checker.onAlert?.({ region, alert }));
    },
    rest: () => {
      const row = region.liveRow(stream);
      const replicas = [{ region: region.name, row } as unknown as ReplicaEvidence];
      hear(checker.checkStream?.({ stream, isAtRest: true, replicas }));
      hear(checker.checkRegion?.(region, true));
      return said;
    },
  };
};

describe('the checker of views that advance', () => {
  it('names a row that goes back in its cut or in its version, and no other', () => {
    const { said, views } = watch(viewsAdvance());
    for (const view of [viewOf(1), viewOf(2), viewOf(2, '0001.0002')]) views.put('g0001', view);
    expect(said).toEqual([]);
    views.put('g0001', viewOf(3));
    views.put('g0001', viewOf(1));
    expect(said).toHaveLength(2);
  });
});

describe('the checker of generations', () => {
  it('has nothing to say of a life from beginning to end', () => {
    const { said, views, start, switchTo, beginRemoval: remove } = watch(generationsGoOn(deps));
    views.put('g0001', viewOf(1));
    start();
    switchTo('g0002');
    remove('g0001');
    views.remove('g0001', stream);
    expect(said).toEqual([]);
  });

  it('names a generation that takes the place of a newer one', () => {
    const { said, region, change, start, switchTo } = watch(generationsGoOn(deps));
    start();
    const stale = region.generations();
    switchTo('g0002');
    change(stale);
    expect(said[0]).toContain('g0001 took the place of g0002');
  });

  it('names a row that is deleted from the generation that is read', () => {
    const { said, views } = watch(generationsGoOn(deps));
    views.put('g0001', viewOf(1));
    views.remove('g0001', stream);
    expect(said[0]).toContain('which is live');
  });
});

describe('the checker of rows that follow alerts', () => {
  it.each<readonly [string, boolean, Partial<StoredView<OrderView>>, boolean]>([
    ['a row whose case was alerted', true, {}, true],
    ['a row that names its case as unsaid', false, { unsaid: [entries[1]?.id ?? ''] }, true],
    ['a row that takes for said what was not', false, {}, false],
  ])('judges %s', (_, isAlerted, change, isRight) => {
    const { said, views, alert } = watch(rowsFollowAlerts());
    if (isAlerted) alert(2);
    views.put('g0001', { ...viewOf(2), ...change });
    expect(said.length === 0).toBe(isRight);
  });
});

describe('the checker of lost alerts', () => {
  it('has nothing to say when what was alerted is what the row says', () => {
    const { views, alert, rest } = watch(alertsNotLost());
    alert(2);
    alert(3, viewOf(2));
    views.put('g0001', viewOf(3));
    expect(rest()).toEqual([]);
  });

  it('names a case that was never alerted', () => {
    const { views, rest } = watch(alertsNotLost());
    views.put('g0001', viewOf(2));
    expect(rest()[0]).toContain('says nothing');
  });

  it('names a case that people still believe in, since nobody withdrew it', () => {
    const { views, alert, rest } = watch(alertsNotLost());
    alert(2);
    views.put('g0001', viewOf(3));
    expect(rest()[0]).toContain('there is no such case');
  });

  it('names a row that has something unsaid at rest', () => {
    const { views, alert, rest } = watch(alertsNotLost());
    alert(2);
    views.put('g0001', { ...viewOf(2), unsaid: [entries[1]?.id ?? ''] });
    expect(rest()[0]).toContain('still unsaid');
  });
});

describe('the checker of totals', () => {
  it('has nothing to say as long as they move with the rows', () => {
    const { views, rest } = watch(totalsAddUp());
    for (const known of [1, 2, 3]) views.put('g0001', viewOf(known));
    expect(rest()).toEqual([]);
  });

  it('names a total that was added to twice', () => {
    const { views, rest } = watch(totalsAddUp());
    views.put('g0001', viewOf(1));
    views.addTotals('g0001', 'acme', { orders: 1 });
    expect(rest()[0]).toContain('orders is 2, and its rows add up to 1');
  });

  it('names regions that end with different totals of the same rows', () => {
    const checker = equalTotals(deps);
    const [one, other] = [watch(checker), watch(checker)];
    for (const { views } of [one, other]) views.put('g0001', viewOf(1));
    other.views.addTotals('g0001', 'acme', { orders: 1 });
    expect(one.rest()).toEqual([]);
    expect(other.rest()[0]).toContain('totals');
  });
});

describe('the checker of switches', () => {
  const switched = (known: number | undefined, isRinging = false) => {
    const watched = watch(switchKeepsRows(deps), isRinging);
    watched.views.put('g0001', viewOf(2));
    watched.start();
    if (known !== undefined) watched.views.put('g0002', viewOf(known));
    watched.switchTo('g0002');
    return watched;
  };

  it.each<readonly [string, number | undefined, string | undefined]>([
    ['has seen as much', 2, undefined],
    ['has seen less', 1, 'is at us-east-1:1 and was at us-east-1:2'],
    ['is not there', undefined, 'is not there'],
  ])('judges a row that %s afterwards', (_, known, words) => {
    const [said] = switched(known).said;
    if (words === undefined) expect(said).toBeUndefined();
    else expect(said).toContain(words);
  });

  it('waits for a doorbell that still rings, but not for ever', () => {
    const caughtUp = switched(1, true);
    expect(caughtUp.said).toEqual([]);
    caughtUp.views.put('g0002', viewOf(3));
    expect(caughtUp.rest()).toEqual([]);
    expect(switched(1, true).rest()[0]).toContain('and never again');
  });
});

describe('the checker of versions', () => {
  it('names a row at rest that is older than the code that built its generation', () => {
    const checker: Checker = newestVersion(() => watched.region);
    const watched = watch(checker);
    watched.start('0001.0002');
    watched.views.put('g0002', viewOf(1));
    watched.switchTo('g0002');
    expect(watched.rest()[0]).toContain('in g0002 which 0001.0002 built');
    watched.views.put('g0002', viewOf(1, '0001.0002'));
    expect(watched.rest()).toHaveLength(1);
  });
});
