/**
 * Builds every view anew, beside the live ones, and puts the new generation in their place.
 *
 * The order of things is the proof. The generation begins first, and only then is the ledger scanned; the projector reads
 * which generations to feed after it has been given a batch. So an entry is either in the ledger before the generation
 * began, and the scan finds it, or its doorbell rings later, and the projector feeds it to both. Whoever is killed goes
 * on from the checkpoints. Two rebuilds at once do each other no harm: rows change over exactly what was read and their
 * totals with them, rows remember what is unsaid, and each step of the generation is a compare-and-set.
 */
import { invariant } from '../../domain/kernel/invariant.ts';
import type { Sleep } from '../../domain/ports/clock.ts';
import type { ControlStore } from '../../domain/ports/control-store.ts';
import { type EventStore, LedgerFault } from '../../domain/ports/event-store.ts';
import type { GenerationStore } from '../generations/generation-store.ts';
import { switchGeneration } from '../generations/generations.ts';
import { gatherRequests } from '../views/gather-requests.ts';
import { agreeOnParts, type Checkpoint, partsMax, readCheckpoint, writeCheckpoint } from './checkpoints.ts';
import { compareRows, createRowsTally, type RowsCompared, type RowsTally } from './compare-rows.ts';
import { compareTotals, type TotalsCompared } from './compare-totals.ts';
import { openGeneration, refuseOtherCode } from './open-generation.ts';
import {
  createProgressTracker,
  type ProgressTracker,
  type RebuildFigures,
  type RebuildProgress,
} from './rebuild-progress.ts';
import { type ReplaceRowsDeps, type RowTarget, replaceRows } from './replace-rows.ts';
import { runParts } from './run-parts.ts';

export interface RebuildDeps extends ReplaceRowsDeps {
  readonly eventStore: Pick<EventStore, 'load' | 'scan' | 'streams'>;
  readonly controlStore: ControlStore;
  readonly generations: GenerationStore;
  readonly lifecycleName: string;
  readonly sleep: Sleep;
}

export interface RebuildOptions {
  /** Side by side. A rebuild that is resumed keeps the number that it began with. */
  readonly parts?: number | undefined;
  /** Switches although rows or totals differ that should not. */
  readonly acceptDifferences?: boolean | undefined;
  /** A few times a second, and at the beginning of each phase. */
  readonly onProgress?: ((progress: RebuildProgress) => void) | undefined;
}

export type Rebuilt =
  /** `generation` is live. */
  | ({ readonly kind: 'switched' } & RebuildReport)
  /** There are differences. The generation is complete and goes on being fed: rebuild again to go on, or abandon it. */
  | ({ readonly kind: 'differs' } & RebuildReport)
  /** Another rebuild of the same generation was faster, and it is live. */
  | { readonly kind: 'switched-elsewhere'; readonly generation: string }
  /** Nothing was switched; `reason` says what to do. */
  | { readonly kind: 'refused'; readonly reason: string };

export interface RebuildReport {
  readonly generation: string;
  /** An earlier run had begun it. */
  readonly isResumed: boolean;
  readonly figures: RebuildFigures;
  readonly rows: RowsCompared;
  readonly totals: TotalsCompared;
}

type Ended = Extract<Rebuilt, { readonly kind: 'switched-elsewhere' | 'refused' }>;

const partsDefault = 8;

