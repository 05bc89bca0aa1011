import { describe, expect, it } from 'vitest';
import { fold } from '../../../domain/fold/fold.ts';
import type { Entry } from '../../../domain/ledger/entry.ts';
import { retail } from '../../../domain/lifecycle/retail.ts';
import { LedgerFault } from '../../../domain/ports/event-store.ts';
import type { ProjectorDeps } from '../../../projections/projector/projector.ts';
import { changeOf, failedSequences, imageOf, ring } from '../../support/stream-event.ts';
import { createTestRegion, paidOrder } from './test-region.ts';

describe('poison', () => {
  it('goes to the dead letters with place and reason, and holds up nobody', async () => {
    const region = createTestRegion();
    const [first, poison, last] = ['first', 'poison', 'last'].map((id) => region.hold(paidOrder(`order/acme/${id}`)));
    const batch = ring([...(first ?? []), ...(poison ?? []), ...(last ?? [])]);

    const response = await region.projectorWith({ fold: brokenFold })(batch);

    expect(failedSequences(response)).toEqual([]);
    expect(await region.views.get('order/acme/first')).toMatchObject({ row: { status: 'paid' } });
    expect(await region.views.get('order/acme/last')).toMatchObject({ row: { status: 'paid' } });
    expect(await region.views.get('order/acme/poison')).toBeUndefined();
    expect(region.deadLetterQueue.letters()).toEqual([
      {
        kind: 'poison',
        region: 'us-east-1',
        stream: 'order/acme/poison',
        reason: "TypeError: Cannot read properties of undefined (reading 'total')",
        firstSequenceNumber: '3',
        lastSequenceNumber: '4',
        atMs: region.nowMs(),
      },
    ]);
    expect(region.counts()).toMatchObject({ DeadLetters: 1, ViewsStored: 2 });
    expect(region.counts()).not.toHaveProperty('ProjectionsFailed');
  });

  it('is projected once the code is mended and the stream rings again', async () => {
    const region = createTestRegion();
    const entries = region.hold(paidOrder('order/acme/poison'));
    await region.projectorWith({ fold: brokenFold })(ring(entries));

    await region.project(ring(entries));

    expect(await region.views.get('order/acme/poison')).toMatchObject({ row: { status: 'paid' } });
  });

  it('comes again when the queue does not take it', async () => {
    const region = createTestRegion();
    const entries = [...region.hold(paidOrder('order/acme/poison')), ...region.hold(paidOrder('order/acme/good'))];
    const send = () => Promise.reject(new LedgerFault('unavailable', 'no answer'));

    const response = await region.projectorWith({ fold: brokenFold, deadLetterQueue: { send } })(ring(entries));

    expect(failedSequences(response)).toEqual(['1', '2']);
    expect(await region.views.get('order/acme/good')).toMatchObject({ row: { status: 'paid' } });
    expect(region.counts()).toMatchObject({ ProjectionsFailed: 1 });
    expect(region.counts()).not.toHaveProperty('DeadLetters');
  });

  it('is a row that does not fit', async () => {
    const region = createTestRegion();
    const entries = region.hold(paidOrder('order/acme/1'));
    const openViews: ProjectorDeps['openViews'] = (generation) => ({
      ...region.deps.openViews(generation),
      replaceAll: () => Promise.reject(new LedgerFault('entry-too-large', 'the row of order/acme/1 has 400001 bytes')),
    });

    expect(failedSequences(await region.projectorWith({ openViews })(ring(entries)))).toEqual([]);
    expect(region.deadLetterQueue.letters()).toMatchObject([
      { stream: 'order/acme/1', reason: 'entry-too-large: the row of order/acme/1 has 400001 bytes' },
    ]);
  });

  it('is an order of which the ledger holds less than its row has seen, until it is repaired', async () => {
    const region = createTestRegion();
    const entries = region.hold(paidOrder('order/acme/1')) as [Entry, Entry];
    await region.project(ring(entries));
    const before = await region.rows();
    const load = async () => ({ entries: [entries[0]], damaged: [] });

    const response = await region.projectorWith({ eventStore: { load } })(ring([entries[0]]));

    expect(failedSequences(response)).toEqual([]);
    expect(await region.rows()).toBe(before);
    expect(region.deadLetterQueue.letters()).toMatchObject([
      { reason: expect.stringMatching(/^ledger-behind: .*repair$/) },
    ]);
  });
});

describe('tampering in a batch', () => {
  it('is kept and said before the order is projected', async () => {
    const region = createTestRegion();
    const [entry] = region.hold(paidOrder('order/acme/1')) as [Entry];

    const response = await region.project({ Records: [changeOf({ before: imageOf(entry) })] });

    expect(failedSequences(response)).toEqual([]);
    expect(region.alertBus.published()).toMatchObject([{ type: 'LedgerTampered', change: 'removed' }]);
    expect(await region.controlStore.get('tampered', `order/acme/1#${entry.position}`)).toMatchObject({ revision: 1 });
    expect(await region.views.get('order/acme/1')).toMatchObject({ row: { status: 'paid' } });
    expect(region.counts()).toMatchObject({ LedgerTampered: 1, ViewsStored: 1 });
  });

  it('brings back only its own record when it cannot be kept, and projects the order', async () => {
    const region = createTestRegion();
    const entries = region.hold(paidOrder('order/acme/1')) as [Entry, Entry];
    const controlStore = {
      get: region.controlStore.get,
      put: () => Promise.reject(new LedgerFault('unavailable', 'no answer')),
    };
    const records = [...ring(entries).Records, changeOf({ before: imageOf(entries[0]), sequence: 3 })];

    const response = await region.projectorWith({ controlStore })({ Records: records });

    expect(failedSequences(response)).toEqual(['3']);
    expect(region.alertBus.published()).toEqual([]);
    expect(await region.views.get('order/acme/1')).toMatchObject({ row: { status: 'paid' } });
    expect(region.counts()).toMatchObject({ ProjectionsFailed: 1 });
    expect(region.counts()).not.toHaveProperty('LedgerTampered');
  });

  it('keeps the entry when two changes of it come in one batch', async () => {
    const region = createTestRegion();
    const [entry] = region.hold(paidOrder('order/acme/1')) as [Entry];
    const images = [imageOf(entry), imageOf(entry, { body: { S: 'forged' } })] as const;

    await region.project({
      Records: [
        changeOf({ before: images[0], after: images[1], sequence: 1 }),
        changeOf({ before: images[1], sequence: 2 }),
      ],
    });

    expect(await region.controlStore.get('tampered', `order/acme/1#${entry.position}`)).toMatchObject({
      revision: 1,
      value: { item: images[0], change: 'changed' },
    });
    expect(region.counts()).toMatchObject({ LedgerTampered: 2 });
  });
});

const brokenFold: ProjectorDeps['fold'] = (entries) => {
  if (entries[0]?.stream === 'order/acme/poison')
    throw new TypeError("Cannot read properties of undefined (reading 'total')");
  return fold(entries, retail);
};
