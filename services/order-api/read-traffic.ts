/**
 * `GET /traffic`: how many requests this region has answered and failed lately, and how many entries it has stored. Those
 * of all tenants together, since they are the region's health and nobody's business.
 */
import type { TrafficCount } from '../../domain/ports/traffic.ts';
import { type Answer, answerOk, answerProblem } from './http-answer.ts';
import type { OrderApiDeps } from './order-api-deps.ts';
import type { RequestRefusal } from './request.ts';

export interface TrafficAnswer {
  readonly region: string;
  readonly periodSeconds: number;
  /** Oldest first, without gaps. */
  readonly periods: readonly AnsweredPeriod[];
}

export interface AnsweredPeriod extends Readonly<Record<TrafficCount, number>> {
  readonly from: string;
}

export const readTraffic =
  ({ region, traffic }: OrderApiDeps) =>
  async (): Promise<Answer> => {
    if (!traffic) return answerProblem(isNotTold);
    const { periodSeconds, periods } = await traffic.read();
    const answered: TrafficAnswer = {
      region,
      periodSeconds,
      periods: periods.map(({ fromMs, ...counts }) => ({ from: new Date(fromMs).toISOString(), ...counts })),
    };
    return answerOk(answered);
  };

const isNotTold: RequestRefusal = {
  kind: 'not-implemented',
  detail: 'This deployment does not tell its traffic: TRAFFIC_PERIOD_SECONDS is 0.',
};
