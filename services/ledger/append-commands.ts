/**
 * The way from commands to stored entries: load, fold, decide, stamp, put on the condition that the positions are free.
 *
 * The position is the only lock. Who loses the race for it reloads and decides again on what is there now, after a
 * random pause, a bounded number of times. The clock is read and the random digits are drawn once, before the
 * first try: a retry stays the same write, and its id changes only when it must follow an id that it had not seen.
 * Commands over several orders are one group: every leg is taken, or none, and a retry appends the legs that are missing.
 * What is personal is decided on plain, and sealed before it is hashed.
 */
import { type Command, hashPayload } from '../../domain/decide/command.ts';
import { type Decision, decide, type NotCovered, type Refusal } from '../../domain/decide/decide.ts';
import { fold } from '../../domain/fold/fold.ts';
import type { FoldedStream } from '../../domain/fold/folded-stream.ts';
import { invariant } from '../../domain/kernel/invariant.ts';
import { type Cut, coversPosition, cutToToken } from '../../domain/ledger/cut.ts';
import { type Entry, lastEventId } from '../../domain/ledger/entry.ts';
import { canonicalJson } from '../../domain/ledger/entry-hash.ts';
import { type KeyClass, keyClassOf } from '../../domain/ledger/key-class.ts';
import { isDrifting, nextEventIds } from '../../domain/ledger/ledger-clock.ts';
import { type Consistency, parsePosition, writerIn } from '../../domain/ledger/position.ts';
import { type EntryDraft, stampEntry } from '../../domain/ledger/stamp-entry.ts';
import { tenantOf } from '../../domain/ledger/stream-name.ts';
import type { Lifecycle } from '../../domain/lifecycle/define-lifecycle.ts';
import type { Clock, Random, Sleep } from '../../domain/ports/clock.ts';
import type { Sha256 } from '../../domain/ports/digest.ts';
import type { AppendResult, EventStore, LoadedStream } from '../../domain/ports/event-store.ts';
import type { Metrics } from '../../domain/ports/metrics.ts';
import type { PersonalData } from '../../domain/ports/personal-data.ts';
import type { WriteGateReader } from '../../domain/ports/write-gate-reader.ts';
import type { WriteGate } from '../../domain/write-plan/admission.ts';
import { sealDraft } from './seal-draft.ts';

export interface AppendDeps {
  readonly eventStore: EventStore;
  readonly lifecycle: Lifecycle;
  readonly region: string;
  readonly consistency: Consistency;
  readonly clock: Clock;
  readonly random: Random;
  readonly sleep: Sleep;
  readonly sha256: Sha256;
  readonly personalData: PersonalData;
  readonly writeGate: WriteGateReader;
  readonly metrics: Metrics;
}

/** What is asked of one order. */
export interface Leg {
  readonly stream: string;
  readonly command: Command;
}

export type TakenLeg =
  /** `folded` is the stream with the entry in it. */
  | ({ readonly kind: 'appended' } & StoredLeg)
  /** The first outcome again: `folded` is the stream as that entry left it, whatever came since. */
  | ({ readonly kind: 'replayed' } & StoredLeg);

export interface StoredLeg {
  readonly entry: Entry;
  readonly folded: FoldedStream;
  /** Those that were folded. */
  readonly entries: readonly Entry[];
}

/** `seen` is the cut that was judged. */
export type RefusedLeg = Refusal & { readonly seen: Cut };

export type Busy = { readonly kind: 'busy'; readonly tries: number };

export type AppendOutcome = TakenLeg | RefusedLeg | Busy;

export type GroupOutcome =
  /** In the order of the legs. */
  | { readonly kind: 'taken'; readonly legs: readonly TakenLeg[] }
  /** The first leg that cannot be taken, and why. */
  | { readonly kind: 'refused'; readonly leg: number; readonly refusal: RefusedLeg }
  | Busy;

/** Tries to win the race for a position; with pauses that double, room for a dozen writers of one order at once. */
export const appendTriesMax = 8;
const firstPauseMsMax = 25;
const pauseMsMax = 1_000;

/** Throws LedgerFault. */
export const appendCommand = async (deps: AppendDeps, stream: string, command: Command): Promise<AppendOutcome> => {
  const outcome = await appendGroup(deps, [{ stream, command }]);
  switch (outcome.kind) {
    case 'busy':
      return outcome;
    case 'refused':
      return outcome.refusal;
    case 'taken': {
      const [leg] = outcome.legs;
      invariant(leg, 'a group has as many outcomes as legs');
      return leg;
    }
  }
};

