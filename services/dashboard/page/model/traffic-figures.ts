/** What a region's counts of requests and entries say: how many a second, and which share went well. Pure. */
import type { AnsweredPeriod, TrafficAnswer } from '../../../order-api/read-traffic.ts';

export interface TrafficFigures {
  readonly appendsPerSecond: number;
  /** 0 to 1; undefined where nobody asked for anything. */
  readonly successShare: number | undefined;
}

export interface TrafficNow extends TrafficFigures {
  /** Over how long. */
  readonly seconds: number;
}

/** Of one period, and when it began. */
export interface TrafficPoint extends TrafficFigures {
  readonly from: string;
  readonly answered: number;
  readonly failed: number;
}

/** Shorter ones jump about. */
const nowSecondsMin = 15;

/** Of the newest periods; undefined where there is none. */
export const trafficNow = ({ periodSeconds, periods }: TrafficAnswer): TrafficNow | undefined => {
  const newest = periods.slice(-Math.ceil(nowSecondsMin / periodSeconds));
  if (newest.length === 0) return undefined;
  const seconds = newest.length * periodSeconds;
  const sum = newest.reduce(
    (sums, { answered, failed, appended }) => ({
      answered: sums.answered + answered,
      failed: sums.failed + failed,
      appended: sums.appended + appended,
    }),
    { answered: 0, failed: 0, appended: 0 },
  );
  return { ...figuresOf(sum, seconds), seconds };
};

/** Oldest first. */
export const trafficPoints = ({ periodSeconds, periods }: TrafficAnswer): readonly TrafficPoint[] =>
  periods.map((period) => ({
    from: period.from,
    answered: period.answered,
    failed: period.failed,
    ...figuresOf(period, periodSeconds),
  }));

const figuresOf = (
  { answered, failed, appended }: Pick<AnsweredPeriod, 'answered' | 'failed' | 'appended'>,
  seconds: number,
): TrafficFigures => ({
  appendsPerSecond: appended / seconds,
  successShare: answered + failed === 0 ? undefined : answered / (answered + failed),
});

const roundingError = 1e-6;

/** Never rounded up to what was not reached: `100 %` says that nothing failed. */
export const shareText = (share: number): string => {
  const percent = Math.floor(share * 1_000 + roundingError) / 10;
  return `${Number.isInteger(percent) ? percent : percent.toFixed(1)} %`;
};

const rate = new Intl.NumberFormat('en', { maximumFractionDigits: 1 });
export const rateText = (perSecond: number): string => rate.format(perSecond);
