import { describe, expect, it } from 'vitest';
import type { WhenIsolated } from '../../../domain/lifecycle/define-lifecycle.ts';
import {
  type Admission,
  type AdmissionRequest,
  admit,
  gateAgeMsMax,
  type WriteGate,
} from '../../../domain/write-plan/admission.ts';
import { configuredPlan } from '../../../domain/write-plan/write-plan.ts';

const nowMs = 1_000_000;
const [us, eu] = ['us-east-1', 'eu-west-1'] as const;
const plan = configuredPlan(us, [us, eu]);
const well: WriteGate = { plan, breaker: 'closed', hasWitness: false, isStrict: false, writtenAtMs: nowMs - 500 };
const cut: WriteGate = { ...well, breaker: 'open' };
const strict: WriteGate = { ...cut, isStrict: true };

const ask = (
  gate: WriteGate,
  region: string,
  needs: WhenIsolated | readonly WhenIsolated[],
  rest: Partial<AdmissionRequest> = {},
): string => said(admit(gate, { region, whenIsolated: [needs].flat(), home: us, nowMs, ...rest }));

const said = (admission: Admission): string => (admission.kind === 'admitted' ? 'admitted' : admission.reason);

describe('admission', () => {
  it('lets every region of the plan take everything while the link is well', () => {
    for (const region of [us, eu])
      for (const needs of ['primary', 'home', 'anywhere'] as const) expect(ask(well, region, needs)).toBe('admitted');
  });

  it('takes from a region outside the plan only what may be taken anywhere', () => {
    const narrow = { ...well, plan: configuredPlan(us, [us]) };
    expect(ask(narrow, eu, 'primary')).toBe('not-in-plan');
    expect(ask(narrow, eu, 'anywhere')).toBe('admitted');
  });

  it.each(['open', 'half-open'] as const)('leaves decisions to the primary while the breaker is %s', (breaker) => {
    const gate = { ...well, breaker };
    expect(ask(gate, us, 'primary')).toBe('admitted');
    expect(ask(gate, eu, 'primary')).toBe('isolated');
    const named = { ...gate, primaryUrl: 'https://orders.example.com' };
    expect(admit(named, { region: eu, whenIsolated: ['primary'], home: us, nowMs })).toEqual({
      kind: 'not-admitted',
      reason: 'isolated',
      primary: us,
      primaryUrl: 'https://orders.example.com',
    });
  });

  it('goes on taking what may be taken anywhere, unless strict', () => {
    expect(ask(cut, eu, 'anywhere')).toBe('admitted');
    expect(ask(strict, eu, 'anywhere')).toBe('isolated');
    expect(ask(strict, us, 'anywhere')).toBe('admitted');
  });

  it('leaves what belongs home to the region of the order, even against the primary', () => {
    expect(ask(cut, eu, 'home', { home: eu })).toBe('admitted');
    expect(ask(cut, us, 'home', { home: eu })).toBe('isolated');
    expect(ask(cut, us, 'home', { home: us })).toBe('admitted');
    expect(ask(cut, eu, 'home', { home: us })).toBe('isolated');
  });

  it('sends the primary’s clients with what belongs home to the region that takes it', () => {
    const named = { ...cut, primaryUrl: 'https://orders.example.com' };
    expect(admit(named, { region: us, whenIsolated: ['home'], home: eu, nowMs })).toEqual({
      kind: 'not-admitted',
      reason: 'isolated',
      primary: eu,
      primaryUrl: undefined,
    });
  });

  it('gives the orders of a region that the plan dropped to the primary', () => {
    const dropped = { ...cut, plan: configuredPlan(us, [us]) };
    expect(ask(dropped, us, 'home', { home: eu })).toBe('admitted');
    expect(ask(dropped, eu, 'home', { home: eu })).toBe('isolated');
  });

  it('judges a command by its strictest event', () => {
    expect(ask(cut, eu, ['anywhere', 'primary'])).toBe('isolated');
    expect(ask(cut, eu, ['anywhere', 'home'], { home: eu })).toBe('admitted');
  });

  it('never lets two regions take the same decision on one order while both are isolated', () => {
    for (const needs of ['primary', 'home'] as const)
      for (const home of [us, eu, 'ap-south-1', undefined])
        for (const gate of [cut, strict]) {
          if (home === undefined && needs === 'home') continue;
          const takers = [us, eu].filter((region) => ask(gate, region, needs, { home }) === 'admitted');
          expect(takers.length, `${needs} of ${home}`).toBeLessThanOrEqual(1);
        }
  });

  it.each([gateAgeMsMax + 1, -gateAgeMsMax - 1])('takes a gate that is %s ms old for a cut link', (ageMs) => {
    const old = { ...well, writtenAtMs: nowMs - ageMs };
    expect(ask(old, us, 'primary')).toBe('admitted');
    expect(ask(old, eu, 'primary')).toBe('isolated');
  });

  it('lets the primary decide under a witness only while it holds the lease', () => {
    const witnessed = { ...cut, hasWitness: true };
    expect(ask(witnessed, us, 'primary')).toBe('no-lease');
    expect(ask({ ...witnessed, leaseUntilMs: nowMs }, us, 'primary')).toBe('no-lease');
    expect(ask({ ...witnessed, leaseUntilMs: nowMs + 1 }, us, 'primary')).toBe('admitted');
    expect(ask({ ...witnessed, leaseUntilMs: nowMs + 1, writtenAtMs: nowMs - 60_000 }, us, 'primary')).toBe('admitted');
    expect(ask({ ...well, hasWitness: true }, us, 'primary'), 'nobody needs it while the link is well').toBe(
      'admitted',
    );
  });

  it('does not trust a lease that a clock wrote which has gone back since', () => {
    const jumped = { ...cut, hasWitness: true, leaseUntilMs: nowMs + 620_000, writtenAtMs: nowMs + 600_000 };
    expect(ask(jumped, us, 'primary')).toBe('no-lease');
  });
});
