/**
 * The ledger clock: a hybrid logical clock whose readings are ULIDs.
 *
 * Wall clocks of two regions disagree, jump and stand still, so an id cannot be the wall clock's alone. A new id takes
 * the later of the writer's clock and every id that it has seen; where the clock has not moved on, the last id seen
 * grows by a random step. So: a seen by b ⇒ a.id < b.id, whatever the clocks do. The step is random and large so that
 * two regions which continue from the same id do not meet. After Kulkarni et al., "Logical Physical Clocks" (2014).
 */
import { decodeTime, encodeTime } from 'ulid';
import { clockDriftMsMax, idStepMax } from '../kernel/limits.ts';
import type { Random } from '../ports/clock.ts';
import { ulidAlphabet } from './ulid.ts';

export interface ClockReading {
  /** The writer's physical clock in ms. */
  readonly nowMs: number;
  readonly random: Random;
  /** The last event's id of the largest entry seen; undefined for a new stream. */
  readonly lastSeenId: string | undefined;
}

/** Ids for `count` events of one entry, each the one before plus one. */
export const nextEventIds = (reading: ClockReading, count: number): readonly string[] => {
  const ids = [nextId(reading)];
  while (ids.length < count) ids.push(addToId(ids[ids.length - 1] as string, 1));
  return ids;
};

/** How far an id runs ahead of the clock that stamped it, in ms; worth a metric above `clockDriftMsMax`. */
export const idDriftMs = (id: string, nowMs: number): number => Math.max(0, decodeTime(id) - nowMs);

export const isDrifting = (id: string, nowMs: number): boolean => idDriftMs(id, nowMs) > clockDriftMsMax;

const nextId = ({ nowMs, random, lastSeenId }: ClockReading): string => {
  if (lastSeenId === undefined || decodeTime(lastSeenId) < nowMs) return encodeTime(nowMs) + randomDigits(random);
  return addToId(lastSeenId, 1 + Math.floor(random() * idStepMax));
};

const randomDigits = (random: Random): string =>
  Array.from({ length: 16 }, () => ulidAlphabet[Math.floor(random() * 32)]).join('');

/** A ULID is one number in base 32; a carry out of its random part moves its time on by a millisecond. */
const addToId = (id: string, step: number): string => {
  const digits = [...id].map((digit) => ulidAlphabet.indexOf(digit));
  let carry = step;
  for (let i = digits.length - 1; i >= 0 && carry > 0; i--) {
    const sum = (digits[i] as number) + carry;
    digits[i] = sum % 32;
    carry = Math.floor(sum / 32);
  }
  return digits.map((digit) => ulidAlphabet[digit]).join('');
};
