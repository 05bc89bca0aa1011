/** What a rebuild has done so far, told a few times a second. */
import type { Clock } from '../../domain/ports/clock.ts';
import { createPacer } from './pacer.ts';

export type RebuildPhase = 'building' | 'comparing' | 'adding-up' | 'switching';

export interface RebuildFigures {
  /** Read from the ledger, by this run. */
  readonly entries: number;
  readonly streams: number;
  /** Written by this run; the projector writes to the new generation, too. */
  readonly rows: number;
  readonly alerts: number;
  readonly buildingMs: number;
  readonly entriesPerSecond: number;
}

export interface RebuildProgress extends RebuildFigures {
  readonly generation: string;
  readonly phase: RebuildPhase;
  /** Of the whole rebuild, what earlier runs did included. */
  readonly entriesTotal: number;
  readonly streamsTotal: number;
  readonly partsDone: number;
  readonly parts: number;
  /** Streams and live rows that were compared. */
  readonly compared: number;
}

type Count = 'entries' | 'streams' | 'rows' | 'alerts' | 'partsDone' | 'compared';

export interface ProgressTracker {
  readonly add: (counts: Partial<Record<Count, number>>) => void;
  /** What earlier runs had done already. */
  readonly addEarlier: (counts: { readonly entries: number; readonly streams: number }) => void;
  /** Tells in any case. */
  readonly enter: (phase: RebuildPhase) => void;
  readonly figures: () => RebuildFigures;
}

export const createProgressTracker = (
  clock: Clock,
  { generation, parts }: { readonly generation: string; readonly parts: number },
  onProgress: (progress: RebuildProgress) => void = () => {},
): ProgressTracker => {
  const counts: Record<Count, number> = { entries: 0, streams: 0, rows: 0, alerts: 0, partsDone: 0, compared: 0 };
  const earlier = { entries: 0, streams: 0 };
  const startedAtMs = clock.nowMs();
  let phase: RebuildPhase = 'building';
  let builtAtMs: number | undefined;

  const figures = (): RebuildFigures => {
    const { entries, streams, rows, alerts } = counts;
    const buildingMs = Math.max(0, (builtAtMs ?? clock.nowMs()) - startedAtMs);
    const entriesPerSecond = buildingMs === 0 ? 0 : Math.round((entries * 1000) / buildingMs);
    return { entries, streams, rows, alerts, buildingMs, entriesPerSecond };
  };
  const pacer = createPacer(clock, () =>
    onProgress({
      ...figures(),
      generation,
      phase,
      entriesTotal: earlier.entries + counts.entries,
      streamsTotal: earlier.streams + counts.streams,
      partsDone: counts.partsDone,
      parts,
      compared: counts.compared,
    }),
  );

  return {
    figures,
    add: (more) => {
      for (const [name, count] of Object.entries(more)) counts[name as Count] += count;
      pacer.tick();
    },
    addEarlier: ({ entries, streams }) => {
      earlier.entries += entries;
      earlier.streams += streams;
    },
    enter: (next) => {
      if (phase === 'building' && next !== 'building') builtAtMs = clock.nowMs();
      phase = next;
      pacer.flush();
    },
  };
};
