import { describe, expect, it } from 'vitest';
import type { Entry } from '../../../domain/ledger/entry.ts';
import { type EventStore, LedgerFault } from '../../../domain/ports/event-store.ts';
import type { StoredView } from '../../../domain/ports/view-store.ts';
import { startGeneration, switchGeneration } from '../../../projections/generations/generations.ts';
import type { ProjectorDeps } from '../../../projections/projector/projector.ts';
import type { OrderView } from '../../../projections/views/order-view.ts';
import { createLedger } from '../../support/builders/ledger-builder.ts';
import { paid, placed, resolved, shipped, tagAdded } from '../../support/builders/retail-drafts.ts';
import { changeOf, failedSequences, imageOf, ring, ringOnce } from '../../support/stream-event.ts';
import { contestedOrder, createTestRegion, paidOrder, version } from './test-region.ts';

describe('projector', () => {
  it('writes the view of every order that a batch rings for', async () => {
    const region = createTestRegion();
    const entries = [...region.hold(contestedOrder('order/acme/1')), ...region.hold(paidOrder('order/acme/2'))];

    const response = await region.project(ring(entries));

    expect(failedSequences(response)).toEqual([]);
    expect(await region.views.get('order/acme/1')).toMatchObject({
      cut: { 'us-east-1': 4, 'eu-west-1': 1 },
      version,
      row: { status: 'shipped', provisional: true, class: 'review', openCases: [{ reasons: ['contested'] }] },
    });
    expect(await region.views.get('order/acme/2')).toMatchObject({
      row: { status: 'paid', class: 'none', money: { captured: 9980 }, counts: { entries: 2, cases: 0 } },
    });
  });

  it('leaves the same rows whether a batch comes once, twice, backwards or in pieces', async () => {
    const entries = [...contestedOrder('order/acme/1'), ...paidOrder('order/acme/2')];
    const rowsAfter = async (batches: readonly (readonly Entry[])[]) => {
      const region = createTestRegion();
      region.hold(entries);
      for (const batch of batches) await region.project(ring(batch));
      return region.rows();
    };

    const once = await rowsAfter([entries]);
    expect(await rowsAfter([entries, entries, [...entries, ...entries]])).toBe(once);
    expect(await rowsAfter([[...entries].reverse()])).toBe(once);
    expect(await rowsAfter([...entries].reverse().map((entry) => [entry]))).toBe(once);
  });

  it('leaves rows identical to the byte after 1,000 duplicates, reversed, and writes nothing when they ring again', async () => {
    const region = createTestRegion();
    const entries = Array.from({ length: 25 }, (_, i) => region.hold(contestedOrder(`order/acme/${i}`))).flat();
    await region.project(ring(entries));
    const once = await region.rows();
    const counted = { ...region.counts() };
    region.advance(60_000);
    const duplicates = Array.from({ length: 1000 }, (_, i) => entries[i % entries.length] as Entry).reverse();
    const writes: string[] = [];
    const again = region.projectorWith({
      openViews: (generation) => {
        const views = region.deps.openViews(generation);
        return {
          ...views,
          replaceAll: async (replacements) => {
            writes.push(...replacements.map(({ view }) => view.stream));
            return views.replaceAll(replacements);
          },
        };
      },
    });

    for (const batch of [duplicates, [...duplicates].reverse()])
      expect(failedSequences(await again(ring(batch)))).toEqual([]);

    expect(await region.rows()).toBe(once);
    expect(writes).toEqual([]);
    expect(region.counts()).toMatchObject({
      BatchRecords: entries.length + 2000,
      BatchStreams: 75,
      ViewsStored: counted['ViewsStored'],
      ViewsCurrent: 50,
      CasesOpened: 25,
    });
    expect(region.alertBus.published()).toHaveLength(25);
  });

  it('reads and folds an order once a batch, however often it rang', async () => {
    const region = createTestRegion();
    const entries = region.hold(contestedOrder('order/acme/1'));

    await region.project(ring([...entries, ...entries, ...entries]));

    expect(region.loads()).toEqual(['order/acme/1']);
  });

  it('keeps the newer view when a projector that slept wakes up late', async () => {
    const region = createTestRegion();
    const [first, ...rest] = contestedOrder('order/acme/1') as [Entry, ...Entry[]];
    region.hold([first]);
    const sleeper = sleepAfterReading(region);
    const late = sleeper.project(ring([first]));
    await sleeper.hasRead;
    region.hold(rest);
    await region.project(ring(rest));
    const before = await region.rows();

    sleeper.wake();

    expect(failedSequences(await late)).toEqual([]);
    expect(await region.views.get('order/acme/1')).toMatchObject({ row: { status: 'shipped' } });
    expect(await region.rows()).toBe(before);
    expect(region.counts()).toMatchObject({ CutConditionsLost: 1, Refolds: 1, ViewsCurrent: 1 });
  });

  it('folds again when the stored row has seen what its own reading had not', async () => {
    const region = createTestRegion();
    const order = createLedger({ stream: 'order/acme/1' });
    const base = order.at('us-east-1').append(placed());
    order.replicateAll();
    const [here, there] = [order.at('us-east-1').append(tagAdded('gift')), order.at('eu-west-1').append(paid())];
    region.hold([base, there]);
    await region.project(ring([there]));
    const store = region.deps.eventStore;
    // A reading of another moment: neither it nor the stored row covers the other.
    let isFirst = true;
    const load: EventStore['load'] = async (stream) => {
      if (!isFirst) return store.load(stream);
      isFirst = false;
      return { entries: [base, here], damaged: [] };
    };
    region.hold([here]);

    const response = await region.projectorWith({ eventStore: { load } })(ring([here]));

    expect(failedSequences(response)).toEqual([]);
    expect(await region.views.get(base.stream)).toMatchObject({
      cut: { 'us-east-1': 2, 'eu-west-1': 1 },
      row: { status: 'paid', fields: { tags: ['gift'] } },
    });
    expect(region.counts()).toMatchObject({ Refolds: 1 });
  });

  it('reports the records of an order that fails, and stores the others', async () => {
    const region = createTestRegion();
    const [bad, good] = [region.hold(paidOrder('order/acme/bad')), region.hold(paidOrder('order/acme/good'))];
    const project = region.projectorWith({ eventStore: failingFor(region, 'order/acme/bad') });

    const response = await project(ring([...good, ...bad]));

    expect(failedSequences(response)).toEqual(['3', '4']);
    expect(await region.views.get('order/acme/good')).toMatchObject({ row: { status: 'paid' } });
    expect(await region.views.get('order/acme/bad')).toBeUndefined();
    expect(region.deadLetterQueue.letters()).toEqual([]);
    expect(region.counts()).toMatchObject({ ProjectionsFailed: 1 });
  });

  it('reports every record when nothing can be read, instead of throwing', async () => {
    const region = createTestRegion();
    const entries = region.hold(paidOrder('order/acme/1'));
    const project = region.projectorWith({ eventStore: failingFor(region, 'order/acme/1') });

    expect(failedSequences(await project(ring(entries)))).toEqual(['1', '2']);
  });

  it('passes over what is no order: heartbeats, the plan, a record without a key', async () => {
    const region = createTestRegion();
    const records = [
      ringOnce('heartbeat/us-east-1', 'us-east-1/0000000001', 1),
      ringOnce('plan', 'us-east-1/0000000001', 2),
      ringOnce('order/acme/1/more', 'us-east-1/0000000001', 3),
      { dynamodb: { SequenceNumber: '4' } },
      {},
    ];

    expect(failedSequences(await region.project({ Records: records }))).toEqual([]);
    expect(region.loads()).toEqual([]);
    expect(region.counts()).toEqual({ BatchRecords: 5, BatchStreams: 0 });
  });

  it('counts what it stored, what was approximated, damaged, and waits', async () => {
    const region = createTestRegion();
    const [, , third] = contestedOrder('order/acme/1') as [Entry, Entry, Entry];
    region.hold([...paidOrder('order/acme/2'), third]);
    const { load } = region.deps.eventStore;
    const eventStore = {
      load: async (stream: string) => ({ ...(await load(stream)), damaged: [{ position: 'x', reason: 'no entry' }] }),
    };

    await region.projectorWith({ eventStore })({
      Records: [ringOnce('order/acme/1', 'x', 1), ringOnce('order/acme/2', 'x', 2), ringOnce('order/acme/3', 'x', 3)],
    });

    expect(region.counts()).toEqual({
      BatchRecords: 3,
      BatchStreams: 3,
      ViewsStored: 2,
      PendingEntries: 1,
      ItemsDamaged: 3,
    });
  });

  it('measures how late the batch is', async () => {
    const region = createTestRegion();
    const order = createLedger({ startMs: region.nowMs() });
    const [here, there] = [order.at('us-east-1').append(placed()), order.at('eu-west-1').append(placed())];
    region.advance(10_000);

    await region.project({
      Records: [here, there].map((entry) => changeOf({ after: imageOf(entry), createdAtMs: entry.recordedAt ?? 0 })),
    });

    expect(region.durations()).toEqual([
      { name: 'ProjectorLagMs', valuesMs: [9000] },
      {
        name: 'ReplicationLagMs',
        valuesMs: [8000],
        dimensions: { from: 'eu-west-1', to: 'us-east-1', keyClass: 'normal' },
      },
    ]);
  });
});

