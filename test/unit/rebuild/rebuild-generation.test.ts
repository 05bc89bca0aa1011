import { describe, expect, it } from 'vitest';
import { coversCut } from '../../../domain/ledger/cut.ts';
import type { Entry } from '../../../domain/ledger/entry.ts';
import { defineLifecycle } from '../../../domain/lifecycle/define-lifecycle.ts';
import { retailDefinition } from '../../../domain/lifecycle/retail.ts';
import type { CaseAlert } from '../../../domain/ports/alert-bus.ts';
import type { StoredView } from '../../../domain/ports/view-store.ts';
import { abandonGeneration } from '../../../projections/generations/generations.ts';
import type { RebuildProgress } from '../../../projections/rebuild/rebuild-progress.ts';
import { caseStatesOfRow, type OrderView } from '../../../projections/views/order-view.ts';
import { createLedger } from '../../support/builders/ledger-builder.ts';
import { cancelled, packed, paid, placed, shipped } from '../../support/builders/retail-drafts.ts';
import { createSeededRandom } from '../../support/builders/seeded-random.ts';
import { collect } from '../../support/collect.ts';
import { createRegion, type Gate, type Region, someOrders, sumsOf } from './rebuild-region.ts';

/** Folds differently: a cancellation is refused once the order is packed. */
const strictRetail = defineLifecycle({
  ...retailDefinition,
  version: 2,
  events: {
    ...retailDefinition.events,
    OrderCancelled: {
      ...retailDefinition.events.OrderCancelled,
      transitions: [{ from: ['placed', 'paid'], to: 'cancelled' }],
    },
  },
});

const expectEqualToTheLedger = async (region: Region, lifecycle?: typeof strictRetail) => {
  const rows = await region.liveRows();
  expect(rows).toEqual(await region.foldedRows(lifecycle));
  const stored = new Map((await region.liveTotals()).map(({ tenant, totals }) => [tenant, withoutZeros(totals)]));
  expect(stored).toEqual(sumsOf(rows));
};

const withoutZeros = (totals: Readonly<Record<string, number>>) =>
  Object.fromEntries(Object.entries(totals).filter(([, amount]) => amount !== 0));

/** Whoever keeps, of each case, the alert that had seen most, knows the cases of the live rows. */
const expectEveryCaseAnnounced = async (region: Region) => {
  const lastByCase = new Map<string, CaseAlert>();
  for (const alert of region.alertBus.published()) {
    if (!('cut' in alert)) continue;
    const last = lastByCase.get(alert.caseId);
    if (!last || coversCut(alert.cut, last.cut)) lastByCase.set(alert.caseId, alert);
  }
  const cases = new Map((await region.liveRows()).flatMap(({ row }) => [...caseStatesOfRow(row)]));
  expect(cases.size).toBeGreaterThan(0);
  for (const [id, state] of cases) expect(lastByCase.get(id)?.type).toBe(announcedAs[state]);
  for (const [id, { type }] of lastByCase) if (!cases.has(id)) expect(type).toBe('CaseWithdrawn');
};

const announcedAs = { illegal: 'IllegalTransition', review: 'ConflictNeedsReview', settled: 'CaseSettled' } as const;

