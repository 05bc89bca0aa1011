import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { admit } from '../../../domain/write-plan/admission.ts';
import { gateOf, type RegionState } from '../../../domain/write-plan/region-state.ts';
import { dutyOf } from '../../../services/dashboard/page/model/region-duty.ts';
import { planAnswer } from '../../../services/write-plan/plan-answers.ts';
import { eu, planOf, us } from './region-readings.ts';

const nowMs = Date.parse('2026-11-21T12:00:00.000Z');
const isolated = { isolated: true, breaker: { state: 'open', openingsLastHour: 1 } } as const;

describe('what a region takes', () => {
  it('is everything while its breaker is closed and the plan names it', () => {
    expect(dutyOf(planOf(eu), nowMs)).toEqual({ kind: 'decides' });
    expect(dutyOf(planOf(eu, { plan: { primary: us, regions: [us], epoch: 2 } }), nowMs)).toEqual({
      kind: 'facts-only',
      reason: 'not-in-plan',
    });
  });

  it('is decisions in the primary alone while links are sick', () => {
    expect(dutyOf(planOf(us, isolated), nowMs)).toEqual({ kind: 'decides-alone' });
    expect(dutyOf(planOf(eu, isolated), nowMs)).toEqual({ kind: 'facts-only', reason: 'isolated' });
  });

  it('is no decision in a primary whose lease has ended, unless the plan does without the witness', () => {
    const lease = { state: 'held', epoch: 1, until: new Date(nowMs - 1).toISOString() } as const;
    const withoutWitness = { primary: us, regions: [us], epoch: 2, withoutWitness: true } as const;

    expect(dutyOf(planOf(us, { ...isolated, lease }), nowMs)).toEqual({ kind: 'facts-only', reason: 'no-lease' });
    expect(dutyOf(planOf(us, { ...isolated, lease, plan: withoutWitness }), nowMs)).toEqual({ kind: 'decides-alone' });
  });

  it('is what the API admits, however plan, breaker and lease stand', () => {
    const aMoment = fc.integer({ min: nowMs - 20_000, max: nowMs + 1_000 });
    const plan = fc.record({
      primary: fc.constantFrom(us, eu),
      regions: fc.subarray([us, eu], { minLength: 1 }),
      epoch: fc.constant(3),
      entryId: fc.constant('01M80A0000000000000000000'),
      withoutWitness: fc.constantFrom(undefined, true as const),
    });
    const breaker = fc.constantFrom(
      { kind: 'closed', openings: [] } as const,
      { kind: 'open', openings: [] } as const,
      { kind: 'half-open', sinceMs: nowMs, openings: [] } as const,
    );
    const untilMs = fc.option(fc.integer({ min: nowMs - 20_000, max: nowMs + 20_000 }), { nil: undefined });

    fc.assert(
      fc.property(plan, breaker, aMoment, fc.boolean(), untilMs, (enacted, turned, writtenAtMs, hasWitness, until) => {
        const { withoutWitness, ...rest } = enacted;
        const lease = { kind: 'held', epoch: 3, counter: 1, untilMs: until } as unknown as RegionState['lease'];
        const state: RegionState = {
          agent: 'a',
          plan: { ...rest, ...(withoutWitness && { withoutWitness }) },
          breaker: turned,
          links: {},
          ...(hasWitness && { lease }),
          counter: 1,
          writtenAtMs,
        };
        const gate = gateOf(state, { hasWitness, isStrict: false, apiUrls: {} });
        const admission = admit(gate, { region: us, whenIsolated: ['primary'], home: undefined, nowMs });
        const known = { region: us, peers: [eu], configured: state.plan, state, nowMs };
        const duty = dutyOf(planAnswer(known, { written: [], enacted: [] }), nowMs);

        expect(duty.kind !== 'facts-only').toBe(admission.kind === 'admitted');
        if (duty.kind === 'facts-only') expect(admission).toMatchObject({ reason: duty.reason });
      }),
    );
  });
});