describe('alerts of a projector', () => {
  it('says of each case what became of it', async () => {
    const region = createTestRegion();
    const order = createLedger({ stream: 'order/acme/1' });
    const write = async (entry: Entry) => {
      region.hold([entry]);
      await region.project(ring([entry]));
    };
    await write(order.at('us-east-1').append(placed()));
    await write(order.at('us-east-1').append(shipped()));
    await write(order.at('us-east-1').append(paid()));
    for (const entry of contestedOrder('order/acme/2')) await write(entry);
    const contested = await region.views.get('order/acme/2');
    const other = createLedger({ stream: 'order/acme/2', seed: 2 });
    const seen = { 'us-east-1': 4, 'eu-west-1': 1 };
    const cases = (contested?.row.openCases ?? []).map(({ id }) => id);
    await write(other.at('us-east-1').append(resolved({ cases, status: 'cancelled' }), { seen }));

    expect(region.alertBus.published().map(({ type, stream }) => [type, stream])).toEqual([
      ['IllegalTransition', 'order/acme/1'],
      ['CaseWithdrawn', 'order/acme/1'],
      ['ConflictNeedsReview', 'order/acme/2'],
      ['CaseSettled', 'order/acme/2'],
    ]);
    expect(region.counts()).toMatchObject({ CasesOpened: 2, CasesWithdrawn: 1, CasesSettled: 1 });
  });

  it('remembers in the row what it could not say, and says it when the record comes again', async () => {
    const region = createTestRegion();
    const entries = region.hold(contestedOrder('order/acme/1'));
    const publish = () => Promise.reject(new LedgerFault('unavailable', 'no answer'));

    const failed = await region.projectorWith({ alertBus: { publish } })(ring(entries));
    expect(failedSequences(failed)).toEqual(['1', '2', '3', '4', '5']);
    expect(await region.views.get('order/acme/1')).toMatchObject({ unsaid: [entries[4]?.id] });
    await region.project(ring(entries));

    expect(region.alertBus.published()).toMatchObject([{ type: 'ConflictNeedsReview', caseId: entries[4]?.id }]);
    expect((await region.views.get('order/acme/1'))?.unsaid).toBeUndefined();
    expect(region.counts()).toMatchObject({ CasesOpened: 1 });
  });

  it.each([1, 2])('says it again, and then no more, when it died at write %i of the row', async (dyingAt) => {
    const region = createTestRegion();
    const entries = region.hold(contestedOrder('order/acme/1'));
    let writes = 0;
    const dying: ProjectorDeps['openViews'] = (generation) => {
      const views = region.deps.openViews(generation);
      return {
        ...views,
        replaceAll: async (replacements) => {
          if (++writes === dyingAt) throw new LedgerFault('unavailable', 'no answer');
          return views.replaceAll(replacements);
        },
      };
    };

    await region.projectorWith({ openViews: dying })(ring(entries));
    await region.project(ring(entries));
    await region.project(ring(entries));

    const published = region.alertBus.published();
    expect(published).toHaveLength(dyingAt);
    for (const alert of published) expect(alert).toEqual(published[0]);
    expect(await region.views.get('order/acme/1')).toMatchObject({ row: { status: 'shipped' } });
  });
});

