/**
 * Everything that may differ between two runs, as data: drawn from the seed, printed with a failure, made smaller by the
 * shrinker, and enough to replay a run.
 */
import type { Consistency } from '../../../domain/ledger/position.ts';
import { createRandomStreams, type RandomStream } from '../kernel/random-streams.ts';
import { drawReview, type ReviewOptions } from './review-options.ts';

/** Spells come so many times an hour, each with a duration of its own. */
export const spellNames = [
  'partition',
  'oneWayPartition',
  'flapping',
  'bridge',
  'lagBurst',
  'lagGrowth',
  'regionOutage',
  'redeploy',
  'projectorStop',
  'clockJump',
  'clockFreeze',
  'attributeFlip',
  'tableRestore',
  'upgrade',
  'rebuild',
  'cleanUp',
] as const;
export type SpellName = (typeof spellNames)[number];

/** Mishaps have a probability at each step, request, record or command. */
export const mishapNames = [
  'crash',
  'pause',
  'lostAnswer',
  'throttle',
  'lostAcknowledgement',
  'duplicateRecord',
  'reorderedBatch',
  'retryStorm',
  'hotOrder',
  'lateRetry',
  'keyReuse',
  'bypass',
  'partialAcceptance',
  'lostMessage',
  'duplicateMessage',
] as const;
export type MishapName = (typeof mishapNames)[number];

export type FaultName = SpellName | MishapName;

export interface SimulationOptions {
  readonly seed: number;
  /** Of the ledger table. */
  readonly consistency: Consistency;
  readonly regions: 2 | 3;
  readonly durationMs: number;
  readonly orders: number;
  /** Which of them are played; all, unless the shrinker left some out. */
  readonly onlyOrders?: readonly number[] | undefined;
  /** How long an order's life takes. */
  readonly lifeMs: number;
  /** How many of the orders live a real order's life. */
  readonly realShare: number;
  readonly lagMs: number;
  readonly streamShards: number;
  readonly streamRetentionMs: number;
  /** `capped`: the faults stop at the end, and then everything must settle. `uncapped`: nothing bad may ever happen. */
  readonly mode: 'capped' | 'uncapped';
  /** Undefined where nobody reviews but the shop's own people. */
  readonly review?: ReviewOptions | undefined;
  /** 0 switches a fault off. */
  readonly faults: Readonly<Record<FaultName, number>>;
}

/** Seeds up to this one are all short: `npm run verify` plays them. */
export const shortSeeds = 300;

export interface DrawExtras {
  /** Also where the seed draws no review. */
  readonly isReviewed?: boolean;
}

/** The same story on either table, but for what only one of them knows: draws of the one are no draws of the other. */
export const drawOptions = (
  seed: number,
  consistency: Consistency = 'eventual',
  { isReviewed = false }: DrawExtras = {},
): SimulationOptions => {
  const withoutReview = drawEventual(seed);
  const { durationMs } = withoutReview;
  const drawn = { ...withoutReview, review: drawReview({ seed, durationMs, isForced: isReviewed }) };
  if (consistency === 'eventual') return drawn;
  // Three replicas make the quorum, and none of them is restored by itself.
  return { ...drawn, consistency, regions: 3, faults: { ...drawn.faults, tableRestore: 0 } };
};

const drawEventual = (seed: number): SimulationOptions => {
  const random = createRandomStreams(seed)('options');
  const isLong = seed > shortSeeds && random.chance(longShare);
  const durationMs = isLong ? random.between(26, 40) * hourMs : random.between(0.4, 1.6) * hourMs;
  const ordersPerHour = isLong ? random.between(8, 11) : random.between(8, 14);
  const options: Omit<SimulationOptions, 'faults'> = {
    seed,
    consistency: 'eventual',
    regions: random.chance(0.25) ? 3 : 2,
    durationMs,
    orders: Math.max(1, Math.round((ordersPerHour * durationMs) / hourMs)),
    lifeMs: random.logBetween(durationMs / 100, durationMs / 2),
    realShare: random.chance(0.5) ? random.between(0.1, 0.6) : 0,
    lagMs: random.logBetween(50, 2_000),
    streamShards: random.integer(1, 4),
    streamRetentionMs: isLong || random.chance(0.7) ? 24 * hourMs : random.logBetween(30_000, hourMs),
    mode: random.chance(0.75) ? 'capped' : 'uncapped',
  };
  const randomStreams = createRandomStreams(seed);
  const faults = drawFaults(random, randomStreams('options of projections'), randomStreams('faults of the review'));
  // A rebuild of a long run's orders costs as much as hours of its traffic.
  return { ...options, faults: { ...faults, rebuild: isLong ? faults.rebuild / 5 : faults.rebuild } };
};

const hourMs = 3_600_000;
/** A day and more, for what only shows after 24 h. */
const longShare = 0.04;

/** [least, most] of a fault that is switched on. */
const ranges: Readonly<Record<FaultName, readonly [number, number]>> = {
  partition: [0.2, 4],
  oneWayPartition: [0.2, 4],
  flapping: [0.2, 2],
  bridge: [0.2, 4],
  lagBurst: [0.2, 6],
  lagGrowth: [0.2, 2],
  regionOutage: [0.1, 1],
  redeploy: [0.2, 6],
  projectorStop: [0.1, 2],
  clockJump: [0.2, 8],
  clockFreeze: [0.2, 8],
  attributeFlip: [0.05, 1],
  tableRestore: [0.05, 0.5],
  upgrade: [0.2, 2],
  rebuild: [0.2, 2],
  cleanUp: [0.2, 2],
  crash: [0.0005, 0.03],
  pause: [0.0005, 0.02],
  lostAnswer: [0.001, 0.05],
  throttle: [0.001, 0.1],
  lostAcknowledgement: [0.001, 0.1],
  duplicateRecord: [0.01, 0.3],
  reorderedBatch: [0.05, 1],
  retryStorm: [0.005, 0.05],
  hotOrder: [0.0001, 0.0005],
  lateRetry: [0.01, 0.1],
  keyReuse: [0.005, 0.04],
  bypass: [0.005, 0.04],
  partialAcceptance: [0.01, 0.3],
  lostMessage: [0.005, 0.1],
  duplicateMessage: [0.01, 0.3],
};

/** Drawn from a stream of their own: the seeds of old keep the weather that they had without them. */
const ofProjections: ReadonlySet<FaultName> = new Set(['upgrade', 'rebuild', 'cleanUp', 'partialAcceptance']);
const ofReviews: ReadonlySet<FaultName> = new Set(['lostMessage', 'duplicateMessage']);

const drawFaults = (
  ofLedger: RandomStream,
  ofViews: RandomStream,
  ofReview: RandomStream,
): SimulationOptions['faults'] => {
  const draw = (name: FaultName): readonly [FaultName, number] => {
    const random = ofProjections.has(name) ? ofViews : ofReviews.has(name) ? ofReview : ofLedger;
    const isOn = random.chance(0.6);
    const rate = random.logBetween(...ranges[name]);
    return [name, isOn ? rate : 0];
  };
  return Object.fromEntries([...spellNames, ...mishapNames].map(draw)) as Record<FaultName, number>;
};