describe('rebuild', () => {
  it('builds from nothing what the ledger folds to, rows and totals', async () => {
    const region = createRegion();
    await region.hold([...someOrders(40), ...someOrders(7, { tenant: 'globex' })]);
    const rebuilt = await region.rebuild({ parts: 3 });
    expect(rebuilt).toMatchObject({
      kind: 'switched',
      generation: 'g0002',
      isResumed: false,
      // 24 orders with nothing to say; 23 of which people are told, through the live row: four writes each.
      figures: { streams: 47, rows: 24 + 4 * 23 },
      rows: { liveRows: 23, ledgerStreams: 47, differences: 0, changes: 0 },
      totals: { tenantsQuiet: 2, tenantsBusy: 0, differences: 0 },
    });
    await expectEqualToTheLedger(region);
    await expectEveryCaseAnnounced(region);
  });

  it('finds every row as it was where the same code projected it, and announces nothing twice', async () => {
    const region = createRegion();
    await region.holdAndProject(someOrders(30));
    const announced = region.alertBus.published().length;
    const before = await region.liveRows();
    const rebuilt = await region.rebuild();
    expect(rebuilt).toMatchObject({ kind: 'switched', rows: { liveRows: 30, equal: 30 }, figures: { alerts: 0 } });
    expect(await region.liveRows()).toEqual(before);
    expect(region.alertBus.published()).toHaveLength(announced);
  });

  it('leaves the retired generation as it was at the switch', async () => {
    const region = createRegion();
    await region.holdAndProject(someOrders(8));
    const before = await collect(region.openViews('g0001').all());
    await region.rebuild();
    expect((await region.generations.read()).generations.map(({ name, state }) => [name, state])).toEqual([
      ['g0001', 'retired'],
      ['g0002', 'live'],
    ]);
    await region.holdAndProject(someOrders(1, { first: 100 }));
    expect(await collect(region.openViews('g0001').all())).toEqual(before);
    await expectEqualToTheLedger(region);
  });

  it('gives a stream of damaged items alone no row, and no difference', async () => {
    const region = createRegion();
    const [entry] = someOrders(1) as [Entry];
    await region.hold([{ ...entry, source: 'forged' }, ...someOrders(3, { first: 1 })]);
    expect(await region.rebuild()).toMatchObject({ kind: 'switched', rows: { ledgerStreams: 4, differences: 0 } });
    expect(await region.liveRows()).toHaveLength(3);
  });

  it('tells what it does at most four times a second, and each phase', async () => {
    const region = createRegion();
    await region.hold(someOrders(60));
    const told: RebuildProgress[] = [];
    await region.rebuild({ onProgress: (it) => told.push(it), gate: () => region.advance(10) });
    expect(told.map(({ phase }) => phase)).toEqual([...told.map(({ phase }) => phase)].sort(byPhase));
    expect(new Set(told.map(({ phase }) => phase))).toEqual(
      new Set(['building', 'comparing', 'adding-up', 'switching']),
    );
    expect(told.at(-1)).toMatchObject({
      generation: 'g0002',
      streamsTotal: 60,
      rows: 30 + 4 * 30,
      partsDone: 2,
      parts: 2,
    });
    expect(told.at(-1)?.entriesPerSecond).toBeGreaterThan(0);
    const fast: RebuildProgress[] = [];
    await region.rebuild({ onProgress: (it) => fast.push(it) });
    expect(fast).toHaveLength(4);
  });
});

const byPhase = (left: string, right: string) => phases.indexOf(left) - phases.indexOf(right);
const phases = ['building', 'comparing', 'adding-up', 'switching'];

describe('a rebuild while the ledger grows', () => {
  /** A story for each order, one entry at a time, projected as it comes. */
  const liveStory = (orders: number) => {
    const ledgers = Array.from({ length: orders }, (_, i) =>
      createLedger({ stream: `order/acme/${String(i * 3).padStart(4, '0')}`, seed: i * 3 + 1 }),
    );
    const drafts = [placed(), shipped(), paid(), packed(), cancelled()];
    return drafts.flatMap((event) => ledgers.map((ledger) => ledger.at('us-east-1').append(event)));
  };

  it('loses nothing, whichever moment an append and its doorbell choose', async () => {
    const [firstHalf, ...rest] = [liveStory(6).slice(0, 12), ...liveStory(6).slice(12)] as [Entry[], ...Entry[]];
    const moments = await countRequests(async (region) => region.holdAndProject(firstHalf));
    expect(moments).toBeGreaterThan(40);
    for (let moment = 0; moment < moments; moment++) {
      const region = createRegion();
      await region.holdAndProject(firstHalf);
      let requests = 0;
      const gate: Gate = async () => {
        if (requests++ === moment) await region.holdAndProject(rest);
      };
      expect(await region.rebuild({ gate })).toMatchObject({ kind: 'switched', rows: { differences: 0 } });
      await expectEqualToTheLedger(region);
      await expectEveryCaseAnnounced(region);
    }
  });

  it('loses nothing when an entry comes before each of its requests', async () => {
    const region = createRegion();
    const story = liveStory(30);
    await region.holdAndProject(story.splice(0, 40));
    const gate: Gate = async () => {
      await region.holdAndProject(story.splice(0, 1));
    };
    expect(await region.rebuild({ gate })).toMatchObject({ kind: 'switched', rows: { differences: 0 } });
    await region.holdAndProject(story);
    await expectEqualToTheLedger(region);
    await expectEveryCaseAnnounced(region);
  });

  it('loses nothing when doorbells come late', async () => {
    const story = liveStory(6);
    const moments = await countRequests(async (region) => region.holdAndProject(story.slice(0, 12)));
    for (let moment = 0; moment < moments; moment += 3) {
      const region = createRegion();
      await region.holdAndProject(story.slice(0, 12));
      await region.hold(story.slice(12, 24));
      let requests = 0;
      const gate: Gate = async () => {
        if (requests++ !== moment) return;
        await region.hold(story.slice(24));
        await region.project(story.map(({ stream }) => stream));
      };
      expect(await region.rebuild({ gate })).toMatchObject({ kind: 'switched', rows: { differences: 0 } });
      await expectEqualToTheLedger(region);
      await expectEveryCaseAnnounced(region);
    }
  });
});

