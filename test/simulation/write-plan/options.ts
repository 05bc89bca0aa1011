/**
 * Everything that may differ between two runs of the write plan's simulation, as data: drawn from the seed, printed with a
 * failure, made smaller by the shrinker, and enough to replay a run.
 */
import { createRandomStreams, type RandomStream } from '../kernel/random-streams.ts';

/** Spells come so many times an hour, each with a duration of its own. */
export const planSpellNames = [
  'partition',
  'oneWayPartition',
  'bridge',
  'flapping',
  'lagBurst',
  'regionOutage',
  'agentStop',
  'witnessCut',
  'witnessOutage',
  'clockJump',
  'clockFreeze',
  'promotion',
] as const;
export type PlanSpellName = (typeof planSpellNames)[number];

/** Mishaps have a probability at each step or request of the API; of an agent, a share of it. */
export const planMishapNames = ['crash', 'pause', 'lostAnswer', 'throttle'] as const;
export type PlanMishapName = (typeof planMishapNames)[number];

export type PlanFaultName = PlanSpellName | PlanMishapName;

export interface WritePlanOptions {
  readonly seed: number;
  readonly regions: 2 | 3;
  readonly hasWitness: boolean;
  readonly isStrict: boolean;
  /** Until the faults stop; then everything has to settle. */
  readonly durationMs: number;
  readonly lagMs: number;
  /** What a region's clock gains a second, at most, either way. */
  readonly clockRateError: number;
  /** Between the starts of two runs of an agent; a run lasts a little over two minutes. */
  readonly agentEveryMs: number;
  /** A spell lasts at least a few seconds and at most as long. */
  readonly spellMsMax: number;
  /** 0 switches a fault off. */
  readonly faults: Readonly<Record<PlanFaultName, number>>;
}

/** Seeds up to this one are short: `npm run verify` plays some of them. */
const shortPlanSeeds = 20;

export const drawPlanOptions = (seed: number): WritePlanOptions => {
  const random = createRandomStreams(seed)('options of the write plan');
  const hasWitness = random.chance(0.5);
  return {
    seed,
    regions: random.chance(0.4) ? 3 : 2,
    hasWitness,
    isStrict: random.chance(0.2),
    durationMs: random.between(20, seed <= shortPlanSeeds ? 30 : 60) * minuteMs,
    lagMs: random.logBetween(30, 500),
    clockRateError: random.chance(0.5) ? random.between(0, clockRateErrorMost) : 0,
    agentEveryMs: minuteMs,
    spellMsMax: random.logBetween(2, 15) * minuteMs,
    faults: Object.fromEntries(
      [...planSpellNames, ...planMishapNames].map((name) => [name, drawRate(random, name)]),
    ) as WritePlanOptions['faults'],
  };
};

const minuteMs = 60_000;

/** Of two clocks together it stays below what the lease allows. */
const clockRateErrorMost = 0.024;

/** [least, most] of a fault that is switched on. */
const ranges: Readonly<Record<PlanFaultName, readonly [number, number]>> = {
  partition: [1, 8],
  oneWayPartition: [1, 8],
  bridge: [1, 8],
  flapping: [0.5, 4],
  lagBurst: [0.5, 6],
  regionOutage: [0.5, 3],
  agentStop: [0.5, 4],
  witnessCut: [1, 8],
  witnessOutage: [0.3, 2],
  clockJump: [0.5, 10],
  clockFreeze: [0.5, 6],
  promotion: [2, 20],
  crash: [0.0005, 0.02],
  pause: [0.0005, 0.02],
  lostAnswer: [0.001, 0.05],
  throttle: [0.001, 0.1],
};

const drawRate = (random: RandomStream, name: PlanFaultName): number => {
  const isOn = random.chance(0.55);
  const rate = random.logBetween(...ranges[name]);
  return isOn ? rate : 0;
};
