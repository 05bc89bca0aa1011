import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  clockRateErrorMax,
  heldAfter,
  type Lease,
  type LeaseHolding,
  type LeaseLook,
  leaseDefaults,
  stepLease,
} from '../../../domain/write-plan/lease.ts';
import type { WritePlan } from '../../../domain/write-plan/write-plan.ts';

const [us, eu] = ['us-east-1', 'eu-west-1'] as const;
const { termMs, marginMs, lookMsMax } = leaseDefaults;
const plan: WritePlan = { primary: us, regions: [us, eu], epoch: 4, entryId: 'plan-4' };
const lease: Lease = { holder: us, epoch: 4, counter: 90 };
const none: LeaseHolding = { kind: 'none' };
const untilTakenMs = termMs + marginMs;

const look = (region: string, seen: Lease | undefined, nowMs: number, rest: Partial<LeaseLook> = {}): LeaseLook => ({
  region,
  lease: seen,
  plan,
  isOpen: true,
  nowMs,
  ...rest,
});

/** Looks once a second, at a lease that stands still. */
const watchFor = (seconds: number, { stepMs = 1_000, holding = none, rest = {} as Partial<LeaseLook> } = {}) => {
  let step = stepLease(holding, look(eu, lease, 500_000, rest), leaseDefaults);
  for (let i = 1; i <= seconds; i++)
    step = stepLease(step.holding, look(eu, lease, 500_000 + i * stepMs, rest), leaseDefaults);
  return step;
};

const watched = (holding: LeaseHolding) => (holding.kind === 'none' ? holding.watch : undefined);

describe('the holder', () => {
  const held: LeaseHolding = { kind: 'held', epoch: 4, untilMs: 5_000 };

  it('renews by raising the counter, and holds for less than a term from when that was sent', () => {
    const seen = look(us, lease, 1_000_000);
    const step = stepLease(held, seen, leaseDefaults);
    expect(step).toEqual({ holding: held, put: { ...lease, counter: 91 } });
    expect(heldAfter(step, seen, 1_000_100, leaseDefaults)).toEqual({
      kind: 'held',
      epoch: 4,
      untilMs: 1_000_100 + termMs * (1 - clockRateErrorMax),
    });
  });

  it('holds no longer once another region has taken it', () => {
    const step = stepLease(held, look(us, { holder: eu, epoch: 5, counter: 91 }, 1_000_000), leaseDefaults);
    expect(step.holding.kind).toBe('none');
    expect(step.put).toBeUndefined();
  });

  it('makes the first one, and waits as long as for somebody else before it acts on it', () => {
    const seen = look(us, undefined, 1_000);
    const step = stepLease(none, seen, leaseDefaults);
    expect(step.put).toEqual({ holder: us, epoch: 4, counter: 1 });
    expect(heldAfter(step, seen, 1_000, leaseDefaults)).toEqual(none);
    expect(stepLease(none, look(eu, undefined, 1_000), leaseDefaults).put).toBeUndefined();
  });

  it('that was given it by somebody else waits until the holder before it has stopped', () => {
    let holding: LeaseHolding = { kind: 'none' };
    const actsAfterSeconds: number[] = [];
    for (let second = 0; second <= 40; second++) {
      const seen = look(us, { ...lease, counter: 90 + second }, 1_000_000 + second * 1_000);
      const step = stepLease(holding, seen, leaseDefaults);
      expect(step.put).toEqual({ ...lease, counter: 91 + second });
      holding = heldAfter(step, seen, seen.nowMs, leaseDefaults);
      if (holding.kind === 'held') actsAfterSeconds.push(second);
    }
    expect(actsAfterSeconds[0]).toBe(untilTakenMs / 1_000);
  });

  it('goes on where somebody gave it the lease that it held', () => {
    const step = stepLease(held, look(us, { holder: us, epoch: 5, counter: 91 }, 1_000_000), leaseDefaults);
    expect(step).toEqual({ holding: { ...held, epoch: 5 }, put: { holder: us, epoch: 5, counter: 92 } });
  });

  it('hands it over where a newer plan names another, as after the witness was restored from a copy', () => {
    const given: WritePlan = { ...plan, primary: eu, epoch: 6 };
    const seen = look(us, lease, 1_000_000, { plan: given });
    const step = stepLease(held, seen, leaseDefaults);
    expect(step).toEqual({ holding: none, put: { holder: eu, epoch: 6, counter: 91 } });
    expect(heldAfter(step, seen, 1_000_000, leaseDefaults)).toEqual(none);
    const taken = look(us, { ...lease, epoch: 6 }, 1_000_000, { plan: given });
    expect(stepLease(held, taken, leaseDefaults).put, 'not where the lease is as new').toMatchObject({ holder: us });
  });

  it('waits anew where the lease went through other hands', () => {
    const step = stepLease(held, look(us, { holder: us, epoch: 6, counter: 99 }, 1_000_000), leaseDefaults);
    expect(step.holding).toMatchObject({ kind: 'inherited', epoch: 6, waitedMs: 0 });
    const waiting: LeaseHolding = { kind: 'inherited', epoch: 5, waitedMs: untilTakenMs - 1, lookedAtMs: 999_000 };
    const again = stepLease(waiting, look(us, { holder: us, epoch: 6, counter: 99 }, 1_000_000), leaseDefaults);
    expect(again.holding, 'while it waits, too').toMatchObject({ kind: 'inherited', epoch: 6, waitedMs: 0 });
  });
});