/**
 * Takes all legs, each of another stream, or none: in this region at one instant, in others one by one, as replication
 * has it. Only where regions write on their own: a strongly consistent table has no transactions. Throws LedgerFault.
 */
export const appendGroup = async (deps: AppendDeps, legs: readonly Leg[]): Promise<GroupOutcome> => {
  const { eventStore, metrics } = deps;
  invariant(new Set(legs.map(({ stream }) => stream)).size === legs.length, 'every leg is of another stream');
  invariant(legs.length === 1 || deps.consistency === 'eventual', 'a strongly consistent table takes no groups');
  const nowMs = deps.clock.nowMs();
  const draws = legs.map(() => repeatable(deps.random));
  const [newCommandId] =
    legs.length === 1 ? [] : nextEventIds({ nowMs, random: deps.random, lastSeenId: undefined }, 1);
  const payloadHash = hashPayload(legs, await deps.personalData.payloadDigest(tenantOfLegs(legs)));
  for (let tries = 1; ; tries++) {
    const gate = await deps.writeGate.read();
    const judged = await Promise.all(legs.map((leg) => judgeLeg(deps, leg, { payloadHash, gate })));
    const refused = judged.findIndex(({ decision }) => isRefusal(decision));
    if (refused >= 0) return refuseGroup(deps, judged, refused);
    const group = newCommandId === undefined ? undefined : groupOf(judged, legs, newCommandId);
    const drafts = await Promise.all(judged.map((leg) => sealLeg(deps, leg)));
    const entries = judged.map((leg, i) => stampLeg(deps, leg, drafts[i], { nowMs, random: draws[i]?.(), group }));
    const { kind } = await appendMissing(eventStore, entries);
    if (kind === 'appended')
      return { kind: 'taken', legs: judged.map((leg, i) => takenLeg(deps, leg, entries[i], nowMs)) };
    metrics.count('AppendConflicts', 1, { keyClass: hottestOf(judged, deps.clock.nowMs()) });
    if (tries === appendTriesMax) {
      metrics.count('AppendGaveUp');
      return { kind: 'busy', tries };
    }
    await deps.sleep(deps.random() * Math.min(pauseMsMax, firstPauseMsMax * 2 ** (tries - 1)));
  }
};

/** Nobody says which leg lost the race; most likely the busiest. */
const hottestOf = (judged: readonly JudgedLeg[], nowMs: number): KeyClass =>
  judged.some(({ loaded }) => keyClassOf(loaded.entries, nowMs) === 'hot') ? 'hot' : 'normal';

/** A command is one caller's. */
const tenantOfLegs = (legs: readonly Leg[]): string => {
  const [tenant, ...others] = new Set(legs.map(({ stream }) => tenantOf(stream)));
  invariant(tenant !== undefined && others.length === 0, 'all legs are of one tenant');
  return tenant;
};

interface JudgedLeg {
  readonly loaded: LoadedStream;
  readonly folded: FoldedStream;
  readonly decision: Decision;
}

interface Circumstances {
  readonly payloadHash: string;
  readonly gate: WriteGate | undefined;
}

const judgeLeg = async (
  deps: AppendDeps,
  { stream, command }: Leg,
  { payloadHash, gate }: Circumstances,
): Promise<JudgedLeg> => {
  const { eventStore, lifecycle, region, consistency, clock } = deps;
  const loaded = await eventStore.load(stream);
  const folded = fold(loaded.entries, lifecycle);
  const writer = writerIn(region, consistency);
  const nowMs = clock.nowMs();
  const input = { lifecycle, writer, region, stream, loaded, folded, command, payloadHash, gate, nowMs };
  return { loaded, folded, decision: decide(input) };
};

const isRefusal = (decision: Decision): decision is Refusal =>
  decision.kind !== 'accepted' && decision.kind !== 'replay';

const refuseGroup = (deps: AppendDeps, judged: readonly JudgedLeg[], leg: number): GroupOutcome => {
  const { decision, folded } = judged[leg] as JudgedLeg;
  invariant(isRefusal(decision), 'the leg was refused');
  if (decision.kind === 'part-not-closed') deps.metrics.count('PartNotClosed');
  if (decision.kind === 'stream-full') deps.metrics.count('StreamFull');
  if (decision.kind === 'not-admitted') deps.metrics.count('NotAdmitted');
  const refusal = awaitRest(deps, judged, folded.cut, decision) ?? decision;
  return { kind: 'refused', leg, refusal: { ...refusal, seen: folded.cut } };
};

