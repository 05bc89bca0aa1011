/**
 * Notes in `control` that a backlog comes in, as long as it does, so that this region's breaker waits for the end of it.
 *
 * What the clocks are apart is read from the region's document, at most once a second. A note holds for `noteMs`: it is
 * dated that far ahead, and until then nothing more is written. So a drain of a thousand entries costs a write every few
 * seconds, and the breaker's cool-down still begins after the last of them.
 */
import type { BacklogWatch, SeenArrivals } from '../../domain/ports/backlog-watch.ts';
import type { Clock } from '../../domain/ports/clock.ts';
import type { ControlStore } from '../../domain/ports/control-store.ts';
import type { BreakerSettings } from '../../domain/write-plan/breaker.ts';
import { isBacklogWait, isLateArrival, type Skews } from '../../domain/write-plan/late-arrival.ts';
import type { RegionState } from '../../domain/write-plan/region-state.ts';
import type { WritePlanSettings } from '../../domain/write-plan/write-plan-settings.ts';
import { createLateArrivals, type LateArrivals } from './late-arrivals.ts';
import { createRegionDocument, type RegionDocument } from './region-document.ts';

export interface BacklogWatchDeps {
  readonly document: Pick<RegionDocument, 'read'>;
  readonly lateArrivals: Pick<LateArrivals, 'note'>;
  readonly breaker: Pick<BreakerSettings, 'thresholdMs' | 'coolDownMs'>;
  readonly clock: Clock;
  readonly onFault: (fault: unknown) => void;
}

/** What fails is not tried again sooner, either: a batch has a thousand entries. */
export const skewsReadMsMin = 1_000;
export const noteMsMax = 5_000;

export const createBacklogWatch = (deps: BacklogWatchDeps): BacklogWatch => {
  const { document, lateArrivals, breaker, clock, onFault } = deps;
  // A short cool-down must not become a multiple of itself.
  const noteMs = Math.min(noteMsMax, breaker.coolDownMs / 2);
  let skewsMs: Skews = {};
  let reading: Promise<void> | undefined;
  let readAtMs = Number.NEGATIVE_INFINITY;
  let noted = { atMs: Number.NEGATIVE_INFINITY, forMs: noteMs };

  const readSkews = async (): Promise<void> => {
    try {
      const { state } = await document.read();
      if (state) skewsMs = skewsOf(state);
    } catch (fault) {
      onFault(fault);
    }
    readAtMs = clock.nowMs();
    reading = undefined;
  };

  const note = async (atMs: number): Promise<void> => {
    noted = { atMs, forMs: noteMs };
    try {
      await lateArrivals.note(atMs + noteMs);
    } catch (fault) {
      noted = { atMs, forMs: Math.min(noteMs, skewsReadMsMin) };
      onFault(fault);
    }
  };

  const isBacklog = ({ arrived, waiting }: SeenArrivals): boolean =>
    arrived.some((arrival) => isLateArrival(arrival, skewsMs, breaker.thresholdMs)) || isBacklogWait(waiting, skewsMs);

  return {
    see: async (seen) => {
      if (seen.arrived.length === 0 && seen.waiting.length === 0) return;
      if (isWithin(noted, clock.nowMs())) return;
      if (!isWithin({ atMs: readAtMs, forMs: skewsReadMsMin }, clock.nowMs())) {
        reading ??= readSkews();
        await reading;
      }
      // Streams are projected side by side: another may have noted it meanwhile.
      const nowMs = clock.nowMs();
      if (isBacklog(seen) && !isWithin(noted, nowMs)) await note(nowMs);
    },
  };
};

export interface OpenBacklogWatchOptions {
  /** Undefined where every region may always write: nobody asks for a backlog there. */
  readonly settings: Pick<WritePlanSettings, 'breaker'> | undefined;
  readonly controlStore: Pick<ControlStore, 'get' | 'put'>;
  readonly clock: Clock;
  readonly onFault: (fault: unknown) => void;
}

/** Of a deployment as its settings describe it, for composition roots. */
export const openBacklogWatch = (options: OpenBacklogWatchOptions): BacklogWatch | undefined => {
  const { settings, controlStore, clock, onFault } = options;
  if (!settings) return undefined;
  return createBacklogWatch({
    document: createRegionDocument(controlStore),
    lateArrivals: createLateArrivals(controlStore),
    breaker: settings.breaker,
    clock,
    onFault,
  });
};

const skewsOf = ({ links }: RegionState): Skews =>
  Object.fromEntries(Object.entries(links).map(([peer, { skewMs }]) => [peer, skewMs]));

interface Span {
  readonly atMs: number;
  readonly forMs: number;
}

/** A clock that went back must not keep anything for as long as it jumped. */
const isWithin = ({ atMs, forMs }: Span, nowMs: number): boolean => nowMs >= atMs && nowMs - atMs < forMs;
