import { describe, expect, it } from 'vitest';
import { fold } from '../../../domain/fold/fold.ts';
import { type FoldedStream, isOpen } from '../../../domain/fold/folded-stream.ts';
import type { Entry } from '../../../domain/ledger/entry.ts';
import { defineLifecycle, type Lifecycle } from '../../../domain/lifecycle/define-lifecycle.ts';
import { retail, retailDefinition } from '../../../domain/lifecycle/retail.ts';
import type { OrderChange } from '../../../projections/rebuild/order-change.ts';
import { type WhatIfProgress, whatIf } from '../../../projections/rebuild/what-if.ts';
import { createLedger } from '../../support/builders/ledger-builder.ts';
import {
  addressChanged,
  cancelled,
  delivered,
  type EventDraft,
  packed,
  paid,
  placed,
  refunded,
  returnReceived,
  returnRequested,
  shipped,
} from '../../support/builders/retail-drafts.ts';
import { createSeededRandom } from '../../support/builders/seeded-random.ts';
import { createRegion } from './rebuild-region.ts';

const returnsFromPacked = defineLifecycle({
  ...retailDefinition,
  events: {
    ...retailDefinition.events,
    ReturnRequested: {
      ...retailDefinition.events.ReturnRequested,
      transitions: [{ from: ['packed', 'shipped', 'delivered'], to: 'returning' }],
    },
  },
});

const askWhatIf = async (entries: readonly Entry[], foldThen: Lifecycle, parts = 3) => {
  const region = createRegion();
  await region.hold(entries);
  const changes: OrderChange[] = [];
  const told: WhatIfProgress[] = [];
  const summary = await whatIf(
    {
      eventStore: region.eventStore,
      foldNow: (it) => fold(it, retail),
      foldThen: (it) => fold(it, foldThen),
      clock: region.clock,
      sleep: async () => {},
    },
    { parts, onChange: (change) => void changes.push(change), onProgress: (it) => told.push(it) },
  );
  return { changes: changes.sort((left, right) => (left.stream < right.stream ? -1 : 1)), summary, told };
};

/** One region's story of an order. */
const storyOf = (name: string, events: readonly EventDraft[]): readonly Entry[] => {
  const ledger = createLedger({ stream: `order/acme/${name}` });
  for (const event of events) ledger.at('us-east-1').append(event);
  return ledger.entries();
};

describe('what if returns were allowed from packed', () => {
  it('names exactly the orders concerned, before and after', async () => {
    const { changes, summary } = await askWhatIf(
      [
        storyOf('returned-from-packed', [placed(), paid(), packed(), returnRequested()]),
        storyOf('taken-back', [placed(), paid(), packed(), returnRequested(), returnReceived(), refunded()]),
        storyOf('returned-as-ever', [placed(), paid(), shipped(), delivered(), returnRequested()]),
        storyOf('packed-and-gone', [placed(), paid(), packed(), shipped()]),
        storyOf('returned-when-paid', [placed(), paid(), returnRequested()]),
        storyOf('untouched', [placed()]),
      ].flat(),
      returnsFromPacked,
    );
    expect(changes.map(({ stream, before, after, changed }) => [stream, before.status, after.status, changed])).toEqual(
      [
        ['order/acme/returned-from-packed', 'packed', 'returning', ['status', 'class', 'open-cases']],
        ['order/acme/taken-back', 'packed', 'refunded', ['status', 'class', 'open-cases']],
      ],
    );
    expect(Object.values(changes[0]?.before.openCases ?? {})).toEqual(['illegal']);
    expect(changes[0]?.after.openCases).toEqual({});
    expect(summary).toEqual({
      entries: 23,
      streams: 6,
      changed: 2,
      changedBy: { status: 2, class: 2, 'open-cases': 2 },
    });
  });

  it('agrees with folding each order of a mixed ledger by hand', async () => {
    const random = createSeededRandom(42);
    const drafts = [paid, packed, shipped, delivered, cancelled, returnRequested, returnReceived, refunded];
    const orders = Array.from({ length: 300 }, (_, i) => {
      const ledger = createLedger({ stream: `order/acme/${i}`, seed: i + 1 });
      ledger.at('us-east-1').append(placed());
      for (let step = 0; step < 6; step++) {
        if (random() < 0.6) ledger.replicateAll();
        const event = random() < 0.1 ? addressChanged('Olinda') : drafts[Math.floor(random() * drafts.length)]?.();
        if (event) ledger.at(random() < 0.5 ? 'us-east-1' : 'eu-west-1').append(event);
      }
      return ledger.entries();
    });
    const byHand = orders
      .filter((entries) => describeFold(fold(entries, retail)) !== describeFold(fold(entries, returnsFromPacked)))
      .map(([first]) => first?.stream)
      .sort();
    expect(byHand.length).toBeGreaterThan(10);
    expect(byHand.length).toBeLessThan(200);
    for (const parts of [1, 8]) {
      const { changes, summary } = await askWhatIf(orders.flat(), returnsFromPacked, parts);
      expect(changes.map(({ stream }) => stream)).toEqual(byHand);
      expect(summary).toMatchObject({ streams: 300, changed: byHand.length });
    }
  });

  const describeFold = ({ status, class: streamClass, cases }: FoldedStream): string =>
    JSON.stringify([
      status,
      streamClass,
      cases.filter(isOpen).map(({ id, reasons }) => [id, reasons.every(isIllegal)]),
    ]);
  const isIllegal = (reason: string): boolean => reason === 'illegal';

  it('names nobody where the lifecycle stays the same, and tells how far it is', async () => {
    const orders = Array.from({ length: 50 }, (_, i) => storyOf(`${i}`, [placed(), shipped(), cancelled()]));
    const { changes, summary, told } = await askWhatIf(orders.flat(), retail);
    expect(changes).toEqual([]);
    expect(summary).toMatchObject({ streams: 50, entries: 150, changed: 0 });
    expect(told.at(-1)).toEqual({ entries: 150, streams: 50, changed: 0, partsDone: 3, parts: 3 });
  });
});