describe('generations of a projector', () => {
  it('feeds the live one, then the one that is being built', async () => {
    const region = createTestRegion();
    const order: string[] = [];
    await region.generations.change((before) => startGeneration(before, { version, lifecycle: 'retail', atMs: 1 }));
    const entries = region.hold(contestedOrder('order/acme/1'));
    const openViews: ProjectorDeps['openViews'] = (generation) => {
      const views = region.deps.openViews(generation);
      return {
        ...views,
        replaceAll: (replacements) => {
          order.push(generation);
          return views.replaceAll(replacements);
        },
      };
    };

    await region.projectorWith({ openViews })(ring(entries));

    expect(order).toEqual(['g0001', 'g0002', 'g0001', 'g0002']);
    expect(await region.deps.openViews('g0002').get('order/acme/1')).toEqual(await region.views.get('order/acme/1'));
    expect(region.alertBus.published()).toHaveLength(1);
    expect(region.counts()).toMatchObject({ ViewsStored: 4 });
  });

  it('asks for them once a batch, after it was given the batch', async () => {
    const region = createTestRegion();
    const entries = [...region.hold(paidOrder('order/acme/1')), ...region.hold(paidOrder('order/acme/2'))];
    let reads = 0;
    const project = region.projectorWith({
      generations: {
        read: () => {
          reads++;
          return region.generations.read();
        },
      },
    });

    await project(ring(entries));
    expect(reads).toBe(1);
    await region.generations.change((before) => startGeneration(before, { version, lifecycle: 'retail', atMs: 1 }));
    await region.generations.change((before) => switchGeneration(before, 'g0002', 2));
    await project(ring(entries));

    expect(reads).toBe(2);
    expect(await region.deps.openViews('g0002').get('order/acme/1')).toMatchObject({ row: { status: 'paid' } });
  });

  it.each(['live', 'building'])('leaves the batch to newer code that writes a %s generation', async (state) => {
    const region = createTestRegion();
    const [entries, newer] = [region.hold(paidOrder('order/acme/1')), `${version}1`];
    const started = { version: newer, lifecycle: 'retail', atMs: 1 };
    await region.generations.change((before) => startGeneration(before, started));
    if (state === 'live') await region.generations.change((before) => switchGeneration(before, 'g0002', 2));
    const heartbeat = ringOnce('heartbeat/us-east-1', 'now', 3);

    const response = await region.project({ Records: [...ring(entries).Records, heartbeat] });

    expect(failedSequences(response)).toEqual(['1', '2']);
    expect([region.loads(), await region.rows()]).toEqual([[], '[]']);
    expect(region.counts()).toMatchObject({ ProjectorOutdated: 1, ProjectionsFailed: 1 });
    expect(region.durations()).toEqual([]);
  });

  it('leaves an order to newer code that wrote its row, and has yet to see all of it', async () => {
    const region = createTestRegion();
    const entries = region.hold(paidOrder('order/acme/1')) as [Entry, Entry];
    const others = region.hold(paidOrder('order/acme/2'));
    const olderReading = { load: async () => ({ entries: [entries[0]], damaged: [] }) };
    await region.projectorWith({ version: `${version}1`, eventStore: olderReading })(ring([entries[0]]));
    const before = (await region.views.get('order/acme/1')) as StoredView<OrderView>;

    const response = await region.project(ring([...entries, ...others]));

    expect(failedSequences(response)).toEqual(['1', '2']);
    expect(await region.views.get('order/acme/1')).toEqual(before);
    expect(await region.views.get('order/acme/2')).toMatchObject({ version });
    expect(region.counts()).toMatchObject({ ProjectorOutdated: 1 });
    expect(region.deadLetterQueue.letters()).toEqual([]);
  });

  it('gives the batch back when they cannot be read', async () => {
    const region = createTestRegion();
    const entries = region.hold(paidOrder('order/acme/1'));
    const generations = { read: () => Promise.reject(new LedgerFault('throttled', 'slow down')) };

    expect(failedSequences(await region.projectorWith({ generations })(ring(entries)))).toEqual(['1', '2']);
    expect(failedSequences(await region.project(ring(entries)))).toEqual([]);
  });

  it('says which version runs here, and does its work where that cannot be said', async () => {
    const region = createTestRegion();
    const entries = region.hold(paidOrder('order/acme/1'));
    const unreadable = {
      get: () => Promise.reject(new LedgerFault('unavailable', 'no answer')),
      put: region.controlStore.put,
    };

    expect(failedSequences(await region.projectorWith({ controlStore: unreadable })(ring(entries)))).toEqual([]);
    expect(await region.controlStore.get('deployments', 'projector')).toBeUndefined();
    await region.project(ring(entries));

    expect(await region.controlStore.get('deployments', 'projector')).toMatchObject({
      value: { version, lifecycle: 'retail', sinceMs: region.nowMs() },
    });
  });
});

type TestRegion = ReturnType<typeof createTestRegion>;

const failingFor = (region: TestRegion, failing: string): Pick<EventStore, 'load'> => ({
  load: async (stream) => {
    if (stream === failing) throw new LedgerFault('unavailable', 'no answer');
    return region.deps.eventStore.load(stream);
  },
});

const sleepAfterReading = (region: TestRegion) => {
  const { promise: awake, resolve: wake } = Promise.withResolvers<void>();
  const { promise: hasRead, resolve: read } = Promise.withResolvers<void>();
  let isFirst = true;
  const load: EventStore['load'] = async (stream) => {
    const loaded = await region.deps.eventStore.load(stream);
    if (!isFirst) return loaded;
    isFirst = false;
    read();
    await awake;
    return loaded;
  };
  return { hasRead, wake, project: region.projectorWith({ eventStore: { load } }) };
};
