/**
 * Events outlive the code that wrote them, and regions are not deployed at one moment: an old event is folded as the
 * newest version, and what is too new for the reader waits, whole, for a reader that knows it.
 */
import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { fold } from '../../../domain/fold/fold.ts';
import type { Entry } from '../../../domain/ledger/entry.ts';
import { defineLifecycle } from '../../../domain/lifecycle/define-lifecycle.ts';
import { retail, retailDefinition } from '../../../domain/lifecycle/retail.ts';
import { orderShippedV1 } from '../../../domain/lifecycle/retail-events.ts';
import { createLedger } from '../../support/builders/ledger-builder.ts';
import {
  delivered,
  draft,
  type EventDraft,
  noteChanged,
  paid,
  placed,
  shipped,
} from '../../support/builders/retail-drafts.ts';
import { collect } from '../../support/collect.ts';
import { createRegion, type Region } from './rebuild-region.ts';

/** Next year's: a parcel has a depot, and orders can be wrapped as gifts. */
const nextRetail = defineLifecycle({
  ...retailDefinition,
  version: 2,
  fields: {
    ...retailDefinition.fields,
    depot: { merge: 'lww', value: z.string() },
    wrapping: { merge: 'lww', value: z.string() },
  },
  events: {
    ...retailDefinition.events,
    OrderShipped: {
      ...retailDefinition.events.OrderShipped,
      versions: [
        { schema: orderShippedV1 },
        {
          schema: z.strictObject({ trackingId: z.string().optional(), depot: z.string() }),
          upcast: ({ trackingId }) => ({ ...(trackingId === undefined ? {} : { trackingId }), depot: 'unknown' }),
        },
      ],
      writes: { trackingId: { set: 'trackingId' }, depot: { set: 'depot' } },
    },
    GiftWrapped: {
      kind: 'decision',
      transitions: [{ from: 'any', to: 'same' }],
      weight: 1,
      versions: [{ schema: z.strictObject({ wrapping: z.string() }) }],
      writes: { wrapping: { set: 'wrapping' } },
    },
  },
});

const shippedV2 = (depot: string): EventDraft => ({ ...draft('carrier', 'OrderShipped', { depot }), v: 2 });
const giftWrapped = (): EventDraft => draft('api', 'GiftWrapped', { wrapping: 'red' });

const storyOf = (stream: string, events: readonly EventDraft[]): readonly Entry[] => {
  const ledger = createLedger({ stream, lifecycle: nextRetail });
  for (const event of events) ledger.at('us-east-1').append(event);
  return ledger.entries();
};

describe('an event of an older schema version', () => {
  it('folds as the newest', () => {
    const old = fold(storyOf('order/acme/1', [placed(), paid(), shipped('T1')]), nextRetail);
    const recent = fold(storyOf('order/acme/1', [placed(), paid(), shippedV2('Recife')]), nextRetail);
    expect(old).toMatchObject({ status: 'shipped', fields: { trackingId: 'T1', depot: 'unknown' }, voided: [] });
    expect(recent).toMatchObject({ status: 'shipped', fields: { depot: 'Recife' }, voided: [] });
  });
});

describe('an event that is newer than the deployed code', () => {
  const stream = 'order/acme/new';
  const story = () => storyOf(stream, [placed(), paid(), giftWrapped(), shippedV2('Recife'), delivered()]);
  const rowOf = async (region: Region) =>
    (await region.liveRows()).find((row) => row.stream === stream) ?? expect.fail('there is no row');

  it('is kept and reported by the old code, which goes on with what it knows', async () => {
    const region = createRegion();
    await region.holdAndProject(story());
    expect(await rowOf(region)).toMatchObject({
      cut: { 'us-east-1': 5 },
      row: { status: 'paid', counts: { entries: 3, voided: 2, openCases: 1 } },
    });
    expect(fold(story(), retail).voided.map(({ reason }) => reason)).toEqual([
      'unknown event type GiftWrapped',
      'unknown version 2 of OrderShipped, newest is 1',
    ]);
    expect((await region.eventStore.load(stream)).entries).toEqual(story());
    expect(region.alertBus.published()).toMatchObject([{ type: 'IllegalTransition' }]);
  });

  it('is healed by a rebuild with newer code, with nothing lost and its false case withdrawn', async () => {
    const region = createRegion();
    await region.holdAndProject(story());
    await region.holdAndProject(storyOf('order/acme/old', [placed(), paid(), shipped('T1')]));
    const rebuilt = await region.rebuild({ lifecycle: nextRetail });
    expect(rebuilt).toMatchObject({ kind: 'switched', rows: { differences: 0, changes: 1 } });
    expect(await rowOf(region)).toMatchObject({
      version: '0001.0002',
      row: {
        status: 'delivered',
        fields: { depot: 'Recife', wrapping: 'red' },
        counts: { entries: 5, voided: 0, openCases: 0 },
      },
    });
    expect(await region.liveRows()).toEqual(await region.foldedRows(nextRetail));
    expect(region.alertBus.published().map(({ type }) => type)).toEqual(['IllegalTransition', 'CaseWithdrawn']);
  });

  it('is healed by the next doorbell as well, and old code keeps off from then on', async () => {
    const region = createRegion();
    const [noted, ...entries] = storyOf(stream, [
      placed(),
      paid(),
      shippedV2('Recife'),
      noteChanged('thanks'),
    ]).toReversed();
    await region.holdAndProject(entries);
    await region.project([stream], nextRetail);
    const healed = await collect(region.openViews('g0001').all());
    expect(healed).toMatchObject([{ row: { status: 'shipped', counts: { voided: 0 } } }]);
    await region.project([stream], retail);
    expect(await collect(region.openViews('g0001').all())).toEqual(healed);
    await region.hold(noted ? [noted] : []);
    await expect(region.project([stream], retail)).rejects.toMatchObject({ code: 'outdated' });
    expect(await collect(region.openViews('g0001').all())).toEqual(healed);
  });
});
