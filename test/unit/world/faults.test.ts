import { describe, expect, it } from 'vitest';
import { createFaults, roundTripMs } from '../../../infra/world/faults.ts';

const [us, eu, ap] = ['us-east-1', 'eu-west-1', 'ap-south-1'] as const;
const isCut = (faults: ReturnType<typeof createFaults>) =>
  [us, eu, ap].flatMap((from) =>
    [us, eu, ap].filter((to) => to !== from && faults.condition(from, to).isCut).map((to) => `${from}>${to}`),
  );

describe('faults', () => {
  it('cuts both directions of a pair unless one is asked for', () => {
    const [both, one] = [createFaults([us, eu, ap]), createFaults([us, eu, ap])];

    both.set({ kind: 'partition', from: us, to: eu });
    one.set({ kind: 'partition', from: us, to: eu, bothWays: false });

    expect(isCut(both)).toEqual([`${us}>${eu}`, `${eu}>${us}`]);
    expect(isCut(one)).toEqual([`${us}>${eu}`]);
  });

  it('means every pair when no region is named, and every peer when one is', () => {
    const [all, peers] = [createFaults([us, eu, ap]), createFaults([us, eu, ap])];

    all.set({ kind: 'partition' });
    peers.set({ kind: 'partition', from: ap, bothWays: false });

    expect(isCut(all)).toHaveLength(6);
    expect(isCut(peers)).toEqual([`${ap}>${us}`, `${ap}>${eu}`]);
  });

  it('cuts all links of a region that is out', () => {
    const faults = createFaults([us, eu, ap]);

    faults.set({ kind: 'outage', from: ap });

    expect(faults.isOut(ap)).toBe(true);
    expect(isCut(faults)).toEqual([`${us}>${ap}`, `${eu}>${ap}`, `${ap}>${us}`, `${ap}>${eu}`]);
  });

  it('heals what is named, and everything when nothing is', () => {
    const faults = createFaults([us, eu, ap]);
    faults.set({ kind: 'lag', ms: 300 });
    faults.set({ kind: 'partition', from: us, to: eu });
    faults.set({ kind: 'outage', from: ap });

    faults.set({ kind: 'heal', from: us, to: eu });
    expect(faults.condition(us, eu)).toEqual({ isCut: false, lagMs: 0 });
    expect(faults.condition(us, ap)).toEqual({ isCut: true, lagMs: 300 });

    faults.set({ kind: 'heal' });
    expect(faults.active()).toEqual([]);
    expect(faults.isOut(ap)).toBe(false);
  });

  it('lists what is on', () => {
    const faults = createFaults([us, eu]);

    faults.set({ kind: 'lag', ms: 300, from: us, to: eu, bothWays: false });
    faults.set({ kind: 'outage', from: eu });

    expect(faults.active()).toEqual([
      { kind: 'outage', region: eu },
      { kind: 'lag', from: us, to: eu, ms: 300 },
    ]);
  });

  it('makes a question and its answer as late as both directions, or never come', () => {
    const faults = createFaults([us, eu]);
    faults.set({ kind: 'lag', ms: 300, from: us, to: eu, bothWays: false });
    faults.set({ kind: 'lag', ms: 200, from: eu, to: us, bothWays: false });
    expect(roundTripMs(faults, us, eu)).toBe(500);

    faults.set({ kind: 'partition', from: eu, to: us, bothWays: false });
    expect(roundTripMs(faults, us, eu)).toBe(Number.POSITIVE_INFINITY);
  });

  it('refuses a region that the world does not have', () => {
    expect(() => createFaults([us, eu]).set({ kind: 'outage', from: ap })).toThrow(ap);
  });
});
