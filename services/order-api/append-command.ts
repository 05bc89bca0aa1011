/**
 * The way from a command to a stored entry: load, fold, decide, stamp, put on the condition that the position is free.
 *
 * The position is the only lock. Who loses the race for it reloads and decides again on what is there now, after a
 * random pause, a bounded number of times. The clock is read and the random digits are drawn once, before the
 * first try: a retry stays the same write, and its id changes only when it must follow an id that it had not seen.
 */
import type { Command } from '../../domain/decide/command.ts';
import { decide, type Refusal } from '../../domain/decide/decide.ts';
import { fold } from '../../domain/fold/fold.ts';
import type { FoldedStream } from '../../domain/fold/folded-stream.ts';
import { type Cut, coversPosition } from '../../domain/ledger/cut.ts';
import { type Entry, lastEventId } from '../../domain/ledger/entry.ts';
import { isDrifting } from '../../domain/ledger/ledger-clock.ts';
import { type Consistency, parsePosition, writerIn } from '../../domain/ledger/position.ts';
import { stampEntry } from '../../domain/ledger/stamp-entry.ts';
import type { Lifecycle } from '../../domain/lifecycle/define-lifecycle.ts';
import type { Clock, Random, Sleep } from '../../domain/ports/clock.ts';
import type { Sha256 } from '../../domain/ports/digest.ts';
import type { EventStore } from '../../domain/ports/event-store.ts';
import type { Metrics } from '../../domain/ports/metrics.ts';

export interface AppendDeps {
  readonly eventStore: EventStore;
  readonly lifecycle: Lifecycle;
  readonly region: string;
  readonly consistency: Consistency;
  readonly clock: Clock;
  readonly random: Random;
  readonly sleep: Sleep;
  readonly sha256: Sha256;
  readonly metrics: Metrics;
}

export type AppendOutcome =
  /** `folded` is the stream with the entry in it. */
  | { readonly kind: 'appended'; readonly entry: Entry; readonly folded: FoldedStream }
  /** The first outcome again: `folded` is the stream as that entry left it, whatever came since. */
  | { readonly kind: 'replayed'; readonly entry: Entry; readonly folded: FoldedStream }
  | { readonly kind: 'busy'; readonly tries: number }
  | Refusal;

/** Tries to win the race for a position; with pauses that double, room for a dozen writers of one order at once. */
export const appendTriesMax = 8;
const firstPauseMsMax = 25;
const pauseMsMax = 1_000;

/** Throws LedgerFault. */
export const appendCommand = async (deps: AppendDeps, stream: string, command: Command): Promise<AppendOutcome> => {
  const { eventStore, lifecycle, region, metrics } = deps;
  const writer = writerIn(region, deps.consistency);
  const nowMs = deps.clock.nowMs();
  const randomFromStart = repeatable(deps.random);
  for (let tries = 1; ; tries++) {
    const loaded = await eventStore.load(stream);
    const folded = fold(loaded.entries, lifecycle);
    const decision = decide({ lifecycle, writer, stream, loaded, folded, command });
    if (decision.kind === 'replay') return replayOutcome(decision.entry, loaded.entries, lifecycle);
    if (decision.kind !== 'accepted') return countRefusal(decision, metrics);
    const entry = stampEntry(decision.draft, {
      region,
      writer,
      entries: loaded.entries,
      cut: folded.cut,
      newestId: folded.newestId,
      nowMs,
      random: randomFromStart(),
      sha256: deps.sha256,
    });
    const { kind } = await eventStore.append(entry);
    if (kind === 'appended') return appendedOutcome(entry, loaded.entries, deps, nowMs);
    metrics.count(tries < appendTriesMax ? 'AppendRetried' : 'AppendGaveUp');
    if (tries === appendTriesMax) return { kind: 'busy', tries };
    await deps.sleep(deps.random() * Math.min(pauseMsMax, firstPauseMsMax * 2 ** (tries - 1)));
  }
};

const appendedOutcome = (entry: Entry, before: readonly Entry[], deps: AppendDeps, nowMs: number): AppendOutcome => {
  const folded = fold([...before, entry], deps.lifecycle);
  if (isDrifting(lastEventId(entry), nowMs)) deps.metrics.count('ClockDrifting');
  if (folded.approximated) deps.metrics.count('HistoryApproximated');
  return { kind: 'appended', entry, folded };
};

const replayOutcome = (entry: Entry, entries: readonly Entry[], lifecycle: Lifecycle): AppendOutcome => {
  const cut: Cut = { ...entry.seen, [writerOf(entry)]: entry.seq };
  const known = entries.filter((it) => coversPosition(cut, { writer: writerOf(it), seq: it.seq }));
  return { kind: 'replayed', entry, folded: fold(known, lifecycle) };
};

const writerOf = (entry: Entry): string => parsePosition(entry.position)?.writer ?? entry.region;

const countRefusal = (refusal: Refusal, metrics: Metrics): Refusal => {
  if (refusal.kind === 'part-not-closed') metrics.count('PartNotClosed');
  if (refusal.kind === 'stream-full') metrics.count('StreamFull');
  return refusal;
};

/** Each call starts over with the same numbers. */
const repeatable = (random: Random): (() => Random) => {
  const drawn: number[] = [];
  return () => {
    let next = 0;
    return () => {
      const value = drawn[next] ?? random();
      drawn[next++] = value;
      return value;
    };
  };
};
