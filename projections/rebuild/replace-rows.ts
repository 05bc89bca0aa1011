/**
 * Brings the rows of many streams at once into a generation that is being built, beside a projector that feeds it too.
 *
 * The rules are the projector's: over exactly the row that was read, as `succession` decides. Most streams have nothing to
 * say that people have not been told, and their rows go in together. Where there is something to say, where live traffic
 * was faster, or where the live row has seen more than the fold, the stream goes the projector's own way, through the live
 * row as well: what was said must be remembered by a row that stays, whatever becomes of the new generation.
 */
import type { FoldedStream } from '../../domain/fold/folded-stream.ts';
import { coversCut, emptyCut } from '../../domain/ledger/cut.ts';
import { LedgerFault, type ScannedStream } from '../../domain/ports/event-store.ts';
import type { OpenViews, Replaced, Replacement, StoredView, ViewStore } from '../../domain/ports/view-store.ts';
import { caseAlerts, saidByRows } from '../projector/case-alerts.ts';
import { type ProjectStreamDeps, projectStream } from '../projector/project-stream.ts';
import { succession } from '../projector/succession.ts';
import { foldedToOrderView, type OrderView } from '../views/order-view.ts';
import { findChange, type OrderChange, standingOfFold, standingOfRow } from './order-change.ts';
import { runParts } from './run-parts.ts';

export interface ReplaceRowsDeps extends ProjectStreamDeps {
  readonly openViews: OpenViews<OrderView>;
}

export interface RowTarget {
  readonly live: string;
  readonly building: string;
}

export interface RowsReplaced {
  /** Written, over both generations. */
  readonly rows: number;
  readonly alerts: number;
  /** Orders that look different to people now, and of which they have been told. */
  readonly changes: readonly OrderChange[];
  /** Streams that have no row, or an older one than they should, and why. */
  readonly failed: ReadonlyMap<string, string>;
}

/** Throws LedgerFault: `outdated` when newer code is at work here. */
export const replaceRows = async (
  deps: ReplaceRowsDeps,
  target: RowTarget,
  streams: readonly ScannedStream[],
): Promise<RowsReplaced> => {
  const failed = new Map<string, string>();
  const written = await replaceTogether(deps, target, foldAll(deps, streams, failed), failed);
  const left = [...written.left];
  let { rows } = written;
  let alerts = 0;
  await runParts(concurrencyMax, async (part, isStopping) => {
    for (let i = part; i < left.length && !isStopping(); i += concurrencyMax) {
      const projected = await projectOne(deps, target, left[i] as string, failed);
      rows += projected.rows;
      alerts += projected.alerts;
    }
  });
  return { rows, alerts, changes: written.changes, failed };
};

/** Of streams that go the projector's way. */
const concurrencyMax = 8;

interface Projection {
  readonly folded: FoldedStream;
  readonly view: StoredView<OrderView>;
}

