import { Logger } from '@aws-lambda-powertools/logger';
import { describe, expect, it } from 'vitest';
import { fold } from '../../../domain/fold/fold.ts';
import type { Entry } from '../../../domain/ledger/entry.ts';
import { retail } from '../../../domain/lifecycle/retail.ts';
import { type EventStore, LedgerFault } from '../../../domain/ports/event-store.ts';
import { createInMemoryEventStore } from '../../../infra/in-memory/in-memory-event-store.ts';
import { createInMemoryViewStore } from '../../../infra/in-memory/in-memory-view-store.ts';
import { createProjector } from '../../../projections/projector/projector.ts';
import type { OrderView } from '../../../projections/views/order-view.ts';
import { createLedger, sha256 } from '../../support/builders/ledger-builder.ts';
import { cancelled, packed, paid, placed, shipped, tagAdded } from '../../support/builders/retail-drafts.ts';
import { collect } from '../../support/collect.ts';
import { failedSequences, lambdaContext, ring, ringOnce } from '../../support/stream-event.ts';

describe('projector', () => {
  it('writes the view of every order that a batch rings for', async () => {
    const region = createRegion();
    const entries = [
      ...(await region.hold(contestedOrder('order/acme/1'))),
      ...(await region.hold(paidOrder('order/acme/2'))),
    ];

    const response = await region.project(ring(entries));

    expect(failedSequences(response)).toEqual([]);
    expect(await region.views.get('order/acme/1')).toMatchObject({
      cut: { 'us-east-1': 4, 'eu-west-1': 1 },
      row: { status: 'shipped', provisional: true, class: 'review', openCases: [{ reasons: ['contested'] }] },
    });
    expect(await region.views.get('order/acme/2')).toMatchObject({
      row: { status: 'paid', class: 'none', money: { captured: 9980 }, counts: { entries: 2, cases: 0 } },
    });
  });

  it('leaves the same views whether a batch comes once, twice or backwards', async () => {
    const entries = [...contestedOrder('order/acme/1'), ...paidOrder('order/acme/2')];
    const allViews = async (batches: readonly (readonly Entry[])[]) => {
      const region = createRegion();
      await region.hold(entries);
      for (const batch of batches) await region.project(ring(batch));
      return (await collect(region.views.all())).sort((left, right) => (left.stream < right.stream ? -1 : 1));
    };

    const once = await allViews([entries]);
    expect(await allViews([entries, entries, [...entries, ...entries]])).toEqual(once);
    expect(await allViews([[...entries].reverse()])).toEqual(once);
    expect(await allViews([...entries].reverse().map((entry) => [entry]))).toEqual(once);
  });

  it('reads and folds an order once a batch, however often it rang', async () => {
    const region = createRegion();
    const entries = await region.hold(contestedOrder('order/acme/1'));

    await region.project(ring([...entries, ...entries, ...entries]));

    expect(region.loads()).toEqual(['order/acme/1']);
  });

  it('keeps the newer view when a projector that slept wakes up late', async () => {
    const region = createRegion();
    const [first, ...rest] = contestedOrder('order/acme/1');
    await region.hold(first ? [first] : []);
    const sleeper = region.projectorThatSleepsAfterReading();
    const late = sleeper.project(ring(first ? [first] : []));
    await sleeper.hasRead;
    await region.hold(rest);
    await region.project(ring(rest));
    const before = await region.views.get('order/acme/1');

    sleeper.wake();

    expect(failedSequences(await late)).toEqual([]);
    expect(before?.row.status).toBe('shipped');
    expect(await region.views.get('order/acme/1')).toEqual(before);
  });

  it('folds again when the stored view has seen what its own reading had not', async () => {
    const region = createRegion();
    const order = createLedger({ stream: 'order/acme/1' });
    const base = order.at('us-east-1').append(placed());
    order.replicateAll();
    const [here, there] = [order.at('us-east-1').append(tagAdded('gift')), order.at('eu-west-1').append(paid())];
    await region.hold([base, here]);
    const sleeper = region.projectorThatSleepsAfterReading();
    const late = sleeper.project(ring([here]));
    await sleeper.hasRead;
    // Another projector's view of another reading: neither covers the other.
    await region.views.put({ stream: base.stream, cut: { 'us-east-1': 1, 'eu-west-1': 1 }, row: {} as OrderView });
    await region.hold([there]);

    sleeper.wake();

    expect(failedSequences(await late)).toEqual([]);
    expect(await region.views.get(base.stream)).toMatchObject({
      cut: { 'us-east-1': 2, 'eu-west-1': 1 },
      row: { status: 'paid', fields: { tags: ['gift'] } },
    });
  });

  it('reports the records of an order that fails, and stores the others', async () => {
    const region = createRegion({ failing: 'order/acme/bad' });
    const [bad, good] = [
      await region.hold(paidOrder('order/acme/bad')),
      await region.hold(paidOrder('order/acme/good')),
    ];

    const response = await region.project(ring([...good, ...bad]));

    expect(failedSequences(response)).toEqual(['3', '4']);
    expect(await region.views.get('order/acme/good')).toMatchObject({ row: { status: 'paid' } });
    expect(await region.views.get('order/acme/bad')).toBeUndefined();
  });

  it('reports every record when nothing can be read, instead of throwing', async () => {
    const region = createRegion({ failing: 'order/acme/1' });
    const entries = await region.hold(paidOrder('order/acme/1'));

    expect(failedSequences(await region.project(ring(entries)))).toEqual(['1', '2']);
  });

  it('passes over what is no order: heartbeats, the plan, a record without a key', async () => {
    const region = createRegion();
    const records = [
      ringOnce('heartbeat/us-east-1', 'us-east-1/0000000001', 1),
      ringOnce('plan', 'us-east-1/0000000001', 2),
      ringOnce('order/acme/1/more', 'us-east-1/0000000001', 3),
      { dynamodb: { SequenceNumber: '4' } },
    ];

    expect(failedSequences(await region.project({ Records: records }))).toEqual([]);
    expect(region.loads()).toEqual([]);
  });
});

