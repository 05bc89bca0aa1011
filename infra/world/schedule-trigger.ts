/**
 * EventBridge Scheduler in the world: starts a function every so often, whether or not the last run has ended.
 *
 * A region that is out starts none, and those that run have no time left, as if Lambda had ended them; once it is back
 * one starts at once.
 */
import { randomUUID } from 'node:crypto';
import type { Context, ScheduledEvent } from 'aws-lambda';
import type { Clock, Sleep } from '../../domain/ports/clock.ts';
import { createLambdaContext } from './lambda-context.ts';

export type ScheduledHandler = (event: ScheduledEvent, context: Context) => Promise<unknown>;

export interface ScheduleTriggerOptions {
  readonly handler: ScheduledHandler;
  readonly functionName: string;
  readonly region: string;
  /** Every minute when left out. */
  readonly periodMs?: number;
  /** Of one run. */
  readonly timeoutMs?: number;
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
  const { periodMs = scheduleMs, timeoutMs = scheduledTimeoutMs } = options;
  const runs = new Set<Promise<void>>();
  let isStopped = false;
  /** Grows while the region is out: a run that began before is over. */
  let uptime = 0;

  const start = (): void => {
    const began = uptime;
    const context = createLambdaContext({ functionName, region, timeoutMs });
    const remainingMs = () => (isStopped || began !== uptime ? 0 : context.getRemainingTimeInMillis());
    const event = scheduledEvent({ region, functionName }, clock.nowMs());
    const run = handler(event, { ...context, getRemainingTimeInMillis: remainingMs })
      .then(() => undefined, onFault)
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
        nextAtMs = nowMs + periodMs;
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
const scheduledEvent = (
  { region, functionName }: Pick<ScheduleTriggerOptions, 'region' | 'functionName'>,
  nowMs: number,
): ScheduledEvent => ({
  version: '0',
  id: randomUUID(),
  'detail-type': 'Scheduled Event',
  source: 'aws.scheduler',
  account: '000000000000',
  time: new Date(Math.floor(nowMs / 1_000) * 1_000).toISOString().replace('.000Z', 'Z'),
  region,
  resources: [`arn:aws:scheduler:${region}:000000000000:schedule/default/${functionName}`],
  detail: '{}',
});
