/**
 * What the entries of other regions tell on their way into a row: how late they came, when the row showed them, and
 * whether a backlog is coming in.
 *
 * Records are delivered again, whole streams are read again, and old orders get new rows. So what counts as new is what
 * the live row had not shown: everything that a stored row adds to the one before it and, where there was none, what rang
 * in this batch. Where nothing could be projected, what rang counts as new to be safe; it comes again.
 */
import { coversPosition, emptyCut } from '../../domain/ledger/cut.ts';
import type { Entry } from '../../domain/ledger/entry.ts';
import { keyClassOf } from '../../domain/ledger/key-class.ts';
import { type Position, parsePosition } from '../../domain/ledger/position.ts';
import type { BacklogWatch } from '../../domain/ports/backlog-watch.ts';
import type { Clock } from '../../domain/ports/clock.ts';
import type { Arrival } from '../../domain/write-plan/late-arrival.ts';
import { type EntryArrival, replicationLagMs } from './measure-lag.ts';
import type { Projected } from './project-stream.ts';
import type { BatchTally } from './projector-metrics.ts';

export interface SeeArrivalsDeps {
  readonly region: string;
  readonly clock: Clock;
  readonly backlogWatch?: BacklogWatch | undefined;
  readonly tally: Pick<BatchTally, 'addDuration'>;
}

/** `rang`: of the stream, in this batch. `projected` is undefined where that failed. */
export const seeArrivals = async (
  { region, clock, backlogWatch, tally }: SeeArrivalsDeps,
  rang: readonly EntryArrival[],
  projected: Projected | undefined,
): Promise<void> => {
  const done = projected?.kind === 'projected' ? projected : undefined;
  const shown = done ? newlyShown(done, { region, rang, atMs: clock.nowMs() }) : [];
  const newestMs = Math.max(...[...rang, ...shown].map(({ recordedAtMs }) => recordedAtMs));
  const keyClass = keyClassOf(done?.entries ?? [], newestMs);
  for (const arrival of rang)
    tally.addDuration('ReplicationLagMs', replicationLagMs(arrival), { from: arrival.from, keyClass });
  for (const arrival of shown)
    tally.addDuration('TimeToConsistencyMs', replicationLagMs(arrival), { from: arrival.from, keyClass });
  const arrived = rang.filter(({ position }) => !coversPosition(done?.shownBefore ?? emptyCut, position));
  await backlogWatch?.see({ arrived, waiting: done ? waitingIn(done, clock.nowMs()) : [] });
};

type Done = Projected & { readonly kind: 'projected' };

interface ShownIn {
  readonly region: string;
  readonly rang: readonly EntryArrival[];
  readonly atMs: number;
}

const newlyShown = (
  { entries, folded, shownBefore, rowsReplaced }: Done,
  { region, rang, atMs }: ShownIn,
): readonly Arrival[] => {
  if (rowsReplaced === 0) return [];
  const hasRung = ({ writer, seq }: Position) =>
    rang.some(({ position }) => position.writer === writer && position.seq === seq);
  const isNew = (position: Position) => (shownBefore ? !coversPosition(shownBefore, position) : hasRung(position));
  return entries.flatMap((entry) => {
    const position = entry.region === region ? undefined : parsePosition(entry.position);
    return position && coversPosition(folded.cut, position) && isNew(position) ? arrivalOf(entry, atMs) : [];
  });
};

const waitingIn = ({ entries, folded }: Done, atMs: number): readonly Arrival[] => {
  const waiting = new Set(folded.pending.map(({ position }) => position));
  if (waiting.size === 0) return [];
  return entries.flatMap((entry) => (waiting.has(entry.position) ? arrivalOf(entry, atMs) : []));
};

const arrivalOf = ({ region: from, recordedAt: recordedAtMs }: Entry, atMs: number): readonly Arrival[] =>
  recordedAtMs === undefined ? [] : [{ from, recordedAtMs, atMs }];
