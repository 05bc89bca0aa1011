/**
 * Names the worst thing that a stream went through. Concurrent is meant by `seen`; moving the status by event type.
 */
import type { Lifecycle } from '../lifecycle/define-lifecycle.ts';
import type { Step } from './chapters.ts';
import { hasConcurrentPair } from './concurrency.ts';
import { type Case, isOpen, type StreamClass } from './folded-stream.ts';
import { writesOf } from './merge-fields.ts';
import { isInIdOrder, type Participant } from './participants.ts';

export const classify = (steps: readonly Step[], cases: readonly Case[], lifecycle: Lifecycle): StreamClass => {
  if (cases.some((it) => isOpen(it) && it.reasons.some((reason) => reason !== 'illegal'))) return 'review';
  if (cases.some(isOpen)) return 'illegal';
  const participants = steps.map(({ participant }) => participant);
  const isConcurrent = hasConcurrentPair(participants);
  if (cases.length > 0 || (isConcurrent && hasPrecedence(participants, lifecycle))) return 'precedence';
  if (!isInIdOrder(participants)) return 'late';
  return isConcurrent ? 'merged' : 'none';
};

const hasPrecedence = (participants: readonly Participant[], lifecycle: Lifecycle): boolean => {
  if (hasConcurrentPair(participants.filter(({ canMoveStatus }) => canMoveStatus))) return true;
  const writes = participants.flatMap(writesOf).filter(({ field }) => lifecycle.fields[field]?.merge === 'lww');
  const writesByField = Map.groupBy(writes, ({ field }) => field);
  return [...writesByField.values()].some((ofField) =>
    hasConcurrentPair([...new Set(ofField.map(({ participant }) => participant))]),
  );
};
