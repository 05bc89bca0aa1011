/**
 * Which entries of the closed cut take part in the history, and what each would do from every status.
 *
 * Left out are voided entries (an event that this reader cannot read, or a forged id) and duplicates: repetitions of one
 * command under one idempotency key, for instance a retry that went to the other region during a partition.
 */
import { decodeTime } from 'ulid';
import { idFutureMsMax } from '../kernel/limits.ts';
import { type Entry, lastEventId } from '../ledger/entry.ts';
import { canonicalJson } from '../ledger/entry-hash.ts';
import { type EventType, type Lifecycle, resolutionType, statusIndex } from '../lifecycle/define-lifecycle.ts';
import type { ResolutionPayload } from '../lifecycle/resolution-events.ts';
import { readEvent } from '../lifecycle/upcast.ts';
import { type Admitted, type ClosedCut, compareEntries } from './closed-cut.ts';
import type { Duplicate, Voided } from './folded-stream.ts';

export interface AppliedEvent {
  readonly id: string;
  readonly eventType: EventType;
  readonly data: Readonly<Record<string, unknown>>;
}

export interface Participant extends Admitted {
  readonly events: readonly AppliedEvent[];
  /** By index of the status before: index of the status after all its events, or -1 where it would be rejected. */
  readonly next: Int8Array;
  /** What rejecting it costs. */
  readonly weight: number;
  /** Legal everywhere and never moves the status: it cannot influence which history is chosen. */
  readonly isNeutral: boolean;
  readonly canMoveStatus: boolean;
  /** Begins the order: bound by no fact that it saw. See docs/adr/0006. */
  readonly isOpening: boolean;
  /** For a second payload under an idempotency key, who has the key: it is rejected whatever the lifecycle says. */
  readonly keyHolder: Admitted | undefined;
  readonly resolution: ResolutionPayload | undefined;
  /** Its duplicates: who saw one of them saw this entry. */
  readonly copies: readonly Admitted[];
}

export interface Participants {
  /** In order of admission. */
  readonly participants: readonly Participant[];
  /** What each admitted entry is, by its order: a participant, a duplicate of one, or void. */
  readonly byOrder: readonly (Participant | undefined)[];
  readonly duplicates: readonly Duplicate[];
  readonly voided: readonly Voided[];
  /** The last event's id of the largest well-formed entry: a writer's next id comes after it. */
  readonly newestId: string | undefined;
}

export const findParticipants = (closed: ClosedCut, lifecycle: Lifecycle): Participants => {
  const malformed = findMalformedIds(closed);
  const voided: Voided[] = [];
  const readable: { item: Admitted; events: readonly AppliedEvent[] }[] = [];
  let newest: Entry | undefined;
  for (const item of closed.admitted) {
    const { id, position } = item.entry;
    if (malformed.has(item.order)) {
      voided.push({ id, position, reason: 'malformed id: more than 24 h past its writer’s clock and all that it saw' });
      continue;
    }
    if (!newest || compareEntries(newest, item.entry) < 0) newest = item.entry;
    const read = readEvents(item.entry, lifecycle);
    if (typeof read === 'string') voided.push({ id, position, reason: read });
    else readable.push({ item, events: read });
  }
  const { roles, duplicates } = findRepetitions(readable.map(({ item }) => item));
  const byOrder: (Participant | undefined)[] = closed.admitted.map(() => undefined);
  const participants: Participant[] = [];
  for (const { item, events } of readable) {
    const role = roles.get(item.order) ?? soleUse;
    if (role.kind === 'duplicate') continue;
    const participant = createParticipant(item, events, role, lifecycle);
    participants.push(participant);
    byOrder[item.order] = participant;
  }
  for (const [order, role] of roles)
    if (role.kind === 'duplicate' && role.of.order < order) byOrder[order] = byOrder[role.of.order];
  return { participants, byOrder, duplicates, voided, newestId: newest && lastEventId(newest) };
};

/** Whether `later` saw `earlier`, or a duplicate of it. */
export const saw = (later: Admitted, earlier: Participant): boolean =>
  covers(later, earlier) || earlier.copies.some((copy) => covers(later, copy));

export const areConcurrent = (left: Participant, right: Participant): boolean =>
  left !== right && !saw(left, right) && !saw(right, left);

export const isInIdOrder = (participants: readonly Participant[]): boolean =>
  participants.every((it, i) => i === 0 || compareEntries((participants[i - 1] as Participant).entry, it.entry) < 0);

const covers = (later: Admitted, earlier: Admitted): boolean => (later.past[earlier.writer] as number) >= earlier.seq;