const countRequests = async (prepare: (region: Region) => Promise<unknown>): Promise<number> => {
  const region = createRegion();
  await prepare(region);
  let requests = 0;
  await region.rebuild({ gate: () => void requests++ });
  return requests;
};

describe('a rebuild that is killed', () => {
  const killAt = (at: number): Gate => {
    let requests = 0;
    return () => {
      if (requests++ >= at) throw new Error('killed');
    };
  };
  const halfProjected = async (region: Region) => {
    await region.holdAndProject(someOrders(6));
    await region.hold(someOrders(6, { first: 6 }));
  };

  it('goes on where it was, whichever request was its last', async () => {
    const requests = await countRequests(halfProjected);
    for (let at = 0; at < requests; at++) {
      const region = createRegion();
      await halfProjected(region);
      await expect(region.rebuild({ gate: killAt(at) })).rejects.toThrow('killed');
      const { generations } = await region.generations.read();
      const resumed = await region.rebuild();
      expect(resumed).toMatchObject({
        kind: 'switched',
        isResumed: generations.some(({ state }) => state === 'building'),
        rows: { differences: 0 },
        totals: { differences: 0 },
      });
      await expectEqualToTheLedger(region);
      await expectEveryCaseAnnounced(region);
    }
  });

  it('goes on when it is killed again and again, and reads no part twice that was done', async () => {
    const region = createRegion();
    await region.hold(someOrders(80));
    let runs = 0;
    let read = 0;
    for (; runs < 100; runs++) {
      try {
        const rebuilt = await region.rebuild({
          gate: killAt(40 + 10 * runs),
          onProgress: ({ streams }) => {
            read = streams;
          },
        });
        expect(rebuilt.kind).toBe('switched');
        break;
      } catch (error) {
        expect(error).toMatchObject({ message: 'killed' });
      }
    }
    expect(runs).toBeGreaterThan(1);
    expect(runs).toBeLessThan(100);
    expect(read).toBeLessThan(80);
    await expectEqualToTheLedger(region);
    await expectEveryCaseAnnounced(region);
  });

  it('keeps the number of parts that it began with', async () => {
    const region = createRegion();
    await region.hold(someOrders(30));
    await expect(region.rebuild({ parts: 3, gate: killAt(20) })).rejects.toThrow('killed');
    const told: RebuildProgress[] = [];
    await region.rebuild({ parts: 7, onProgress: (it) => told.push(it) });
    expect(told.at(-1)).toMatchObject({ parts: 3, partsDone: 3, streamsTotal: 30 });
    await expectEqualToTheLedger(region);
  });

  it('lets its other parts end before it says that one failed', async () => {
    const region = createRegion();
    await region.hold(someOrders(40));
    let open = 0;
    const gate: Gate = async (request) => {
      if (request === 'alerts publish') throw new Error('the bus is gone');
      open++;
      await Promise.resolve();
      open--;
    };
    await expect(region.rebuild({ parts: 4, gate })).rejects.toThrow('the bus is gone');
    const before = await collect(region.openViews('g0002').all());
    await new Promise((wake) => setImmediate(wake));
    expect(open).toBe(0);
    expect(await collect(region.openViews('g0002').all())).toEqual(before);
  });
});