/** Streams without a readable entry have no row. A fold that breaks costs its own stream only, as in the projector. */
const foldAll = (
  { fold, version, clock }: ReplaceRowsDeps,
  streams: readonly ScannedStream[],
  failed: Map<string, string>,
): readonly Projection[] => {
  const projections: Projection[] = [];
  for (const { stream, entries } of streams) {
    if (entries.length === 0) continue;
    try {
      const folded = fold(entries);
      projections.push({ folded, view: foldedToOrderView(folded, { version, foldedAtMs: clock.nowMs() }) });
    } catch (error) {
      failed.set(stream, `cannot be folded: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
  return projections;
};

interface ReplacedTogether {
  readonly rows: number;
  /** Streams that have to go the projector's way. */
  readonly left: readonly string[];
  readonly changes: readonly OrderChange[];
}

const replaceTogether = async (
  deps: ReplaceRowsDeps,
  { live, building }: RowTarget,
  projections: readonly Projection[],
  failed: Map<string, string>,
): Promise<ReplacedTogether> => {
  const views = deps.openViews(building);
  const streams = projections.map(({ view }) => view.stream);
  const [liveRows, rows] = await Promise.all([
    rowsByStream(deps.openViews(live), streams),
    rowsByStream(views, streams),
  ]);
  const left: string[] = [];
  const changes: OrderChange[] = [];
  const quiet: Replacement<OrderView>[] = [];
  for (const { folded, view } of projections) {
    const [liveRow, over] = [liveRows.get(view.stream), rows.get(view.stream)];
    if ([liveRow, over].some((row) => row && row.version > view.version)) throw outdated(view.stream, deps.version);
    const isBehindLive = !coversCut(view.cut, liveRow?.cut ?? emptyCut);
    const verdict = isBehindLive ? 'fold-again' : succession(over, view);
    if (verdict === 'stands' && !over?.unsaid) continue;
    const alerts = caseAlerts(saidByRows([liveRow, over]), folded, { ...deps, atMs: deps.clock.nowMs() });
    if (verdict === 'replaces' && alerts.length === 0) quiet.push({ view, over });
    else {
      left.push(view.stream);
      const change = liveRow && findChange(view.stream, standingOfRow(liveRow.row), standingOfFold(folded));
      if (change && liveRow.version !== view.version) changes.push(change);
    }
  }
  const outcomes = await replaceFitting(views, quiet);
  for (const { stream, outcome } of outcomes) {
    if (outcome === 'lost') left.push(stream);
    if (outcome === 'too-large') failed.set(stream, 'its row is too large');
  }
  return { rows: outcomes.filter(({ outcome }) => outcome === 'replaced').length, left, changes };
};

const outdated = (stream: string, version: string): LedgerFault =>
  new LedgerFault('outdated', `a row of ${stream} was folded by newer code than ${version}: rebuild with that`);

const rowsByStream = async (
  views: Pick<ViewStore<OrderView>, 'getAll'>,
  streams: readonly string[],
): Promise<ReadonlyMap<string, StoredView<OrderView>>> => {
  const rows = streams.length === 0 ? [] : await views.getAll(streams);
  return new Map(rows.map((row) => [row.stream, row]));
};

interface Outcome {
  readonly stream: string;
  readonly outcome: Replaced | 'too-large';
}

/** One row that does not fit must not keep the others out. */
const replaceFitting = async (
  views: ViewStore<OrderView>,
  replacements: readonly Replacement<OrderView>[],
): Promise<readonly Outcome[]> => {
  if (replacements.length === 0) return [];
  const toOutcome = ({ view: { stream } }: Replacement<OrderView>, outcome: Outcome['outcome']) => ({
    stream,
    outcome,
  });
  try {
    const replaced = await views.replaceAll(replacements);
    return replacements.map((it, i) => toOutcome(it, replaced[i] as Replaced));
  } catch (error) {
    if (!isTooLarge(error)) throw error;
  }
  const outcomes: Outcome[] = [];
  for (const replacement of replacements) {
    try {
      outcomes.push(toOutcome(replacement, await views.replace(replacement)));
    } catch (error) {
      if (!isTooLarge(error)) throw error;
      outcomes.push(toOutcome(replacement, 'too-large'));
    }
  }
  return outcomes;
};

const isTooLarge = (error: unknown): boolean => error instanceof LedgerFault && error.code === 'entry-too-large';

const projectOne = async (
  deps: ReplaceRowsDeps,
  { live, building }: RowTarget,
  stream: string,
  failed: Map<string, string>,
): Promise<{ readonly rows: number; readonly alerts: number }> => {
  try {
    const projected = await projectStream(deps, stream, [live, building]);
    if (projected.kind === 'projected') return { rows: projected.rowsReplaced, alerts: projected.alerts.length };
  } catch (error) {
    if (!(error instanceof LedgerFault) || error.retryable) throw error;
    failed.set(stream, error.message);
  }
  return { rows: 0, alerts: 0 };
};
