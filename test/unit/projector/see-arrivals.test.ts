import { describe, expect, it } from 'vitest';
import type { Entry } from '../../../domain/ledger/entry.ts';
import { retail } from '../../../domain/lifecycle/retail.ts';
import type { SeenArrivals } from '../../../domain/ports/backlog-watch.ts';
import { type EventStore, LedgerFault } from '../../../domain/ports/event-store.ts';
import type { ProjectorDeps } from '../../../projections/projector/projector.ts';
import { projectionVersion } from '../../../projections/views/order-view.ts';
import { createLedger } from '../../support/builders/ledger-builder.ts';
import { paid, placed, tagAdded } from '../../support/builders/retail-drafts.ts';
import { changeOf, failedSequences, imageOf } from '../../support/stream-event.ts';
import { contestedOrder, createTestRegion } from './test-region.ts';

describe('time to consistency', () => {
  it('is told of entries of other regions when the row that shows them stands', async () => {
    const { region, here, there, ring } = createWatchedRegion();
    await ring([here.append(placed())]);
    const [own, tagged] = [here.append(tagAdded('gift')), there.append(tagAdded('rush'))];
    region.advance(10_000);

    await ring([own, tagged], { createdAtMs: region.nowMs() });

    expect(timesOf(region)).toEqual([
      { valuesMs: [7_000], dimensions: { from: 'eu-west-1', to: 'us-east-1', keyClass: 'normal' } },
    ]);
  });

  it('is told by whoever stored the row, and not by a projector that came too late', async () => {
    const { region, there, ring } = createWatchedRegion();
    const entry = there.append(placed());
    let isFirst = true;
    const load: EventStore['load'] = async (stream) => {
      const loaded = await region.deps.eventStore.load(stream);
      if (isFirst) {
        isFirst = false;
        await ring([entry]);
      }
      return loaded;
    };

    await ring([entry], { changes: { eventStore: { load } } });

    expect(region.counts()).toMatchObject({ ViewsStored: 1, CutConditionsLost: 1 });
    expect(timesOf(region)).toHaveLength(1);
  });

  it('is told once where a projector has to begin again after it stored the row', async () => {
    const { region, ring } = createWatchedRegion();
    const entries = contestedOrder('order/acme/1');
    let writes = 0;
    const openViews: ProjectorDeps['openViews'] = (generation) => {
      const views = region.deps.openViews(generation);
      return {
        ...views,
        replaceAll: async (replacements) =>
          ++writes === 2 ? replacements.map(() => 'lost' as const) : views.replaceAll(replacements),
      };
    };

    await ring(entries, { changes: { openViews } });

    expect(region.counts()).toMatchObject({ Refolds: 1 });
    expect(timesOf(region).map(({ valuesMs }) => valuesMs.length)).toEqual([1]);
  });

  it('is not told again when a record is delivered again, however late', async () => {
    const { region, there, ring } = createWatchedRegion();
    const entry = there.append(placed());
    await ring([entry]);
    const once = timesOf(region);
    region.advance(12 * hours);

    await ring([entry]);

    expect(timesOf(region)).toEqual(once);
  });

  it('is told of what waited when what it waited for has come', async () => {
    const { region, there, ring } = createWatchedRegion();
    const [first, second] = [there.append(placed()), there.append(paid())];
    region.advance(5_000);
    await ring([second]);
    expect(timesOf(region)).toEqual([]);
    region.advance(60_000);

    await ring([first]);

    expect(timesOf(region)).toMatchObject([{ valuesMs: [64_000, 63_000] }]);
  });

  it('is not told of old entries that only a lost row had shown', async () => {
    const { region, there, ring } = createWatchedRegion();
    const old = there.append(placed());
    region.hold([old]);
    region.advance(24 * hours);
    const fresh = there.append(paid());

    await ring([fresh], { createdAtMs: region.nowMs() });

    expect(await region.views.get(old.stream)).toMatchObject({ row: { status: 'paid' } });
    expect(timesOf(region)).toMatchObject([{ valuesMs: [region.nowMs() - recordedAtMs(fresh)] }]);
  });

  it('is not told where newer code folds the same entries anew', async () => {
    const { region, there, ring } = createWatchedRegion();
    const entry = there.append(placed());
    await ring([entry]);
    const once = timesOf(region);
    region.advance(hours);

    await ring([entry], { changes: { version: projectionVersion({ ...retail, version: 99 }) } });

    expect(region.counts()).toMatchObject({ ViewsStored: 2 });
    expect(timesOf(region)).toEqual(once);
  });

  it('is told by key class, as it was when the entries were recorded', async () => {
    const { region, there, ring } = createWatchedRegion();
    const entries = [there.append(placed()), ...Array.from({ length: 11 }, (_, i) => there.append(tagAdded(`t${i}`)))];
    region.advance(5 * 60_000);

    await ring(entries, { createdAtMs: region.nowMs() });

    const classes = region.durations().map(({ name, dimensions }) => [name, (dimensions as KeyClassed)?.keyClass]);
    expect(classes).toEqual([
      ['ProjectorLagMs', undefined],
      ['ReplicationLagMs', 'hot'],
      ['TimeToConsistencyMs', 'hot'],
    ]);
  });
});