describe('two rebuilds at once', () => {
  it('do each other no harm, in any interleaving', async () => {
    for (let seed = 1; seed <= 12; seed++) {
      const region = createRegion();
      await region.holdAndProject(someOrders(10));
      await region.hold(someOrders(20, { first: 10 }));
      const random = createSeededRandom(seed);
      const gate: Gate = async () => {
        for (let turns = Math.floor(random() * 12); turns > 0; turns--) await Promise.resolve();
      };
      const ended = await Promise.all([region.rebuild({ gate }), region.rebuild({ gate, parts: 3 })]);
      const kinds = ended.map(({ kind }) => kind);
      // Who comes when the other has switched already begins, rightly, with the next generation.
      expect(kinds).toContain('switched');
      for (const kind of kinds) expect(['switched', 'switched-elsewhere', 'refused']).toContain(kind);
      await expectEqualToTheLedger(region);
      await expectEveryCaseAnnounced(region);
    }
  });
});

describe('a rebuild that finds differences', () => {
  const change = async (
    region: Region,
    generation: string,
    stream: string,
    changes: Partial<StoredView<OrderView>>,
  ) => {
    const views = region.openViews(generation);
    const over = await views.get(stream);
    if (!over) throw new Error(`no row of ${stream}`);
    expect(await views.replace({ view: { ...over, ...changes }, over })).toBe('replaced');
  };
  /** What a bug in the projector would leave: the same cut and version, another row. */
  const withWrongRow = async () => {
    const region = createRegion();
    await region.holdAndProject(someOrders(12));
    const row = await region.openViews('g0001').get('order/acme/0004');
    if (!row) throw new Error('no row');
    await change(region, 'g0001', 'order/acme/0004', {
      row: { ...row.row, status: 'delivered' },
      contribution: { ...row.contribution, orders: 2 },
    });
    return region;
  };

  it('does not switch, and names the orders and what differs in them, without their contents', async () => {
    const region = await withWrongRow();
    expect(await region.rebuild()).toMatchObject({
      kind: 'differs',
      generation: 'g0002',
      rows: {
        equal: 11,
        differences: 1,
        firstDifferences: [{ stream: 'order/acme/0004', kind: 'differs', detail: 'contribution.orders, row.status' }],
      },
    });
    expect((await region.generations.read()).generations.map(({ state }) => state)).toEqual(['live', 'building']);
  });

  it('switches when it is told to, and goes on with the same generation', async () => {
    const region = await withWrongRow();
    await region.rebuild();
    const rebuilt = await region.rebuild({ acceptDifferences: true });
    expect(rebuilt).toMatchObject({ kind: 'switched', generation: 'g0002', isResumed: true, rows: { differences: 1 } });
    await expectEqualToTheLedger(region);
  });

  it('tells the first 20 and counts the rest', async () => {
    const region = createRegion();
    await region.holdAndProject(someOrders(25));
    for (const { stream, row } of await collect(region.openViews('g0001').all()))
      await change(region, 'g0001', stream, { row: { ...row, provisional: !row.provisional } });
    const rebuilt = await region.rebuild();
    expect(rebuilt).toMatchObject({ kind: 'differs', rows: { differences: 25, equal: 0 } });
    expect(rebuilt.kind === 'differs' && rebuilt.rows.firstDifferences).toHaveLength(20);
  });

  it('reports totals that are not the sums of their rows', async () => {
    const region = createRegion();
    await region.hold(someOrders(5));
    const openViews: typeof region.openViews = (name) => ({
      ...region.openViews(name),
      allTotals: async function* () {
        for await (const { tenant, totals } of region.openViews(name).allTotals())
          yield { tenant, totals: { ...totals, orders: 6 } };
      },
    });
    expect(await region.rebuild({ deps: { openViews } })).toMatchObject({
      kind: 'differs',
      totals: {
        tenantsQuiet: 1,
        differences: 1,
        firstDifferences: [{ tenant: 'acme', name: 'orders', stored: 6, summed: 5 }],
      },
    });
  });

  it('reports an order that live has and the ledger lost, and one that lost its newest entries', async () => {
    const region = createRegion();
    const [lost, shortened] = [someOrders(1), someOrders(1, { first: 1 })];
    await region.holdAndProject([...lost, ...shortened, ...someOrders(5, { first: 2 })]);
    const eventStore: typeof region.eventStore = {
      ...region.eventStore,
      load: async (stream) => forget(stream, (await region.eventStore.load(stream)).entries),
      scan: async function* (options) {
        for await (const { streams, place } of region.eventStore.scan(options))
          yield { place, streams: streams.map((it) => ({ stream: it.stream, ...forget(it.stream, it.entries) })) };
      },
    };
    const forget = (stream: string, entries: readonly Entry[]) => ({
      entries: stream === lost[0]?.stream ? [] : entries.filter(({ id }) => id !== shortened.at(-1)?.id),
      damaged: [],
    });
    const rebuilt = await region.rebuild({ deps: { eventStore } });
    expect(rebuilt).toMatchObject({ kind: 'differs', rows: { differences: 2, equal: 5 } });
    const told = rebuilt.kind === 'differs' ? rebuilt.rows.firstDifferences : [];
    expect([...told].sort((left, right) => (left.stream < right.stream ? -1 : 1))).toEqual([
      {
        stream: 'order/acme/0000',
        kind: 'missing',
        detail: 'the live row has seen us-east-1:2; the ledger here has no such entries: repair it first',
      },
      {
        stream: 'order/acme/0001',
        kind: 'missing',
        detail: expect.stringContaining('the live row has seen eu-west-1:1,us-east-1:4; a row of order/acme/0001'),
      },
    ]);
  });

  it('reports an order that cannot be folded, and builds the others', async () => {
    const region = createRegion();
    await region.hold(someOrders(9));
    const foldOrBreak = (entries: readonly Entry[]) => {
      if (entries[0]?.stream === 'order/acme/0003') throw new Error('no such thing');
      return region.foldOf(entries);
    };
    const rebuilt = await region.rebuild({ deps: { fold: foldOrBreak } });
    expect(rebuilt).toMatchObject({
      kind: 'differs',
      rows: {
        differences: 1,
        firstDifferences: [{ stream: 'order/acme/0003', kind: 'missing', detail: 'cannot be folded: no such thing' }],
      },
    });
    expect(await collect(region.openViews('g0002').all())).toHaveLength(8);
    expect(await region.rebuild()).toMatchObject({ kind: 'switched', generation: 'g0002' });
    await expectEqualToTheLedger(region);
  });
});

