/**
 * Waits until another region's replica holds something, without asking so often that the asking slows it down.
 *
 * Replication takes a fraction of a second here, so the first question comes only when the answer is likely yes.
 */
import type { Sleep } from '../../../domain/ports/clock.ts';

export interface UntilReplicated {
  readonly isThere: () => Promise<boolean>;
  /** When it was written. */
  readonly writtenAtMs: number;
  readonly nowMs: () => number;
  readonly sleep: Sleep;
}

/** Resolves to false when it did not arrive in time; what is played then meets the regions apart, as it may in life. */
export const untilReplicated = async ({ isThere, writtenAtMs, nowMs, sleep }: UntilReplicated): Promise<boolean> => {
  const deadlineMs = writtenAtMs + waitMsMax;
  await sleep(Math.max(0, writtenAtMs + likelyMs - nowMs()));
  for (let pauseMs = pauseMsMin; !(await isThere().catch(isUnknown)); pauseMs = Math.min(pauseMsMax, 2 * pauseMs)) {
    if (nowMs() > deadlineMs) return false;
    await sleep(pauseMs);
  }
  return true;
};

/** A replica that does not answer is asked again. */
const isUnknown = (): boolean => false;

const likelyMs = 250;
const pauseMsMin = 75;
const pauseMsMax = 600;
const waitMsMax = 20_000;