describe('arrivals that the watch for a backlog hears of', () => {
  it('are entries of other regions, with the time of their arrival', async () => {
    const { region, here, there, ring, seen } = createWatchedRegion();
    const [own, entry] = [here.append(placed()), there.append(placed())];
    region.advance(40_000);

    await ring([own, entry], { createdAtMs: region.nowMs() });

    expect(seen()).toMatchObject([
      {
        arrived: [{ from: 'eu-west-1', recordedAtMs: recordedAtMs(entry), atMs: region.nowMs() }],
        waiting: [],
      },
    ]);
  });

  it('are none when the stream is read again', async () => {
    const { region, there, ring, seen } = createWatchedRegion();
    const entry = there.append(placed());
    await ring([entry], { createdAtMs: recordedAtMs(entry) });
    region.advance(12 * hours);

    await ring([entry], { createdAtMs: recordedAtMs(entry) });

    expect(seen().map(({ arrived }) => arrived.length)).toEqual([1, 0]);
  });

  it('are told also of an order that could not be projected', async () => {
    const { region, there, ring, seen } = createWatchedRegion();
    const entry = there.append(placed());
    const eventStore = { load: () => Promise.reject(new LedgerFault('unavailable', 'no answer')) };

    const response = await ring([entry], { changes: { eventStore }, createdAtMs: region.nowMs() });

    expect(failedSequences(response)).toHaveLength(1);
    expect(seen()).toMatchObject([{ arrived: [{ from: 'eu-west-1' }], waiting: [] }]);
    expect(timesOf(region)).toEqual([]);
  });

  it('are told together with the entries that wait for a predecessor', async () => {
    const { region, there, ring, seen } = createWatchedRegion();
    there.append(placed());
    const second = there.append(paid());

    await ring([second]);

    expect(seen()).toMatchObject([
      { waiting: [{ from: 'eu-west-1', recordedAtMs: recordedAtMs(second), atMs: region.nowMs() }] },
    ]);
  });
});

const hours = 60 * 60 * 1000;

interface KeyClassed {
  readonly keyClass: string;
}

interface RingOptions {
  readonly createdAtMs?: number;
  readonly changes?: Partial<ProjectorDeps>;
}

/** us-east-1, and a writer there and in the other region whose entries arrive when the test says so. */
const createWatchedRegion = () => {
  const seen: SeenArrivals[] = [];
  const backlogWatch = { see: async (arrivals: SeenArrivals) => void seen.push(arrivals) };
  const region = createTestRegion({ backlogWatch });
  const order = createLedger({ startMs: region.nowMs() });
  let sequence = 0;
  const ring = async (entries: readonly Entry[], { createdAtMs, changes }: RingOptions = {}) => {
    region.hold(entries);
    const Records = entries.map((entry) =>
      changeOf({ after: imageOf(entry), createdAtMs: createdAtMs ?? recordedAtMs(entry), sequence: ++sequence }),
    );
    return region.projectorWith(changes)({ Records });
  };
  return {
    region,
    here: order.at('us-east-1'),
    there: order.at('eu-west-1'),
    ring,
    seen: () => seen,
  };
};

const recordedAtMs = ({ recordedAt = 0 }: Entry): number => recordedAt;

const timesOf = (region: ReturnType<typeof createTestRegion>) =>
  region
    .durations()
    .filter(({ name }) => name === 'TimeToConsistencyMs')
    .map(({ name: _, ...reading }) => reading);