/** Throws LedgerFault, after which another run goes on with what is done. */
export const rebuildGeneration = async (deps: RebuildDeps, options: RebuildOptions = {}): Promise<Rebuilt> => {
  const { parts: wanted = partsDefault, acceptDifferences = false, onProgress } = options;
  invariant(Number.isInteger(wanted) && wanted >= 1 && wanted <= partsMax, `parts are 1 to ${partsMax}`);
  const refusal = await refuseOtherCode(deps);
  if (refusal) return refusal;
  const opened = await openGeneration(deps);
  if (opened.kind === 'refused') return opened;
  const { name, isResumed } = opened;
  const target: RowTarget = { live: opened.live, building: name };
  const parts = await agreeOnParts(deps.controlStore, name, wanted);
  const progress = createProgressTracker(deps.clock, { generation: name, parts }, onProgress);

  progress.enter('building');
  const gathering: RebuildDeps = { ...deps, openViews: gatherRequests(deps.openViews) };
  const tally = createRowsTally();
  const ended = await buildRows(gathering, target, { parts, progress, tally });
  if (ended) return ended;
  progress.enter('comparing');
  const rows = await compareRows(deps, target, { parts, progress, tally });
  progress.enter('adding-up');
  const totals = await compareTotals(deps.openViews(name), { parts, sleep: deps.sleep });
  progress.enter('switching');
  const report: RebuildReport = { generation: name, isResumed, figures: progress.figures(), rows, totals };
  const isSound = rows.differences === 0 && totals.differences === 0;
  if (!isSound && !acceptDifferences) return { kind: 'differs', ...report };
  return (await switchTo(deps, name)) ?? { kind: 'switched', ...report };
};

/** Undefined once every part is done. */
const buildRows = async (
  deps: RebuildDeps,
  target: RowTarget,
  run: Pick<PartRun, 'parts' | 'progress' | 'tally'>,
): Promise<Ended | undefined> => {
  let ended: Ended | undefined;
  await runParts(run.parts, async (part, isStopping) => {
    ended = (await buildPart(deps, target, { ...run, part, isStopping: () => isStopping() || !!ended })) ?? ended;
  });
  return ended;
};

interface PartRun {
  readonly part: number;
  readonly parts: number;
  readonly progress: ProgressTracker;
  readonly tally: RowsTally;
  readonly isStopping: () => boolean;
}

const buildPart = async (deps: RebuildDeps, target: RowTarget, run: PartRun): Promise<Ended | undefined> => {
  const { part, parts, progress, tally, isStopping } = run;
  const { building } = target;
  let kept = await readCheckpoint(deps.controlStore, building, part);
  const write = async (checkpoint: Checkpoint): Promise<void> => {
    kept = await writeCheckpoint(deps.controlStore, building, { part, checkpoint, revision: kept.revision });
  };
  progress.addEarlier(kept);
  if (!kept.isDone)
    for await (const { streams, place } of deps.eventStore.scan({ part, parts, after: kept.place })) {
      const ended = await endOf(deps, building);
      if (ended) return ended;
      const { rows, alerts, changes } = await replaceRows(deps, target, streams);
      for (const change of changes) tally.change(change);
      const entries = streams.reduce((sum, it) => sum + it.entries.length, 0);
      const { entries: entriesBefore, streams: streamsBefore } = kept;
      await write({ place, isDone: false, entries: entriesBefore + entries, streams: streamsBefore + streams.length });
      progress.add({ entries, streams: streams.length, rows, alerts });
      if (kept.isDone) break;
      // Folding is work for the processor alone: whoever else waits for it, such as a key press, gets a turn.
      await deps.sleep(0);
      if (isStopping()) return undefined;
    }
  if (!kept.isDone) await write({ place: kept.place, isDone: true, entries: kept.entries, streams: kept.streams });
  progress.add({ partsDone: 1 });
  return undefined;
};

/** Rows must not be written to a generation that is being removed, nor for one that is finished. */
const endOf = async ({ generations }: RebuildDeps, name: string): Promise<Ended | undefined> => {
  const standing = (await generations.read()).generations.find((it) => it.name === name);
  switch (standing?.state) {
    case 'building':
      return undefined;
    case 'live':
      return { kind: 'switched-elsewhere', generation: name };
    default:
      return { kind: 'refused', reason: `${name} was abandoned meanwhile. Rebuild again for a new one` };
  }
};

/** Undefined when it is done. */
const switchTo = async (deps: RebuildDeps, name: string): Promise<Ended | undefined> => {
  const refusal = await refuseOtherCode(deps);
  if (refusal) return refusal;
  const step = await deps.generations.change((before) => switchGeneration(before, name, deps.clock.nowMs()));
  if (step.kind === 'changed') return undefined;
  const ended = await endOf(deps, name);
  if (!ended) throw new LedgerFault('unavailable', `the switch to ${name} was refused: ${step.reason}`);
  return ended;
};
