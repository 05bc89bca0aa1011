import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type Breaker,
  type BreakerSettings,
  breakerDefaults,
  initialBreaker,
  type LinkObservation,
  turnBreaker,
} from '../../../domain/write-plan/breaker.ts';

const minuteMs = 60_000;
const settings: BreakerSettings = { ...breakerDefaults, openingsPerHourMax: 2 };
const closed: Breaker = { kind: 'closed', openings: [] };

const seen = (nowMs: number, linkLagMs: number | undefined, lateArrivalMs?: number): LinkObservation => ({
  nowMs,
  linkLagMs,
  hasSickPeer: false,
  lateArrivalMs,
});

/** One look a second, all alike but for the time. */
const turnFor = (breaker: Breaker, fromMs: number, seconds: number, linkLagMs: number | undefined): Breaker => {
  let turned = breaker;
  for (let i = 0; i <= seconds; i++) turned = turnBreaker(turned, seen(fromMs + i * 1000, linkLagMs), settings);
  return turned;
};

describe('breaker', () => {
  it('opens as soon as the link lag is above the threshold', () => {
    expect(turnBreaker(closed, seen(5, 30_000), settings).kind).toBe('closed');
    expect(turnBreaker(closed, seen(5, 30_001), settings)).toEqual({ kind: 'open', openings: [5] });
  });

  it('opens when a peer has never been heard', () => {
    expect(turnBreaker(closed, seen(5, undefined), settings).kind).toBe('open');
  });

  it('opens when a peer that is heard well says that it is cut off from another one', () => {
    const told = { ...seen(5, 100), hasSickPeer: true };
    expect(turnBreaker(closed, told, settings).kind).toBe('open');
    expect(turnBreaker({ kind: 'half-open', sinceMs: 1, openings: [] }, told, settings).kind).toBe('open');
    expect(turnBreaker(initialBreaker, told, settings).kind).toBe('open');
  });

  it('knows nothing at first, and so begins open', () => {
    expect(turnFor(initialBreaker, 0, 59, 100).kind).toBe('half-open');
    expect(turnFor(initialBreaker, 0, 61, 100).kind).toBe('closed');
  });

  it('begins to close only when the lag is well below the threshold', () => {
    expect(turnBreaker(initialBreaker, seen(5, 20_000), settings).kind).toBe('open');
    expect(turnBreaker(initialBreaker, seen(5, 15_000), settings)).toMatchObject({ kind: 'half-open', sinceMs: 5 });
  });

  it('opens again when the link falls sick while it closes', () => {
    const halfOpen = turnFor(initialBreaker, 0, 30, 100);
    expect(turnBreaker(halfOpen, seen(31_000, 31_000), settings).kind).toBe('open');
  });

  it('begins to wait anew while the lag is no longer well below the threshold', () => {
    const halfOpen = turnFor(turnFor(initialBreaker, 0, 50, 100), 51_000, 30, 29_000);
    expect(halfOpen).toMatchObject({ kind: 'half-open', sinceMs: 81_000 });
    expect(turnFor(halfOpen, 82_000, 58, 100).kind).toBe('half-open');
    expect(turnFor(halfOpen, 82_000, 59, 100).kind).toBe('closed');
  });

  it('waits for the backlog: a late arrival begins the cool-down anew', () => {
    const halfOpen = turnFor(initialBreaker, 0, 50, 100);
    const late = turnBreaker(halfOpen, seen(minuteMs + 1000, 100, 50_000), settings);
    expect(late.kind).toBe('half-open');
    expect(turnBreaker(late, seen(50_000 + minuteMs, 100, 50_000), settings).kind).toBe('closed');
  });

  it('stays open once the openings of an hour are spent, until the oldest is an hour old', () => {
    const spent: Breaker = { kind: 'half-open', sinceMs: 0, openings: [1 * minuteMs, 2 * minuteMs] };
    expect(turnFor(spent, 3 * minuteMs, 300, 100).kind).toBe('half-open');
    expect(turnBreaker(spent, seen(61 * minuteMs, 100), settings)).toEqual({
      kind: 'closed',
      openings: [2 * minuteMs],
    });
  });

  it('survives a clock that jumps back while it closes', () => {
    const halfOpen = turnFor(initialBreaker, 10 * minuteMs, 30, 100);
    const jumped = turnFor(halfOpen, 1 * minuteMs, 61, 100);
    expect(jumped.kind).toBe('closed');
  });

  it('bears openings from before a clock jumped back for an hour, and no longer', () => {
    const openings = [500 * minuteMs, 501 * minuteMs];
    const spent = turnFor({ kind: 'half-open', sinceMs: 0, openings }, 0, 59 * 60, 100);
    expect(spent.kind).toBe('half-open');
    expect(turnFor(spent, 59 * minuteMs, 70, 100).kind).toBe('closed');
  });

  it('never opens more often in an hour than it may, whatever the link does', () => {
    const lags = fc.array(fc.constantFrom(100, 16_000, 31_000, undefined), { minLength: 100, maxLength: 600 });
    fc.assert(
      fc.property(lags, (lagOfMinute) => {
        let breaker: Breaker = closed;
        const openedMs: number[] = [];
        lagOfMinute.forEach((lag, minute) => {
          for (let half = 0; half < 2; half++) {
            const nowMs = minute * minuteMs + half * 30_000;
            const next: Breaker = turnBreaker(breaker, seen(nowMs, lag), settings);
            if (breaker.kind === 'closed' && next.kind === 'open') openedMs.push(nowMs);
            breaker = next;
          }
        });
        for (const atMs of openedMs) {
          const withinHour = openedMs.filter((other) => other >= atMs && other < atMs + 60 * minuteMs);
          expect(withinHour.length).toBeLessThanOrEqual(settings.openingsPerHourMax);
        }
      }),
    );
  });
});