describe('a rebuild by newer code', () => {
  it('tells which orders look different now, announces their cases, and switches', async () => {
    const region = createRegion();
    await region.holdAndProject(someOrders(24));
    const ledger = createLedger({ stream: 'order/acme/packed', seed: 99 });
    for (const event of [placed(), paid(), packed(), cancelled()]) ledger.at('us-east-1').append(event);
    await region.holdAndProject(ledger.entries());
    const rebuilt = await region.rebuild({ lifecycle: strictRetail });
    expect(rebuilt).toMatchObject({
      kind: 'switched',
      rows: {
        differences: 0,
        changes: 1,
        changedBy: { status: 1, class: 1, 'open-cases': 1 },
        firstChanges: [
          {
            stream: 'order/acme/packed',
            changed: ['status', 'class', 'open-cases'],
            before: { status: 'cancelled', class: 'none', openCases: {} },
            after: { status: 'packed', class: 'illegal' },
          },
        ],
      },
    });
    await expectEqualToTheLedger(region, strictRetail);
    await expectEveryCaseAnnounced(region);
  });

  it('says that a case is gone which only the new generation knew', async () => {
    const region = createRegion();
    const ledger = createLedger({ stream: 'order/acme/1', seed: 5 });
    const us = ledger.at('us-east-1');
    const story = [us.append(placed()), us.append(shipped()), us.append(paid())];
    await region.holdAndProject(story.slice(0, 1));
    await region.hold(story.slice(1, 2));
    // The doorbell of the second entry has not rung yet when the rebuild tells of its case, and dies before it notes so.
    await expect(region.rebuild({ parts: 1, gate: dieAt('control put', 2) })).rejects.toThrow('killed');
    expect(region.alertBus.published()).toMatchObject([{ type: 'IllegalTransition', caseId: story[1]?.id }]);
    await region.hold(story.slice(2));
    await region.rebuild();
    await expectEqualToTheLedger(region);
    expect(region.alertBus.published().at(-1)).toMatchObject({ type: 'CaseWithdrawn', caseId: story[1]?.id });
  });

  it('is refused while the projector that is deployed is older, or newer, or of another lifecycle', async () => {
    const region = createRegion();
    await region.hold(someOrders(2));
    const deploy = async (value: { version: string; lifecycle: string }) => {
      const standing = await region.controlStore.get('deployments', 'projector');
      await region.controlStore.put('deployments', 'projector', { ...value, sinceMs: 1 }, standing?.revision ?? 0);
    };
    await deploy({ version: '0001.0001', lifecycle: 'retail' });
    expect(await region.rebuild({ lifecycle: strictRetail })).toMatchObject({
      kind: 'refused',
      reason: expect.stringContaining('Deploy this version first'),
    });
    await deploy({ version: '0001.0002', lifecycle: 'retail' });
    expect(await region.rebuild()).toMatchObject({
      kind: 'refused',
      reason: expect.stringContaining('Rebuild with the version that is deployed'),
    });
    await deploy({ version: '0001.0002', lifecycle: 'tmf622' });
    expect(await region.rebuild({ lifecycle: strictRetail })).toMatchObject({ kind: 'refused' });
    expect((await region.generations.read()).generations).toHaveLength(1);
    await deploy({ version: '0001.0002', lifecycle: 'retail' });
    expect(await region.rebuild({ lifecycle: strictRetail })).toMatchObject({ kind: 'switched' });
  });

  it('does not switch when another projector was deployed meanwhile', async () => {
    const region = createRegion();
    await region.hold(someOrders(2));
    const gate: Gate = async (request) => {
      if (request !== 'ledger streams') return;
      const value = { version: '0001.0002', lifecycle: 'retail', sinceMs: 1 };
      await region.controlStore.put('deployments', 'projector', value, 0);
    };
    expect(await region.rebuild({ gate })).toMatchObject({ kind: 'refused' });
    expect((await region.generations.read()).generations.map(({ state }) => state)).toEqual(['live', 'building']);
  });

  it('stops when newer code feeds the generation', async () => {
    const region = createRegion();
    const [fed, others] = [someOrders(1, { first: 5 }), someOrders(5)];
    await region.hold([...fed.slice(0, 2), ...others]);
    const gate: Gate = async (request) => {
      if (request !== 'ledger scan') return;
      await region.project(['order/acme/0005'], strictRetail);
      await region.hold(fed);
    };
    await expect(region.rebuild({ parts: 1, gate })).rejects.toMatchObject({ code: 'outdated' });
    expect((await region.generations.read()).generations.map(({ state }) => state)).toEqual(['live', 'building']);
  });
});