/**
 * Whoever stored one leg has taken them all, so what the state here has against another is no answer: the region has not
 * seen the whole yet.
 */
const awaitRest = (
  { region, consistency }: AppendDeps,
  judged: readonly JudgedLeg[],
  cut: Cut,
  { kind }: Refusal,
): NotCovered | undefined => {
  if (!judgedByState.has(kind)) return undefined;
  const writers = judged.flatMap(({ decision }) => (decision.kind === 'replay' ? writerOf(decision.entry) : []));
  const missing = writers.find((writer) => writer !== writerIn(region, consistency));
  return missing === undefined ? undefined : { kind: 'not-covered', token: cutToToken(cut), missing: [missing] };
};

const judgedByState: ReadonlySet<Refusal['kind']> = new Set([
  'unknown-order',
  'not-current',
  'illegal-transition',
  'customer-unknown',
]);

/** A leg that an earlier try stored names the group that the others belong to. Who bypassed us may have named any. */
const groupOf = (judged: readonly JudgedLeg[], legs: readonly Leg[], newCommandId: string): EntryDraft['group'] => {
  const streams = legs.map(({ stream }) => stream);
  const stored = judged.map(({ decision }) => (decision.kind === 'replay' ? decision.entry.group : undefined));
  const known = stored.find((group) => group && canonicalJson(group.streams) === canonicalJson(streams));
  return known ?? { commandId: newCommandId, streams };
};

/** Undefined for a leg that is stored already. */
const sealLeg = async (deps: AppendDeps, { decision, folded }: JudgedLeg): Promise<EntryDraft | undefined> =>
  decision.kind === 'accepted' ? sealDraft(deps, decision.draft, folded.fields) : undefined;

interface LegStamp {
  readonly nowMs: number;
  readonly random: Random | undefined;
  readonly group: EntryDraft['group'];
}

const stampLeg = (
  { region, consistency, sha256 }: AppendDeps,
  { loaded, folded }: JudgedLeg,
  draft: EntryDraft | undefined,
  { nowMs, random, group }: LegStamp,
): Entry | undefined => {
  if (!draft) return undefined;
  invariant(random, 'every leg draws its own random digits');
  return stampEntry(
    { ...draft, group },
    {
      region,
      writer: writerIn(region, consistency),
      entries: loaded.entries,
      cut: folded.cut,
      newestId: folded.newestId,
      nowMs,
      random,
      sha256,
    },
  );
};

const appendMissing = async (
  eventStore: EventStore,
  entries: readonly (Entry | undefined)[],
): Promise<AppendResult> => {
  const missing = entries.filter((entry) => entry !== undefined);
  const [first, ...rest] = missing;
  if (!first) return { kind: 'appended' };
  return rest.length === 0 ? eventStore.append(first) : eventStore.appendAll([first, ...rest]);
};

const takenLeg = (
  deps: AppendDeps,
  { loaded, decision }: JudgedLeg,
  entry: Entry | undefined,
  nowMs: number,
): TakenLeg => {
  if (decision.kind === 'replay') return replayOf(decision.entry, loaded.entries, deps.lifecycle);
  invariant(entry, 'an accepted leg has its entry');
  const entries = [...loaded.entries, entry];
  const folded = fold(entries, deps.lifecycle);
  if (isDrifting(lastEventId(entry), nowMs)) deps.metrics.count('ClockDrifting');
  if (folded.approximated) deps.metrics.count('HistoryApproximated');
  return { kind: 'appended', entry, folded, entries };
};

const replayOf = (entry: Entry, entries: readonly Entry[], lifecycle: Lifecycle): TakenLeg => {
  const cut: Cut = { ...entry.seen, [writerOf(entry)]: entry.seq };
  const known = entries.filter((it) => coversPosition(cut, { writer: writerOf(it), seq: it.seq }));
  // Of what it had seen something may not be here yet. Its writer saw it, so the token says so here, too.
  return { kind: 'replayed', entry, folded: { ...fold(known, lifecycle), cut }, entries: known };
};

const writerOf = (entry: Entry): string => parsePosition(entry.position)?.writer ?? entry.region;

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
