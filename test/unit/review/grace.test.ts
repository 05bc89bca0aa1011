/** How long a case is left alone: by its reason, by the lifecycle, and by what is still coming in. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { CaseReason } from '../../../domain/fold/folded-stream.ts';
import { defineLifecycle } from '../../../domain/lifecycle/define-lifecycle.ts';
import { retail, retailDefinition } from '../../../domain/lifecycle/retail.ts';
import { drainMsMax, type GraceInput, graceEndsAtMs, graceMsDefaults, graceOf } from '../../../domain/review/grace.ts';

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const foundAtMs = Date.UTC(2026, 0, 1);

const endsAtMs = (change: Partial<GraceInput>): number | undefined =>
  graceEndsAtMs({
    reasons: ['contested'],
    grace: graceMsDefaults,
    foundAtMs,
    isDrained: true,
    nowMs: foundAtMs,
    ...change,
  });

/** A new reason fails to compile until it is here. */
const expectedMs: Readonly<Record<CaseReason, number>> = {
  contested: minuteMs,
  illegal: 96 * hourMs,
  'key-reused': minuteMs,
  ambiguous: minuteMs,
  'field-disputed': minuteMs,
  'resolutions-differ': minuteMs,
};
const reasons = Object.keys(expectedMs) as CaseReason[];

describe('the grace period', () => {
  it.each(reasons)('of a case that is %s ends when its reason says', (reason) => {
    const graceMs = expectedMs[reason];
    expect(endsAtMs({ reasons: [reason] })).toBe(foundAtMs + graceMs);
    expect(endsAtMs({ reasons: [reason], nowMs: foundAtMs + graceMs - 1 })).toBe(foundAtMs + graceMs);
    expect(endsAtMs({ reasons: [reason], nowMs: foundAtMs + graceMs })).toBeUndefined();
  });

  it('is that of the reason in the greatest hurry', () => {
    expect(endsAtMs({ reasons: ['illegal', 'field-disputed'] })).toBe(foundAtMs + minuteMs);
  });

  it('is what the lifecycle says, and the default where it says nothing', () => {
    const patient = defineLifecycle({ ...retailDefinition, graceMs: { illegal: 7 * 24 * hourMs, contested: 0 } });
    expect(graceOf(patient)).toEqual({ ...graceMsDefaults, illegal: 7 * 24 * hourMs, contested: 0 });
    expect(graceOf(retail)).toEqual(graceMsDefaults);
  });

  it('is none where the lifecycle says 0: a person is asked at once', () => {
    expect(endsAtMs({ grace: { ...graceMsDefaults, contested: 0 } })).toBeUndefined();
  });

  it('does not grow when the clock was set back', () => {
    expect(endsAtMs({ nowMs: foundAtMs - 5 * hourMs })).toBe(foundAtMs - 5 * hourMs + minuteMs);
  });
});

describe('the grace period while a backlog is coming in', () => {
  const nowMs = foundAtMs + minuteMs;

  it('goes on, and looks again after as long a pause', () => {
    expect(endsAtMs({ isDrained: false, nowMs })).toBe(nowMs + minuteMs);
  });

  it('looks no more often than once a second', () => {
    expect(endsAtMs({ isDrained: false, grace: { ...graceMsDefaults, contested: 0 } })).toBe(foundAtMs + 1_000);
  });

  it('ends for good after ten minutes more, however long a pause would be', () => {
    expect(endsAtMs({ isDrained: false, nowMs: nowMs + drainMsMax })).toBeUndefined();
    expect(endsAtMs({ isDrained: false, nowMs: nowMs + drainMsMax - 5_000 })).toBe(nowMs + drainMsMax);
    expect(endsAtMs({ isDrained: false, reasons: ['illegal'], nowMs: foundAtMs + 96 * hourMs })).toBe(
      foundAtMs + 96 * hourMs + drainMsMax,
    );
  });
});

describe('every grace period', () => {
  const graceMs = fc.oneof(fc.constantFrom(0, 1, minuteMs), fc.integer({ min: 0, max: 100 * hourMs }));
  const input = fc.record({
    reasons: fc.subarray(reasons, { minLength: 1 }),
    grace: fc.record({
      contested: graceMs,
      illegal: graceMs,
      'key-reused': graceMs,
      ambiguous: graceMs,
      'field-disputed': graceMs,
      'resolutions-differ': graceMs,
    }),
    foundAtMs: fc.constant(foundAtMs),
  });

  it('names a time to come, and somebody who looks at each is let go within the grace period and ten minutes', () => {
    fc.assert(
      fc.property(input, fc.infiniteStream(fc.boolean()), fc.nat({ max: 200 * hourMs }), (case_, drained, laterMs) => {
        const deadlineMs = foundAtMs + Math.min(...case_.reasons.map((reason) => case_.grace[reason])) + drainMsMax;
        let nowMs = foundAtMs + (laterMs % 3 === 0 ? laterMs : 0);
        for (let looks = 1; looks <= 700; looks++) {
          const nextMs = graceEndsAtMs({ ...case_, isDrained: drained.next().value === true, nowMs });
          if (nextMs === undefined) return;
          expect(nextMs).toBeGreaterThan(nowMs);
          expect(nextMs).toBeLessThanOrEqual(deadlineMs);
          nowMs = nextMs;
        }
        expect.unreachable('nobody is ever asked');
      }),
    );
  });

  it('never ends later for a drained region than for one that still waits', () => {
    fc.assert(
      fc.property(input, fc.nat({ max: 200 * hourMs }), (case_, laterMs) => {
        const nowMs = foundAtMs + laterMs;
        const [drained, waiting] = [true, false].map((isDrained) => graceEndsAtMs({ ...case_, isDrained, nowMs }));
        expect(drained ?? nowMs).toBeLessThanOrEqual(waiting ?? nowMs);
      }),
    );
  });
});
