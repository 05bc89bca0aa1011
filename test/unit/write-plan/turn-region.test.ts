import { describe, expect, it } from 'vitest';
import { breakerDefaults } from '../../../domain/write-plan/breaker.ts';
import { leaseDefaults } from '../../../domain/write-plan/lease.ts';
import type { Beat } from '../../../domain/write-plan/link-lag.ts';
import { observeLinks } from '../../../domain/write-plan/observe-links.ts';
import type { RegionState } from '../../../domain/write-plan/region-state.ts';
import { type Arrived, type TurnSettings, turnRegion } from '../../../domain/write-plan/turn-region.ts';

const [us, eu, ap] = ['us-east-1', 'eu-west-1', 'ap-south-1'] as const;
const startMs = 10_000_000;
const settings: TurnSettings = { region: us, beatMs: 1_000, breaker: breakerDefaults, lease: leaseDefaults };
const plan = { primary: us, regions: [ap, eu, us], epoch: 2, entryId: 'plan-2' };

const state: RegionState = {
  agent: 'run-1',
  plan,
  breaker: { kind: 'closed', openings: [] },
  links: {},
  counter: 100,
  writtenAtMs: startMs - 1_000,
};

/** A peer's beat that echoes the beat which we sent so many seconds ago. */
const beatFrom = (
  region: string,
  { echoed = 1, counter = 50, ...rest }: Partial<Beat> & { echoed?: number } = {},
): Beat => ({
  region,
  counter,
  sentAtMs: startMs - 500,
  echoes: { [us]: { counter: 101 - echoed, sentAtMs: startMs - echoed * 1_000 } },
  hasSickLink: false,
  ...rest,
});

const arrived: Arrived = {
  peerBeats: [beatFrom(eu), beatFrom(ap)],
  plans: [],
  lateArrivalMs: undefined,
  witness: { kind: 'none' },
};

const turn = (before: Partial<RegionState> = {}, news: Partial<Arrived> = {}, nowMs = startMs) =>
  turnRegion({ ...state, ...before }, { ...arrived, ...news }, nowMs, settings);

describe('a beat', () => {
  it('keeps the breaker closed while every peer of the plan echoes', () => {
    const { state: next, hasSickLink } = turn();
    expect(next.breaker.kind).toBe('closed');
    expect(next).toMatchObject({ counter: 101, writtenAtMs: startMs, links: { [eu]: { lagMs: 1_000 } } });
    expect(hasSickLink).toBe(false);
  });

  it('opens when one peer has not echoed for longer than the threshold, and says so', () => {
    const { state: next, hasSickLink } = turn({}, { peerBeats: [beatFrom(eu), beatFrom(ap, { echoed: 31 })] });
    expect(next.breaker.kind).toBe('open');
    expect(hasSickLink).toBe(true);
  });

  it('opens when the heartbeat of a peer is missing', () => {
    expect(turn({}, { peerBeats: [beatFrom(eu)] }).state.breaker.kind).toBe('open');
  });

  it('does not count on a peer that the plan has dropped', () => {
    const narrow = { ...plan, regions: [eu, us] };
    expect(turn({ plan: narrow }, { peerBeats: [beatFrom(eu)] }).state.breaker.kind).toBe('closed');
  });

  it('opens when a peer that is heard well is cut off from another, and does not pass that on as its own', () => {
    const { state: next, hasSickLink } = turn({}, { peerBeats: [beatFrom(eu, { hasSickLink: true }), beatFrom(ap)] });
    expect(next.breaker.kind).toBe('open');
    expect(hasSickLink).toBe(false);
  });

  it('goes on with what was known where the beats cannot be read, and time makes that worse', () => {
    const known = turn().state;
    const blind = turnRegion(known, { ...arrived, peerBeats: undefined }, startMs + 4_000, settings).state;
    expect(blind.breaker.kind).toBe('closed');
    expect(blind.links[eu]?.lagMs).toBe(5_000);
    const later = turnRegion(blind, { ...arrived, peerBeats: undefined }, startMs + 40_000, settings).state;
    expect(later.breaker.kind).toBe('open');
  });

  it('enacts the newest plan that has arrived, and keeps what it has over an older or an incomplete one', () => {
    const newer = { primary: eu, regions: [eu, us], epoch: 3, entryId: 'plan-3' };
    expect(turn({}, { plans: [newer, { ...newer, epoch: 1 }] }).state.plan).toEqual(newer);
    expect(turn({}, { plans: [{ ...newer, epoch: 1 }] }).state.plan).toEqual(plan);
    expect(turn({}, { plans: [{ ...newer, epoch: 9, regions: [] }] }).state.plan).toEqual(plan);
    expect(turn({}, { plans: [] }).state.plan).toEqual(plan);
  });
});

describe('a clock that stood still or went back', () => {
  const held = { kind: 'held', epoch: 2, untilMs: startMs + 20_000 } as const;

  it.each([-600_000, -1, 0])('ends the holding of a lease until the next renewal (%s ms)', (stepMs) => {
    const { state: next, isClockSound } = turn(
      { lease: held },
      { witness: { kind: 'unreachable' } },
      startMs - 1_000 + stepMs,
    );
    expect(isClockSound).toBe(false);
    expect(next.lease).toEqual({ kind: 'held', epoch: 2 });
  });

  it('is no matter of one that runs', () => {
    expect(turn({ lease: held }, { witness: { kind: 'unreachable' } }).state.lease).toEqual(held);
  });
});

describe('an unreachable witness', () => {
  it('keeps the watch of another holder, and lets it not grow', () => {
    const watch = { epoch: 2, counter: 7, stillMs: 9_000, lookedAtMs: startMs - 1_000 };
    const { state: next, leaseStep } = turn({ lease: { kind: 'none', watch } }, { witness: { kind: 'unreachable' } });
    expect(leaseStep).toBeUndefined();
    expect(next.lease).toEqual({ kind: 'none', watch });
  });
});

describe('the clock skew of a link', () => {
  const observed = (skewMs: number | undefined, readingMs: number) => {
    const known = { counter: 1, heardAtMs: 0, hasSickLink: false };
    const beat = beatFrom(eu, { counter: 2, sentAtMs: startMs - readingMs });
    const before = skewMs === undefined ? {} : { [eu]: { ...known, skewMs } };
    const input = { region: us, lastCounter: 100, peerBeats: [beat], nowMs: startMs, elapsedMs: 1_000, beatMs: 1_000 };
    return observeLinks(before, input)[eu]?.skewMs;
  };

  it('is the shortest way that a beat took, whatever the clock of the peer says', () => {
    expect(observed(undefined, 700)).toBe(700);
    expect(observed(700, 400)).toBe(400);
    expect(observed(400, -600_000)).toBe(-600_000);
  });

  it('believes slowly that all ways became longer', () => {
    expect(observed(400, 30_400)).toBe(700);
  });

  it('and the time of hearing stay as they are until another beat comes', () => {
    const before = { [eu]: { counter: 50, heardAtMs: 77, skewMs: 3, hasSickLink: false } };
    const input = {
      region: us,
      lastCounter: 100,
      peerBeats: [beatFrom(eu)],
      nowMs: startMs,
      elapsedMs: 1,
      beatMs: 1_000,
    };
    expect(observeLinks(before, input)[eu]).toMatchObject({ heardAtMs: 77, skewMs: 3 });
  });
});
