/** The setting of what `GET /traffic` tells: in periods of how long. */
import * as z from 'zod';

export interface TrafficSettings {
  readonly periodSeconds: number;
}

/** Those of CloudWatch's periods that divide 15 minutes. Counts are kept by the minute there, so shorter ones are for the world. */
const periods = ['1', '5', '10', '20', '30', '60', '180', '300'] as const;

export const trafficVariables = {
  /** 0: this deployment does not tell. Telling takes `cloudwatch:GetMetricData`. */
  TRAFFIC_PERIOD_SECONDS: z.enum(['0', ...periods]).default('60'),
};

type TrafficVariables = z.infer<z.ZodObject<typeof trafficVariables>>;

export const readTrafficSettings = ({ TRAFFIC_PERIOD_SECONDS }: TrafficVariables): TrafficSettings | undefined =>
  TRAFFIC_PERIOD_SECONDS === '0' ? undefined : { periodSeconds: Number(TRAFFIC_PERIOD_SECONDS) };
