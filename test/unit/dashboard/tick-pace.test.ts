import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { staleAfterMs } from '../../../services/dashboard/page/model/freshness.ts';
import { caseRestMs, dearRestMs, isTickDue, orderRestMs } from '../../../services/dashboard/page/model/tick-pace.ts';

describe('what is asked for by the clock', () => {
  it('is asked for at every tick, unless that is dear', () => {
    expect(isTickDue({ restMs: 0, tickMs: 2_000, ageMs: 0 })).toBe(true);
    expect(isTickDue({ restMs: dearRestMs, tickMs: 2_000, ageMs: 2_000 })).toBe(false);
    expect(isTickDue({ restMs: Number.POSITIVE_INFINITY, tickMs: 2_000, ageMs: 1e12 })).toBe(false);
  });

  it('is asked for again before the page calls it stale, however far apart the ticks are', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: staleAfterMs }), (tickMs) => {
        const ticks = Array.from({ length: Math.ceil(dearRestMs / tickMs) + 1 }, (_, i) => (i + 1) * tickMs);
        const dueAtMs =
          ticks.find((ageMs) => isTickDue({ restMs: dearRestMs, tickMs, ageMs })) ?? Number.POSITIVE_INFINITY;
        expect(dueAtMs).toBeLessThanOrEqual(Math.max(dearRestMs, tickMs));
      }),
    );
    // The answer takes its time, too.
    expect(dearRestMs + 4_000).toBeLessThan(staleAfterMs);
  });

  it('is dear for a long order, and for a case that alerts tell of', () => {
    expect([0, 999, 1_000].map(orderRestMs)).toEqual([0, 0, dearRestMs]);
    expect([caseRestMs(true), caseRestMs(false)]).toEqual([dearRestMs, 0]);
  });
});