describe('another region', () => {
  it('takes over with the next epoch once the lease stood still for a term and a margin', () => {
    expect(watchFor(untilTakenMs / 1_000 - 1).put).toBeUndefined();
    const step = watchFor(untilTakenMs / 1_000);
    expect(step.put).toEqual({ holder: eu, epoch: 5, counter: 91 });
    expect(heldAfter(step, look(eu, lease, 0), 700_000, leaseDefaults)).toMatchObject({ kind: 'held', epoch: 5 });
  });

  it('takes an epoch above every plan that it knows', () => {
    expect(watchFor(untilTakenMs / 1_000, { rest: { plan: { ...plan, epoch: 9 } } }).put?.epoch).toBe(10);
  });

  it('begins to watch when its breaker opens, and anew after each renewal', () => {
    expect(watched(watchFor(30, { rest: { isOpen: false } }).holding)).toBeUndefined();
    const renewed = look(eu, { ...lease, counter: 91 }, 531_000);
    expect(watched(stepLease(watchFor(30).holding, renewed, leaseDefaults).holding)).toMatchObject({ stillMs: 0 });
    const restored = look(eu, { ...lease, epoch: 3 }, 531_000);
    expect(watched(stepLease(watchFor(30).holding, restored, leaseDefaults).holding)).toMatchObject({ stillMs: 0 });
  });

  it('that has no part in the plan takes nothing', () => {
    expect(watchFor(60, { rest: { plan: { ...plan, regions: [us] } } }).put).toBeUndefined();
  });

  it('takes nothing from a primary that needs no lease: that it stands still says nothing of it', () => {
    expect(watchFor(60, { rest: { plan: { ...plan, withoutWitness: true } } }).put).toBeUndefined();
  });

  it('takes nothing because a clock jumped', () => {
    const before = watchFor(1).holding;
    const ahead = stepLease(before, look(eu, lease, 500_000 + 600_000), leaseDefaults);
    expect(watched(ahead.holding)?.stillMs).toBe(1_000 + lookMsMax);
    const back = stepLease(ahead.holding, look(eu, lease, 400_000), leaseDefaults);
    expect(watched(back.holding)?.stillMs).toBe(1_000 + lookMsMax);
  });
});

describe('the lease', () => {
  it('has one holder at a time, however the rates of two clocks differ within the bound', () => {
    const rate = fc.double({ min: 1 - clockRateErrorMax, max: 1 + clockRateErrorMax, noNaN: true });
    fc.assert(
      fc.property(rate, rate, fc.nat(1_000_000), (holderRate, takerRate, sentAtMs) => {
        const seen = look(us, lease, sentAtMs);
        const holding = heldAfter({ holding: { kind: 'held', epoch: 4 }, put: lease }, seen, sentAtMs, leaseDefaults);
        const untilMs = holding.kind === 'held' ? (holding.untilMs ?? 0) : 0;
        expect(untilTakenMs / takerRate).toBeGreaterThan((untilMs - sentAtMs) / holderRate);
      }),
    );
  });

  it('may not be set up so that two clocks within the bound give it two holders', () => {
    const tight = { ...leaseDefaults, marginMs: 500 };
    expect(() => stepLease(none, look(us, lease, 0), tight)).toThrow('margin');
  });
});
