import fc from 'fast-check';
import { expect, it } from 'vitest';
import { completePeriods, settleMsOf, trafficSeconds } from '../../../domain/traffic/complete-periods.ts';

it('are always 15 minutes of whole periods, the newest of them over for a third of one, and for less than one more', () => {
  const periods = fc.constantFrom(1, 5, 10, 20, 30, 60, 180, 300);
  fc.assert(
    fc.property(fc.integer({ min: 1e12, max: 4e12 }), periods, (nowMs, periodSeconds) => {
      const { fromMs, toMs } = completePeriods(nowMs, periodSeconds);
      expect(toMs - fromMs).toBe(trafficSeconds * 1_000);
      expect(toMs % (periodSeconds * 1_000)).toBe(0);
      const overForMs = nowMs - toMs;
      expect(overForMs).toBeGreaterThanOrEqual(settleMsOf(periodSeconds));
      expect(overForMs).toBeLessThan(settleMsOf(periodSeconds) + periodSeconds * 1_000);
    }),
  );
});
