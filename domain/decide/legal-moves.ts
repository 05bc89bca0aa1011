/**
 * What may happen next in a status, for the client that was refused and for the screen that offers buttons.
 *
 * `ConflictResolved` is legal everywhere, yet no move of the order: a reviewer makes it, so it is not offered here.
 */
import type { EntryKind } from '../ledger/entry.ts';
import {
  type EventType,
  type Lifecycle,
  noStatus,
  resolutionType,
  type Status,
  statusIndex,
} from '../lifecycle/define-lifecycle.ts';

export interface LegalMoves {
  readonly decisions: readonly string[];
  readonly facts: readonly string[];
}

export const legalMoves = (lifecycle: Lifecycle, status: Status): LegalMoves => ({
  decisions: movesOf('decision', lifecycle, status),
  facts: movesOf('fact', lifecycle, status),
});

/** The status after the event; undefined where the lifecycle forbids it. */
export const statusAfter = (lifecycle: Lifecycle, status: Status, eventType: EventType): Status | undefined => {
  const next = eventType.next[statusIndex(lifecycle, status)] ?? -1;
  return next < 0 ? undefined : lifecycle.statuses[next];
};

/** Whether the event begins an order, rather than merely being legal before there is one (a note is). */
export const isStart = (lifecycle: Lifecycle, eventType: EventType): boolean => {
  const next = statusAfter(lifecycle, noStatus, eventType);
  return next !== undefined && next !== noStatus;
};

/** The decision that a new order begins with. */
export const startType = (lifecycle: Lifecycle): EventType | undefined =>
  [...lifecycle.eventTypes.values()].find((it) => it.kind === 'decision' && isStart(lifecycle, it));

const movesOf = (kind: EntryKind, lifecycle: Lifecycle, status: Status): readonly string[] =>
  [...lifecycle.eventTypes.values()]
    .filter((it) => it.kind === kind && it.name !== resolutionType && statusAfter(lifecycle, status, it) !== undefined)
    .map((it) => it.name);
