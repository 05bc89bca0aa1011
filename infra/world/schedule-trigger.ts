/**
 * EventBridge Scheduler in the world: starts a function every minute, whether or not the last run has ended.
 *
 * A region that is out starts none, and those that run have no time left, as if Lambda had ended them; once it is back
 * one starts at once.
 */
import { randomUUID } from 'node:crypto';
import type { Context, ScheduledEvent } from 'aws-lambda';
import type { Clock, Sleep } from '../../domain/ports/clock.ts';
import { createLambdaContext } from './lambda-context.ts';

export type ScheduledHandler = (event: ScheduledEvent, context: Context) => Promise<void>;

export interface ScheduleTriggerOptions {
  readonly handler: ScheduledHandler;
  readonly functionName: string;
  readonly region: string;
  readonly isPaused: () => boolean;
  readonly clock: Clock;
  readonly sleep: Sleep;
  readonly onFault: (fault: unknown) => void;
}

export interface ScheduleTrigger {
  /** Leaves the runs no time, and resolves when they have ended. */
  readonly stop: () => Promise<void>;
}

export const scheduleMs = 60_000;
/** Of one run: a little over two periods, so that runs overlap. */
export const scheduledTimeoutMs = 150_000;
const lookMs = 200;

export const startScheduleTrigger = (options: ScheduleTriggerOptions): ScheduleTrigger => {
  const { handler, functionName, region, isPaused, clock, sleep, onFault } = options;
  const runs = new Set<Promise<void>>();
  let isStopped = false;
  /** Grows while the region is out: a run that began before is over. */
  let uptime = 0;

  const start = (): void => {
    const began = uptime;
    const context = createLambdaContext({ functionName, region, timeoutMs: scheduledTimeoutMs });
    const remainingMs = () => (isStopped || began !== uptime ? 0 : context.getRemainingTimeInMillis());
    const run = handler(scheduledEvent(region, clock.nowMs()), { ...context, getRemainingTimeInMillis: remainingMs })
      .catch(onFault)
      .finally(() => runs.delete(run));
    runs.add(run);
  };

  const keepTime = async (): Promise<void> => {
    let nextAtMs = clock.nowMs();
    while (!isStopped) {
      const nowMs = clock.nowMs();
      if (isPaused()) {
        uptime++;
        nextAtMs = nowMs;
      } else if (nowMs >= nextAtMs) {
        start();
        nextAtMs = nowMs + scheduleMs;
      }
      await sleep(lookMs);
    }
  };

  const ended = keepTime();
  return {
    stop: async () => {
      isStopped = true;
      await ended;
      await Promise.all(runs);
    },
  };
};

/** As Scheduler sends it to a target that was given no input of its own. */
const scheduledEvent = (region: string, nowMs: number): ScheduledEvent => ({
  version: '0',
  id: randomUUID(),
  'detail-type': 'Scheduled Event',
  source: 'aws.scheduler',
  account: '000000000000',
  time: new Date(Math.floor(nowMs / 1_000) * 1_000).toISOString().replace('.000Z', 'Z'),
  region,
  resources: [`arn:aws:scheduler:${region}:000000000000:schedule/default/region-agent`],
  detail: '{}',
});