const contestedOrder = (stream: string): readonly Entry[] => {
  const order = createLedger({ stream });
  for (const draft of [placed(), paid()]) order.at('us-east-1').append(draft);
  order.replicateAll();
  for (const draft of [packed(), shipped()]) order.at('us-east-1').append(draft);
  order.at('eu-west-1').append(cancelled());
  return order.entries();
};

const paidOrder = (stream: string): readonly Entry[] => {
  const order = createLedger({ stream });
  return [order.at('us-east-1').append(placed()), order.at('us-east-1').append(paid())];
};

const createRegion = ({ failing }: { readonly failing?: string } = {}) => {
  const store = createInMemoryEventStore({ sha256 });
  const views = createInMemoryViewStore<OrderView>();
  const loads: string[] = [];
  const load: EventStore['load'] = async (stream) => {
    loads.push(stream);
    if (stream === failing) throw new LedgerFault('unavailable', 'no answer');
    return store.load(stream);
  };
  const projectorOver = (eventStore: Pick<EventStore, 'load'>) =>
    createProjector({
      eventStore,
      viewStore: views,
      fold: (entries) => fold(entries, retail),
      observability: { logger: new Logger({ logLevel: 'SILENT' }), count: () => undefined, middlewares: [] },
    });
  const projector = projectorOver({ load });
  return {
    views,
    loads: () => loads,
    hold: async (entries: readonly Entry[]) => {
      for (const entry of entries) store.replicate(entry);
      return entries;
    },
    project: (event: Parameters<typeof projector>[0]) => projector(event, lambdaContext()),
    projectorThatSleepsAfterReading: () => {
      const { promise: awake, resolve: wake } = Promise.withResolvers<void>();
      const { promise: hasRead, resolve: read } = Promise.withResolvers<void>();
      const sleepy = projectorOver({
        load: async (stream) => {
          const loaded = await store.load(stream);
          read();
          await awake;
          return loaded;
        },
      });
      return { hasRead, wake, project: (event: Parameters<typeof projector>[0]) => sleepy(event, lambdaContext()) };
    },
  };
};
