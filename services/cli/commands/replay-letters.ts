/**
 * `rejoin dlq replay`: does again what could not be done, and takes the letter from the queue once it is done.
 *
 * A letter about one order is replayed by projecting that order. A letter about a range of the stream is replayed from
 * the stream; where that has forgotten the range, the whole ledger is compared with the rows instead. Either way the
 * order is read from the ledger as it is now, so replaying a letter twice, or one whose cause has long gone, does no harm.
 */
import type { QueuedLetter, ShardRangeLetter } from '../../../domain/ports/dead-letter-queue.ts';
import { LedgerFault } from '../../../domain/ports/event-store.ts';
import { failureReason } from '../../../projections/projector/dead-letters.ts';
import type { Projected } from '../../../projections/projector/project-stream.ts';
import type { Swept } from '../../../projections/repair/sweep-streams.ts';
import { exitClean, exitFailed } from '../exit-codes.ts';
import { describeError } from '../run-on-region.ts';
import { printable } from '../text-table.ts';
import { writeJsonLine, writeOut } from '../write-out.ts';
import { createCountProgress } from './count-progress.ts';
import { collectLetters, type DeadLetterDeps, noSuchLetter } from './dead-letters.ts';

export interface ReplayOptions {
  /** One letter, or all of them when left out. */
  readonly id?: string | undefined;
  readonly isJson: boolean;
}

export interface ReplayDeps extends DeadLetterDeps {
  readonly region: string;
  /** With the code of this command. Throws what keeps the order from being projected. */
  readonly project: (stream: string) => Promise<Projected>;
  /** The orders that the range rings for, after whatever else its records ask for is done. */
  readonly streamsOfRange: (
    letter: ShardRangeLetter,
  ) => Promise<{ readonly kind: 'read'; readonly streams: readonly string[] } | { readonly kind: 'trimmed' }>;
  readonly sweep: (onProgress: (swept: Swept) => void) => Promise<Swept>;
  /** Throws where the command is to end; what was not replayed is still in the queue. */
  readonly checkStop: () => void;
}

interface Replayed {
  readonly id: string;
  readonly outcome: 'replayed' | 'kept';
  /** Of a letter about one order. */
  readonly stream?: string;
  /** What was done, or why it was kept. */
  readonly reason: string;
}

/** Returns the exit code: 1 when a letter had to be kept. */
export const replayLetters = async ({ id, isJson }: ReplayOptions, deps: ReplayDeps): Promise<number> => {
  const letters = (await collectLetters(deps.queue)).filter((letter) => id === undefined || letter.id === id);
  if (id !== undefined && letters.length === 0) {
    deps.errors.write(`rejoin dlq replay: ${noSuchLetter(id)}\n`);
    return exitFailed;
  }
  const once = onceEach(deps);
  let kept = 0;
  for (const letter of letters) {
    deps.checkStop();
    const replayed = await replayOne(letter, deps, once);
    if (replayed.outcome === 'replayed') await deps.queue.remove(letter);
    else kept++;
    await (isJson ? writeJsonLine(deps.output, replayed) : writeOut(deps.output, toLine(replayed)));
  }
  if (letters.length === 0) deps.errors.write('The queue is empty.\n');
  return kept > 0 ? exitFailed : exitClean;
};

const toLine = ({ id, outcome, stream, reason }: Replayed): string =>
  `${outcome.padEnd(8)}  ${id}  ${printable(stream === undefined ? reason : `${stream}: ${reason}`)}\n`;

/** Several letters of one order, or several forgotten ranges, are one piece of work. */
interface OnceEach {
  readonly project: (stream: string) => Promise<Projected>;
  readonly sweep: () => Promise<Swept>;
}

const onceEach = (deps: ReplayDeps): OnceEach => {
  const projections = new Map<string, Promise<Projected>>();
  let swept: Promise<Swept> | undefined;
  return {
    project: (stream) => {
      const projection = projections.get(stream) ?? deps.project(stream);
      projections.set(stream, projection);
      return projection;
    },
    sweep: () => {
      swept ??= sweepVisibly(deps);
      return swept;
    },
  };
};

