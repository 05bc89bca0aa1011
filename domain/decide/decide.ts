/**
 * A command and what this region knows of the order → an entry to append, or why not.
 *
 * A decision is checked against the state that it was made on. A fact is not: it has happened, and refusing to hear it
 * would not undo it, so the fold finds its place later. Order of the checks: a key that the stream has already answered
 * comes first, so that a retry hears the same thing for ever; then what is wrong with the command itself; then
 * what this region does not know yet or must not do; then what the order forbids. Pure.
 */
import type { FoldedStream } from '../fold/folded-stream.ts';
import { resolutionEntriesMax, streamEntriesMax } from '../kernel/limits.ts';
import { type Cut, cutToToken, emptyCut, equalCuts, seqAt } from '../ledger/cut.ts';
import type { Entry } from '../ledger/entry.ts';
import type { EntryDraft } from '../ledger/stamp-entry.ts';
import { type Lifecycle, resolutionType, type Status } from '../lifecycle/define-lifecycle.ts';
import { customerAfter, personalValues } from '../lifecycle/personal-values.ts';
import type { LoadedStream } from '../ports/event-store.ts';
import { type Admission, admit, type WriteGate } from '../write-plan/admission.ts';
import { type CheckedEvent, checkEvents, type EventRefusal } from './check-events.ts';
import { openPosition } from './closed-part.ts';
import type { Command } from './command.ts';
import { isStart, type LegalMoves, legalMoves, statusAfter } from './legal-moves.ts';

export interface DecideInput {
  readonly lifecycle: Lifecycle;
  /** Whose part the entry would go to: the region, or `global` on a strongly consistent table. */
  readonly writer: string;
  readonly stream: string;
  readonly loaded: LoadedStream;
  /** The fold of `loaded`. */
  readonly folded: FoldedStream;
  readonly command: Command;
  /** From `hashPayload`. */
  readonly payloadHash: string;
  /** Where the entry would be accepted. */
  readonly region: string;
  /** How plan and breaker stand here; undefined in a deployment without a write plan. */
  readonly gate: WriteGate | undefined;
  readonly nowMs: number;
}

export type Decision =
  | { readonly kind: 'accepted'; readonly draft: EntryDraft }
  /** The command was accepted before: `entry` is its outcome. */
  | { readonly kind: 'replay'; readonly entry: Entry }
  | Refusal;

export type Refusal =
  | EventRefusal
  /** The key belongs to another command. */
  | { readonly kind: 'key-reused'; readonly entryId: string }
  /** The client has seen what has not arrived here yet. */
  | { readonly kind: 'not-covered'; readonly token: string; readonly missing: readonly string[] }
  | { readonly kind: 'part-not-closed'; readonly writer: string; readonly position: string }
  /** Another region takes it, or this one later. */
  | NotAdmitted
  | { readonly kind: 'stream-full'; readonly entriesMax: number }
  | { readonly kind: 'unknown-order' }
  | { readonly kind: 'not-current'; readonly token: string }
  | {
      readonly kind: 'illegal-transition';
      readonly type: string;
      readonly status: Status;
      readonly legalMoves: LegalMoves;
    }
  /** It holds what is personal, and what says whose order it is has not arrived here yet. */
  | { readonly kind: 'customer-unknown'; readonly type: string };

export type NotAdmitted = Extract<Admission, { readonly kind: 'not-admitted' }>;

export const decide = (input: DecideInput): Decision => {
  const { lifecycle, writer, loaded, folded, command } = input;
  const repeated = findFirstOutcome(loaded.entries, input);
  if (repeated) return repeated;
  const checked = checkEvents(lifecycle, command);
  if (checked.kind === 'refused') return checked.refusal;
  const behind = refuseBehind(folded.cut, command.after);
  if (behind) return behind;
  const position = openPosition(writer, loaded, folded.cut);
  if (position !== undefined) return { kind: 'part-not-closed', writer, position };
  const entriesMax = entriesMaxOf(command);
  if (loaded.entries.length >= entriesMax) return { kind: 'stream-full', entriesMax };
  const refusal =
    refuseByGate(input, checked.events) ??
    refuseUnknownOrder(input, checked.events) ??
    refuseStaleState(input) ??
    refuseIllegal(input, checked.events) ??
    refuseUnknownCustomer(input, checked.events);
  return refusal ?? { kind: 'accepted', draft: draftEntry(input, checked.events) };
};

