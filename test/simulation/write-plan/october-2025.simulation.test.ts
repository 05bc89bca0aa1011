/**
 * A slow enactor with an old plan, a newer plan enacted meanwhile, and a clean-up: the race that took DynamoDB's DNS down
 * in October 2025 (source in october-2025.ts).
 */
import { describe, expect, it } from 'vitest';
import { createRandomStreams } from '../kernel/random-streams.ts';
import { asInOctober2025, asRejoin, endMs, planOfEpoch, plansMax, type RaceTimes, runRace } from './october-2025.ts';

/** The slow one knows the first two plans and sleeps for minutes; another enacts the newest; then old plans go. */
const thatDay: RaceTimes = {
  planEveryMs: 10_000,
  enactors: [
    { atMs: 15_000, pauseMs: 300_000 },
    { atMs: 25_000, pauseMs: 0 },
    { atMs: 70_000, pauseMs: 0 },
  ],
  cleanUpsAtMs: [80_000, 400_000],
};

const drawTimes = (seed: number): RaceTimes => {
  const random = createRandomStreams(seed)('race');
  const drawAt = (): number => random.between(0, endMs / 2);
  return {
    planEveryMs: random.logBetween(1_000, 50_000),
    enactors: Array.from({ length: 3 }, () => ({ atMs: drawAt(), pauseMs: random.logBetween(1, endMs / 3) })),
    cleanUpsAtMs: [drawAt(), drawAt(), endMs - 10_000],
  };
};

const seeds = Array.from({ length: 300 }, (_, i) => i + 1);

describe('the race of October 2025', () => {
  it('leaves a region without an active plan where an enactor looks first and puts later, and plans are named', async () => {
    expect(await runRace(asInOctober2025, thatDay)).toEqual({ active: undefined, newest: planOfEpoch(plansMax) });
  });

  it('leaves the newest plan active where it is put over what was read, and lies whole in the document', async () => {
    expect(await runRace(asRejoin, thatDay)).toEqual({
      active: planOfEpoch(plansMax),
      newest: planOfEpoch(plansMax),
    });
  });

  it('loses the active plan in many races of three enactors in the one design, and in none in the other', async () => {
    let lost = 0;
    for (const seed of seeds) {
      const times = drawTimes(seed);
      if ((await runRace(asInOctober2025, times, seed)).active === undefined) lost++;
      const { active } = await runRace(asRejoin, times, seed);
      expect(active, `seed ${seed}`).toEqual(planOfEpoch(newestKnownTo(times)));
    }
    expect(lost).toBeGreaterThan(seeds.length / 20);
  });
});

/** The newest plan that was written when the last enactor looked. */
const newestKnownTo = ({ planEveryMs, enactors }: RaceTimes): number =>
  Math.min(plansMax, Math.floor(Math.max(...enactors.map(({ atMs }) => atMs)) / planEveryMs) + 1);