const sweepVisibly = async ({ errors, sweep }: ReplayDeps): Promise<Swept> => {
  errors.write(
    'The stream no longer has these records (it keeps them for 24 hours). Comparing the whole ledger with the rows: ' +
      'a window of ids would not do, since entries of a healed partition come late with old ids.\n',
  );
  const progress = createCountProgress(errors, 'orders');
  try {
    return await sweep(({ streams, behind }) => progress.show({ done: streams, phase: `${behind} behind` }));
  } finally {
    progress.end();
  }
};

const replayOne = async ({ id, letter }: QueuedLetter, deps: ReplayDeps, once: OnceEach): Promise<Replayed> => {
  if (!letter) return { id, outcome: 'kept', reason: 'no letter of Rejoin: see rejoin dlq show, then discard it' };
  if (letter.kind === 'shard-range') return replayRange(id, letter, deps, once);
  const { stream } = letter;
  if (letter.region !== deps.region)
    return { id, stream, outcome: 'kept', reason: `a letter of ${letter.region}: replay it there` };
  return { id, stream, ...(await projectStreamOf(stream, once)) };
};

const projectStreamOf = async (
  stream: string,
  { project }: OnceEach,
): Promise<Pick<Replayed, 'outcome' | 'reason'>> => {
  try {
    const projected = await project(stream);
    if (projected.kind === 'projected') return { outcome: 'replayed', reason: describeProjected(projected) };
    return {
      outcome: 'kept',
      reason:
        projected.damaged.length > 0
          ? `none of its ${projected.damaged.length} items is an entry: see rejoin repair`
          : 'this region holds nothing of it',
    };
  } catch (error) {
    return { outcome: 'kept', reason: `failed again: ${reasonOf(error)}` };
  }
};

/** Without what a message quotes of the order. */
const reasonOf = (error: unknown): string => {
  if (!(error instanceof LedgerFault)) return failureReason(error);
  return error.code === 'ledger-behind' ? `${error.message}: see rejoin repair` : describeError(error);
};

const describeProjected = ({ rowsReplaced, damaged }: Projected & { kind: 'projected' }): string => {
  const rows = rowsReplaced > 0 ? 'projected' : 'its row was complete already';
  return damaged.length > 0 ? `${rows}; ${damaged.length} damaged items left out, see rejoin repair` : rows;
};

const replayRange = async (
  id: string,
  letter: ShardRangeLetter,
  deps: ReplayDeps,
  once: OnceEach,
): Promise<Replayed> => {
  const range = await deps.streamsOfRange(letter).catch((error: unknown) => ({ kind: 'unreadable' as const, error }));
  if (range.kind === 'unreadable') return { id, outcome: 'kept', reason: describeError(range.error) };
  if (range.kind === 'trimmed') return replayBySweep(id, once);
  const failures: string[] = [];
  for (const stream of range.streams) {
    deps.checkStop();
    // Of an order that is empty here nothing can be projected: whoever repairs it rings again.
    await once.project(stream).catch((error: unknown) => failures.push(`${stream}: ${reasonOf(error)}`));
  }
  if (failures.length > 0) return { id, outcome: 'kept', reason: failures.join('; ') };
  return { id, outcome: 'replayed', reason: `${range.streams.length} orders of its range` };
};

const replayBySweep = async (id: string, once: OnceEach): Promise<Replayed> => {
  const { streams, behind, failures } = await once.sweep();
  const swept = `its range is forgotten: ${streams} orders compared, ${behind} were behind`;
  if (failures.length === 0) return { id, outcome: 'replayed', reason: swept };
  const told = failures.slice(0, failuresTold).map(({ stream, error }) => `${stream}: ${reasonOf(error)}`);
  return { id, outcome: 'kept', reason: `${swept}, ${failures.length} failed: ${told.join('; ')}` };
};

const failuresTold = 10;