const dieAt = (last: string, times = 1): Gate => {
  let met = 0;
  return (request) => {
    if (request === last) met++;
    if (met >= times) throw new Error('killed');
  };
};

describe('a generation that is being built', () => {
  it('is left alone by code of another version, which says what to do', async () => {
    const region = createRegion();
    await region.hold(someOrders(4));
    await expect(region.rebuild({ gate: dieAt('ledger scan') })).rejects.toThrow('killed');
    expect(await region.rebuild({ lifecycle: strictRetail })).toEqual({
      kind: 'refused',
      reason:
        'g0002 is being built by retail 0001.0001, and this is retail 0001.0002. Finish it with that version, or abandon it and rebuild',
    });
  });

  it('is not written to any more once it was abandoned', async () => {
    const region = createRegion();
    await region.hold(someOrders(60));
    let pages = 0;
    let rowsThen = -1;
    const gate: Gate = async (request) => {
      if (request !== 'ledger scan' || pages++ !== 3) return;
      await region.generations.change((before) => abandonGeneration(before, 'g0002', 1));
      rowsThen = (await collect(region.openViews('g0002').all())).length;
    };
    expect(await region.rebuild({ parts: 1, gate })).toEqual({
      kind: 'refused',
      reason: 'g0002 was abandoned meanwhile. Rebuild again for a new one',
    });
    expect(rowsThen).toBeGreaterThan(0);
    expect(await collect(region.openViews('g0002').all())).toHaveLength(rowsThen);
    expect(await region.rebuild()).toMatchObject({ kind: 'switched', generation: 'g0003', isResumed: false });
  });
});