const readEvents = (entry: Entry, lifecycle: Lifecycle): readonly AppliedEvent[] | string => {
  const events: AppliedEvent[] = [];
  for (const event of entry.events) {
    const read = readEvent(lifecycle, event);
    if (read.kind === 'void') return read.reason;
    events.push({ id: event.id, eventType: read.eventType, data: read.data });
  }
  return events;
};

/** Orders of the entries whose id nobody's drifting clock explains. No clock is read: only what the entries say. */
const findMalformedIds = ({ admitted, parts }: ClosedCut): ReadonlySet<number> => {
  const malformed = new Set<number>();
  /** By writer, then seq - 1: the latest time of a well-formed id up to there. */
  const latestMs: number[][] = parts.map(() => []);
  for (const { entry, order, writer, past } of admitted) {
    const idMs = decodeTime(entry.id);
    let seenMs = 0;
    past.forEach((seq, other) => {
      if (seq > 0) seenMs = Math.max(seenMs, latestMs[other]?.[seq - 1] ?? 0);
    });
    const isMalformed =
      entry.recordedAt !== undefined && idMs > entry.recordedAt + idFutureMsMax && idMs > seenMs + idFutureMsMax;
    if (isMalformed) malformed.add(order);
    const part = latestMs[writer] as number[];
    part.push(Math.max(part.at(-1) ?? 0, isMalformed ? 0 : idMs));
  }
  return malformed;
};

type Role =
  | { readonly kind: 'counts'; readonly keyHolder: Admitted | undefined; readonly copies: readonly Admitted[] }
  | { readonly kind: 'duplicate'; readonly of: Admitted };

const soleUse: Role = { kind: 'counts', keyHolder: undefined, copies: [] };

/** One key, one effect: of each payload under a key the smallest id counts, and of those only the smallest has effect. */
const findRepetitions = (items: readonly Admitted[]) => {
  const roles = new Map<number, Role>();
  const duplicates: Duplicate[] = [];
  const usesByKey = Map.groupBy(
    items.filter(({ entry }) => entry.idempotencyKey !== undefined),
    ({ entry }) => entry.idempotencyKey,
  );
  for (const uses of usesByKey.values()) {
    if (uses.length === 1) continue;
    const sorted = uses.toSorted((left, right) => compareEntries(left.entry, right.entry));
    const usesByPayload = [...Map.groupBy(sorted, ({ entry }) => payloadIdentity(entry)).values()];
    usesByPayload.forEach(([first, ...repetitions], i) => {
      if (!first) return;
      const copies = repetitions.filter((repetition) => repetition.order > first.order);
      roles.set(first.order, { kind: 'counts', keyHolder: i > 0 ? sorted[0] : undefined, copies });
      for (const { order, entry } of repetitions) {
        roles.set(order, { kind: 'duplicate', of: first });
        duplicates.push({ id: entry.id, position: entry.position, repeats: first.entry.id });
      }
    });
  }
  return { roles, duplicates };
};

const payloadIdentity = ({ payloadHash, events }: Entry): string =>
  payloadHash ?? canonicalJson(events.map(({ type, v, data }) => [type, v, data]));

const createParticipant = (
  item: Admitted,
  events: readonly AppliedEvent[],
  { keyHolder, copies }: Extract<Role, { kind: 'counts' }>,
  lifecycle: Lifecycle,
): Participant => {
  const resolution = events.find(({ eventType }) => eventType.name === resolutionType)?.data as
    | ResolutionPayload
    | undefined;
  const setsStatus = resolution?.status !== undefined;
  return {
    ...item,
    events,
    next: keyHolder ? legalNowhere(lifecycle) : nextStatuses(events, lifecycle),
    weight: events.reduce(
      (most, { eventType }) => (eventType.isLegalEverywhere ? most : Math.max(most, eventType.weight)),
      0,
    ),
    isNeutral: !setsStatus && events.every(({ eventType }) => eventType.isLegalEverywhere && !eventType.canMoveStatus),
    canMoveStatus: setsStatus || events.some(({ eventType }) => eventType.canMoveStatus),
    isOpening: events[0]?.eventType.isOpening === true,
    keyHolder,
    resolution,
    copies,
  };
};

const legalNowhere = ({ statuses }: Lifecycle): Int8Array => new Int8Array(statuses.length).fill(-1);

const nextStatuses = (events: readonly AppliedEvent[], lifecycle: Lifecycle): Int8Array => {
  const [only] = events;
  if (events.length === 1 && only && only.eventType.name !== resolutionType) return only.eventType.next;
  return Int8Array.from(lifecycle.statuses, (_, status) => {
    let current = status;
    for (const { eventType, data } of events) {
      if (current < 0) break;
      const chosen = eventType.name === resolutionType ? (data as unknown as ResolutionPayload).status : undefined;
      current = chosen === undefined ? (eventType.next[current] as number) : statusIndex(lifecycle, chosen);
    }
    return current;
  });
};
