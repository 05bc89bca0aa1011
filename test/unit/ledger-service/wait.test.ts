import { describe, expect, it } from 'vitest';
import { askUntil, noWait, startWait } from '../../../services/ledger/wait.ts';
import { createVirtualTime, type VirtualTime } from '../../support/virtual-time.ts';

const middle = () => 0.5;

/** The times at which it was asked. */
const askedAt = async (waitMs: number, isEnoughAtMs: number, time: VirtualTime = createVirtualTime()) => {
  const times: number[] = [];
  const ask = async () => times.push(time.passedMs());
  await askUntil({ random: middle, sleep: time.sleep }, startWait(time, waitMs), ask, () => {
    return time.passedMs() >= isEnoughAtMs;
  });
  return times;
};

describe('waiting', () => {
  it('asks once and takes no time where the first answer is enough', async () => {
    expect(await askedAt(20_000, 0)).toEqual([0]);
  });

  it('asks once where there is no time', async () => {
    expect(await askedAt(0, 1)).toEqual([0]);
    expect(
      await askUntil(
        { random: middle, sleep: async () => undefined },
        noWait,
        async () => 'no',
        () => false,
      ),
    ).toBe('no');
  });

  it('asks after pauses that grow, and a last time when the time is up', async () => {
    const times = await askedAt(1_000, Number.POSITIVE_INFINITY);
    const pauses = times.slice(1).map((time, i) => time - (times[i] ?? 0));
    expect(pauses.slice(0, 4)).toEqual([19, 38, 75, 150]);
    expect(Math.max(...pauses)).toBeLessThanOrEqual(250);
    expect(times.at(-1)).toBe(1_000);
    expect(await askedAt(80, Number.POSITIVE_INFINITY)).toEqual([0, 19, 57, 80]);
  });

  it('asks some hundred times in the longest wait', async () => {
    expect((await askedAt(20_000, Number.POSITIVE_INFINITY)).length).toBeLessThan(120);
  });

  it('ends at the first answer that is enough', async () => {
    const times = await askedAt(20_000, 1_000);
    expect(times.at(-1)).toBeGreaterThanOrEqual(1_000);
    expect(times.at(-1)).toBeLessThan(1_250);
  });

  it('spreads out those who wait together', async () => {
    const time = createVirtualTime();
    const firstPauseOf = async (random: number) => {
      const asked: number[] = [];
      const startedAtMs = time.passedMs();
      const ask = async () => asked.push(time.passedMs() - startedAtMs);
      await askUntil({ random: () => random, sleep: time.sleep }, startWait(time, 500), ask, () => asked.length > 1);
      return asked[1];
    };
    expect(await firstPauseOf(0)).toBe(13);
    expect(await firstPauseOf(0.999)).toBe(25);
  });

  it('counts the time that an answer takes', async () => {
    const time = createVirtualTime();
    let asked = 0;
    const slow = async () => {
      asked += 1;
      await time.sleep(400);
    };
    await askUntil({ random: middle, sleep: time.sleep }, startWait(time, 1_000), slow, () => false);
    expect(asked).toBe(3);
    expect(time.passedMs()).toBeLessThan(1_400);
  });

  it('ends though the clock stands still, is set back, or runs ahead', async () => {
    for (const driftMs of [0, -600_000, 600_000]) {
      let nowMs = 1_000_000;
      let sleptMs = 0;
      const sleep = async (ms: number) => {
        sleptMs += ms;
        if (sleptMs > 10_000) throw new Error('waits for ever');
        nowMs += driftMs;
      };
      await askUntil(
        { random: middle, sleep },
        startWait({ clock: { nowMs: () => nowMs } }, 2_000),
        async () => 0,
        () => false,
      );
      expect(sleptMs).toBeLessThanOrEqual(2_000);
    }
  });

  it('is one deadline for all who share it', async () => {
    const time = createVirtualTime();
    const wait = startWait(time, 1_000);
    const deps = { random: middle, sleep: time.sleep };
    await askUntil(
      deps,
      wait,
      async () => 0,
      () => time.passedMs() >= 600,
    );
    await askUntil(
      deps,
      wait,
      async () => 0,
      () => false,
    );
    expect(time.passedMs()).toBe(1_000);
  });
});