const entriesMaxOf = ({ events }: Command): number =>
  streamEntriesMax + (events.every(({ type }) => type === resolutionType) ? resolutionEntriesMax : 0);

const findFirstOutcome = (entries: readonly Entry[], { command, payloadHash }: DecideInput): Decision | undefined => {
  const sameKey = entries.filter((entry) => entry.idempotencyKey === command.idempotencyKey);
  const [first] = sameKey.filter((entry) => entry.payloadHash === payloadHash).sort(byId);
  if (first) return { kind: 'replay', entry: first };
  return sameKey[0] && { kind: 'key-reused', entryId: sameKey[0].id };
};

/** The first outcome is the one that the fold lets count: the smallest id, and of equal ids the first position. */
const byId = (left: Entry, right: Entry): number =>
  left.id === right.id ? compare(left.position, right.position) : compare(left.id, right.id);

const compare = (left: string, right: string): number => (left < right ? -1 : 1);

/** Undefined where `cut` covers all of `after`. */
export const refuseBehind = (cut: Cut, after: Cut = emptyCut): NotCovered | undefined => {
  const missing = Object.keys(after).filter((writer) => seqAt(cut, writer) < seqAt(after, writer));
  return missing.length === 0 ? undefined : { kind: 'not-covered', token: cutToToken(cut), missing: missing.sort() };
};

export type NotCovered = Extract<Refusal, { readonly kind: 'not-covered' }>;

const refuseByGate = (
  { gate, region, loaded, nowMs }: DecideInput,
  events: readonly CheckedEvent[],
): NotAdmitted | undefined => {
  if (!gate) return undefined;
  const whenIsolated = events.map(({ eventType }) => eventType.whenIsolated);
  const [first] = [...loaded.entries].sort(byId);
  const admission = admit(gate, { region, whenIsolated, home: first?.region, nowMs });
  return admission.kind === 'admitted' ? undefined : admission;
};

/** A decision about an order of which nothing is known here is a slip or a race, unless it begins the order. */
const refuseUnknownOrder = (
  { lifecycle, loaded, command }: DecideInput,
  events: readonly CheckedEvent[],
): Refusal | undefined => {
  const [first] = events;
  const isKnown = loaded.entries.length > 0 || (first && isStart(lifecycle, first.eventType));
  return isKnown || command.kind === 'fact' ? undefined : { kind: 'unknown-order' };
};

const refuseStaleState = ({ loaded, folded, command: { expected } }: DecideInput): Refusal | undefined => {
  if (expected === undefined) return undefined;
  const isCurrent =
    expected === 'exists' ? loaded.entries.length > 0 : expected.some((cut) => equalCuts(cut, folded.cut));
  return isCurrent ? undefined : { kind: 'not-current', token: cutToToken(folded.cut) };
};

const refuseIllegal = (
  { lifecycle, folded, command }: DecideInput,
  events: readonly CheckedEvent[],
): Refusal | undefined => {
  if (command.kind === 'fact') return undefined;
  let status = folded.status;
  for (const { eventType, type } of events) {
    const next = statusAfter(lifecycle, status, eventType);
    if (next === undefined)
      return { kind: 'illegal-transition', type, status, legalMoves: legalMoves(lifecycle, folded.status) };
    status = next;
  }
  return undefined;
};

const refuseUnknownCustomer = (
  { lifecycle, folded }: DecideInput,
  events: readonly CheckedEvent[],
): Refusal | undefined => {
  const personal = events.find((event) => personalValues(lifecycle, event).length > 0);
  const isKnown = !personal || customerAfter(lifecycle, events, folded.fields) !== undefined;
  return isKnown ? undefined : { kind: 'customer-unknown', type: personal.type };
};

const draftEntry = (
  { stream, command, payloadHash, gate }: DecideInput,
  events: readonly CheckedEvent[],
): EntryDraft => ({
  stream,
  kind: command.kind,
  source: command.source,
  events: events.map(({ type, v, data }) => ({ type, v, data })),
  occurredAt: command.occurredAt,
  idempotencyKey: command.idempotencyKey,
  payloadHash,
  actor: command.actor,
  traceId: command.traceId,
  epoch: gate?.plan.epoch,
});
