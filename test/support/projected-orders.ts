/** A region in memory with a few orders in its ledger and, projected by the real code, in its views. */
import { fold } from '../../domain/fold/fold.ts';
import type { Entry } from '../../domain/ledger/entry.ts';
import { retail } from '../../domain/lifecycle/retail.ts';
import { createInMemoryAlertBus } from '../../infra/in-memory/in-memory-alert-bus.ts';
import { createInMemoryControlStore } from '../../infra/in-memory/in-memory-control-store.ts';
import { createInMemoryEventStore } from '../../infra/in-memory/in-memory-event-store.ts';
import { createInMemoryViews } from '../../infra/in-memory/in-memory-view-store.ts';
import { sha256 } from '../../infra/node/sha256.ts';
import { createGenerationStore } from '../../projections/generations/generation-store.ts';
import { fedGenerations } from '../../projections/generations/generations.ts';
import { projectStream } from '../../projections/projector/project-stream.ts';
import { type OrderView, projectionVersion } from '../../projections/views/order-view.ts';
import { createLedger } from './builders/ledger-builder.ts';
import {
  cancelled,
  type EventDraft,
  packed,
  paid,
  placed,
  returnRequested,
  shipped,
} from './builders/retail-drafts.ts';

export const nowMs = Date.UTC(2026, 0, 2);

/** Two that anybody may have, one whose return was asked for too early, and one that two regions disagree about. */
export const someOrders = (): readonly Entry[] => [
  ...oneRegion('plain', [placed(), paid(9980)]),
  ...oneRegion('shipped', [placed(), paid(9980), packed(), shipped()]),
  ...oneRegion('early-return', [placed(), paid(9980), packed(), returnRequested()]),
  ...splitBrain('disputed'),
];

const oneRegion = (orderId: string, drafts: readonly EventDraft[]): readonly Entry[] => {
  const us = createLedger({ stream: `order/default/${orderId}` }).at('us-east-1');
  return drafts.map((draft) => us.append(draft));
};

const splitBrain = (orderId: string): readonly Entry[] => {
  const ledger = createLedger({ stream: `order/default/${orderId}` });
  const [us, eu] = [ledger.at('us-east-1'), ledger.at('eu-west-1')];
  us.append(placed());
  us.append(paid(9980));
  ledger.replicateAll();
  us.append(packed());
  us.append(shipped());
  eu.append(cancelled());
  return ledger.entries();
};

export const createProjectedRegion = async (entries: readonly Entry[] = someOrders()) => {
  const eventStore = createInMemoryEventStore({ sha256 });
  const openViews = createInMemoryViews<OrderView>();
  const controlStore = createInMemoryControlStore();
  const generations = createGenerationStore(controlStore);
  const projection = {
    region: 'us-east-1',
    eventStore,
    openViews,
    alertBus: createInMemoryAlertBus(),
    fold: (folded: readonly Entry[]) => fold(folded, retail),
    version: projectionVersion(retail),
    clock: { nowMs: () => nowMs },
  };
  const project = async (stream: string) => {
    const [live, ...building] = fedGenerations(await generations.read());
    return projectStream(projection, stream, [live.name, ...building.map(({ name }) => name)]);
  };
  for (const entry of entries) await eventStore.append(entry);
  for (const stream of new Set(entries.map((entry) => entry.stream))) await project(stream);
  return {
    ...projection,
    controlStore,
    generations,
    project,
    lifecycleName: retail.name,
    sleep: async () => undefined,
  };
};
