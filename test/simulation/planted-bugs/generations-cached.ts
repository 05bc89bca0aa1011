/**
 * A projector that keeps the generations for some minutes, as one would keep settings: what it writes meanwhile misses a
 * generation that has begun, and the rebuild's scan may have been there before.
 */
import type { ControlDocument } from '../../../domain/ports/control-store.ts';
import type { PlantedBug } from './planted-bug.ts';

export const generationsCached: PlantedBug = {
  name: 'projector caching the generations for ten minutes',
  caughtBy: ['4', '12'],
  seedsMax: 30,
  faults: { rebuild: 5 },
  projector: (ports, { views, scheduler }) => ({
    ...ports,
    controlStore: {
      ...ports.controlStore,
      get: async (kind, name) => {
        if (kind !== 'generations') return ports.controlStore.get(kind, name);
        const kept = caches.get(views);
        if (kept && scheduler.nowMs() - kept.atMs < 10 * 60_000) return kept.document as never;
        const document = await ports.controlStore.get(kind, name);
        caches.set(views, { document, atMs: scheduler.nowMs() });
        return document as never;
      },
    },
  }),
};

interface Cached {
  readonly document: ControlDocument<unknown> | undefined;
  readonly atMs: number;
}

/** By the region's views. */
const caches = new WeakMap<object, Cached>();
