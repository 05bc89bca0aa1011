/**
 * Time that passes only while somebody sleeps, and then at once: a test waits twenty seconds in a moment, and what is to
 * happen meanwhile happens in its place.
 */
import type { Clock, Sleep } from '../../domain/ports/clock.ts';

export interface VirtualTime {
  readonly clock: Clock;
  readonly sleep: Sleep;
  /** Does something once so much time has passed since now. */
  readonly after: (ms: number, happen: () => void) => void;
  /** Since the beginning. */
  readonly passedMs: () => number;
}

export const createVirtualTime = (startMs = 0): VirtualTime => {
  let nowMs = startMs;
  let sleepers = 0;
  let turning = false;
  let timers: readonly { readonly atMs: number; readonly ring: () => void }[] = [];

  const set = (ms: number, ring: () => void): void => {
    timers = [...timers, { atMs: nowMs + ms, ring }].sort((left, right) => left.atMs - right.atMs);
  };

  /** After all that can go on without time has gone on. */
  const turn = (): void =>
    void setImmediate(() => {
      const [next, ...rest] = timers;
      turning = next !== undefined && sleepers > 0;
      if (!next || !turning) return;
      timers = rest;
      nowMs = next.atMs;
      next.ring();
      turn();
    });

  return {
    clock: { nowMs: () => nowMs },
    sleep: (ms) =>
      new Promise((resolve) => {
        sleepers += 1;
        set(ms, () => {
          sleepers -= 1;
          resolve();
        });
        if (!turning) turn();
        turning = true;
      }),
    after: set,
    passedMs: () => nowMs - startMs,
  };
};
