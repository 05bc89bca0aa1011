/**
 * How a run's review is set up, drawn from a stream of its own: a run without one is the run that it always was.
 */
import type { GraceMs } from '../../../domain/review/grace.ts';
import { createRandomStreams } from '../kernel/random-streams.ts';

export interface ReviewOptions {
  /** Of what only has no predecessor. */
  readonly illegalGraceMs: number;
  /** Of everything else. */
  readonly graceMs: number;
  /** After which a region's work is taken over. */
  readonly silenceMs: number;
  readonly sweepEveryMs: number;
  /** Instead of the definition's day, which most runs do not last. */
  readonly askTimeoutMs: number;
  /** How long people take, more or less. */
  readonly decideMs: number;
  /** Of the people who are asked. */
  readonly absentShare: number;
  /** Without one nobody knows who is silent. */
  readonly hasAgents: boolean;
}

/** Of all runs; a run of a day has many cases and many sweeps. */
const reviewShare = 0.3;
const longReviewShare = 0.1;

export interface DrawReview {
  readonly seed: number;
  readonly durationMs: number;
  readonly isForced: boolean;
}

export const drawReview = ({ seed, durationMs, isForced }: DrawReview): ReviewOptions | undefined => {
  const random = createRandomStreams(seed)('options of the review');
  const isLong = durationMs > longMs;
  const isOn = random.chance(isLong ? longReviewShare : reviewShare);
  const options = {
    illegalGraceMs: Math.round(random.logBetween(10_000, isLong ? 6 * hourMs : hourMs / 2)),
    graceMs: Math.round(random.logBetween(1_000, 5 * minuteMs)),
    silenceMs: Math.round(random.logBetween(minuteMs, 10 * minuteMs)),
    sweepEveryMs: isLong ? 4 * minuteMs : Math.round(random.between(minuteMs, 2 * minuteMs)),
    askTimeoutMs: isLong ? 24 * hourMs : Math.round(random.logBetween(12 * minuteMs, 24 * hourMs)),
    decideMs: Math.round(random.logBetween(minuteMs, durationMs / 2)),
    absentShare: random.chance(0.5) ? random.between(0.1, 0.9) : 0,
    hasAgents: random.chance(0.85),
  };
  return isOn || isForced ? options : undefined;
};

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const longMs = 10 * hourMs;

export const graceOfRun = ({ graceMs, illegalGraceMs }: ReviewOptions): GraceMs => ({
  contested: graceMs,
  illegal: illegalGraceMs,
  'key-reused': graceMs,
  ambiguous: graceMs,
  'field-disputed': graceMs,
  'resolutions-differ': graceMs,
});
