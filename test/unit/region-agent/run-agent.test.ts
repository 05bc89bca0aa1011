import { describe, expect, it } from 'vitest';
import { beatsPerRun, lastBeatMs, runAgent } from '../../../services/region-agent/run-agent.ts';
import { createVirtualTime } from '../../support/virtual-time.ts';

interface RunOptions {
  /** Of the nth beat, from 1. */
  readonly beatTakesMs?: (beat: number) => number;
  readonly timeoutMs?: number;
  /** What a clock shows that is not the time. */
  readonly skewMs?: (beat: number) => number;
}

/** When each beat began, and which of them were told to be the last. */
const run = async ({ beatTakesMs = () => 10, timeoutMs = 10_000_000, skewMs = () => 0 }: RunOptions = {}) => {
  const time = createVirtualTime();
  const beganAtMs: number[] = [];
  const last: number[] = [];
  await runAgent({
    beat: async (options) => {
      beganAtMs.push(time.passedMs());
      if (options?.isLast) last.push(beganAtMs.length);
      await time.sleep(beatTakesMs(beganAtMs.length));
      return { kind: 'failed' };
    },
    clock: { nowMs: () => time.clock.nowMs() + skewMs(beganAtMs.length) },
    sleep: time.sleep,
    remainingMs: () => timeoutMs - time.passedMs(),
  });
  return { beganAtMs, last, endedAtMs: time.passedMs() };
};

describe('a run of the agent', () => {
  it('beats once a second whatever a beat takes, for a little over two minutes', async () => {
    const { beganAtMs, last } = await run({ beatTakesMs: (beat) => (beat % 2) * 400 });

    expect(beganAtMs).toEqual(Array.from({ length: beatsPerRun }, (_, i) => i * 1_000));
    expect(last).toEqual([beatsPerRun]);
    expect(beatsPerRun).toBeGreaterThan(120);
  });

  it('brings no burst behind a beat that was late, and takes the rhythm up from there', async () => {
    const { beganAtMs } = await run({ beatTakesMs: (beat) => (beat === 2 ? 3_700 : 10) });

    expect(beganAtMs.slice(0, 5)).toEqual([0, 1_000, 5_200, 6_200, 7_200]);
  });

  it('keeps half a beat between the end of one and the next', async () => {
    const { beganAtMs } = await run({ beatTakesMs: () => 900 });

    expect(beganAtMs.slice(0, 3)).toEqual([0, 1_400, 2_800]);
  });

  it('says which beat is the last before the time is up, and ends early enough for a slow one', async () => {
    const { beganAtMs, last, endedAtMs } = await run({ timeoutMs: 20_000 });

    expect(last).toEqual([beganAtMs.length]);
    expect(endedAtMs).toBeGreaterThan(14_000);
    expect(endedAtMs).toBeLessThanOrEqual(20_000 - lastBeatMs + 1_000);
  });

  it('begins no beat when there is no time for it', async () => {
    expect((await run({ timeoutMs: lastBeatMs - 1 })).beganAtMs).toEqual([]);
  });

  it.each([
    ['ahead', 600_000],
    ['back', -600_000],
  ])('is neither silenced nor lengthened by a clock that jumps %s', async (_, jumpMs) => {
    const { beganAtMs } = await run({ skewMs: (beat) => (beat >= 3 ? jumpMs : 0) });

    const pausesMs = beganAtMs.slice(1).map((beganMs, i) => beganMs - (beganAtMs[i] ?? 0));
    expect(Math.max(...pausesMs)).toBeLessThanOrEqual(1_010);
    expect(Math.min(...pausesMs)).toBeGreaterThanOrEqual(500);
    expect(beganAtMs).toHaveLength(beatsPerRun);
  });
});
