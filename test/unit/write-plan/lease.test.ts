import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  clockRateErrorMax,
  heldUntilMs,
  type Lease,
  type LeaseWatch,
  leaseDefaults,
  renew,
  takeOver,
  watchLease,
} from '../../../domain/write-plan/lease.ts';

const lease: Lease = { holder: 'us-east-1', epoch: 4, counter: 90 };
const { termMs, marginMs, lookMsMax } = leaseDefaults;

const watchFor = (seconds: number, { stepMs = 1_000, watch = undefined as LeaseWatch | undefined } = {}) => {
  let watched = watch;
  for (let i = 0; i <= seconds; i++)
    watched = watchLease(watched, { lease, nowMs: 500_000 + i * stepMs, isOpen: true }, leaseDefaults);
  return watched;
};

describe('lease', () => {
  it('is held for less than its term, counted from the sending of the renewal', () => {
    expect(heldUntilMs(1_000_000, leaseDefaults)).toBe(1_000_000 + termMs * (1 - clockRateErrorMax));
    expect(renew(lease)).toEqual({ ...lease, counter: 91 });
  });

  it('is taken over with the next epoch once it stood still for a term and a margin', () => {
    expect(takeOver(watchFor((termMs + marginMs) / 1000 - 1), 'eu-west-1', leaseDefaults)).toBeUndefined();
    expect(takeOver(watchFor((termMs + marginMs) / 1000), 'eu-west-1', leaseDefaults)).toEqual({
      holder: 'eu-west-1',
      epoch: 5,
      counter: 91,
    });
  });

  it('is watched anew after a renewal', () => {
    const watched = watchLease(watchFor(30), { lease: renew(lease), nowMs: 531_000, isOpen: true }, leaseDefaults);
    expect(watched).toMatchObject({ counter: 91, stillMs: 0 });
  });

  it('is not watched while the breaker is closed', () => {
    expect(watchLease(watchFor(30), { lease, nowMs: 531_000, isOpen: false }, leaseDefaults)).toBeUndefined();
  });

  it('is not taken over because a clock jumped', () => {
    const watched = watchFor(1);
    const jumped = watchLease(watched, { lease, nowMs: 500_000 + 600_000, isOpen: true }, leaseDefaults);
    expect(jumped?.stillMs).toBe(1_000 + lookMsMax);
    const back = watchLease(jumped, { lease, nowMs: 400_000, isOpen: true }, leaseDefaults);
    expect(back?.stillMs).toBe(1_000 + lookMsMax);
    expect(takeOver(undefined, 'eu-west-1', leaseDefaults)).toBeUndefined();
  });

  it('has one holder at a time, however the rates of two clocks differ within the bound', () => {
    const rate = fc.double({ min: 1 - clockRateErrorMax, max: 1 + clockRateErrorMax, noNaN: true });
    fc.assert(
      fc.property(rate, rate, fc.nat(1_000_000), (holderRate, takerRate, sentAtMs) => {
        const heldForMs = (heldUntilMs(sentAtMs, leaseDefaults) - sentAtMs) / holderRate;
        const stillForMs = (termMs + marginMs) / takerRate;
        expect(stillForMs).toBeGreaterThan(heldForMs);
      }),
    );
  });
});
