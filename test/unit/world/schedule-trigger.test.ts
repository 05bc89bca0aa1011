import type { Context, ScheduledEvent } from 'aws-lambda';
import { describe, expect, it } from 'vitest';
import { scheduleMs, startScheduleTrigger } from '../../../infra/world/schedule-trigger.ts';
import { createVirtualTime, type VirtualTime } from '../../support/virtual-time.ts';

const setUp = (handle: (context: Context, time: VirtualTime) => Promise<void> = async () => undefined) => {
  const time = createVirtualTime(Date.UTC(2026, 10, 21, 12));
  const startedAtMs: number[] = [];
  const events: ScheduledEvent[] = [];
  const faults: unknown[] = [];
  const region = { isOut: false };
  const trigger = startScheduleTrigger({
    handler: async (event, context) => {
      startedAtMs.push(time.passedMs());
      events.push(event);
      await handle(context, time);
    },
    functionName: 'region-agent',
    region: 'us-east-1',
    isPaused: () => region.isOut,
    clock: time.clock,
    sleep: time.sleep,
    onFault: (fault) => faults.push(fault),
  });
  return { time, trigger, region, startedAtMs, events, faults };
};

/** Counts the runs that ended because their time was up. */
const createRuns = () => {
  const runs = { ended: 0 };
  const handle = async (context: Context, { sleep }: VirtualTime): Promise<void> => {
    while (context.getRemainingTimeInMillis() > 0) await sleep(1_000);
    runs.ended++;
  };
  return { runs, handle };
};

describe('a schedule of the world', () => {
  it('starts a run at once and every minute, with the event of EventBridge Scheduler', async () => {
    const { time, trigger, startedAtMs, events } = setUp();

    await time.sleep(2 * scheduleMs + 1_000);
    await trigger.stop();

    expect(startedAtMs).toEqual([0, scheduleMs, 2 * scheduleMs]);
    expect(events[1]).toMatchObject({
      version: '0',
      'detail-type': 'Scheduled Event',
      source: 'aws.scheduler',
      region: 'us-east-1',
      time: '2026-11-21T12:01:00Z',
      detail: '{}',
    });
    expect(new Set(events.map(({ id }) => id)).size).toBe(3);
  });

  it('lets runs overlap, and leaves them no time once it is stopped', async () => {
    const { runs, handle } = createRuns();
    const { time, trigger, startedAtMs } = setUp(handle);

    await time.sleep(scheduleMs + 1_000);
    expect(startedAtMs).toHaveLength(2);
    expect(runs.ended).toBe(0);
    await trigger.stop();

    expect(runs.ended).toBe(2);
  });

  it('ends its runs while the region is out, starts none, and starts one as soon as it is back', async () => {
    const { runs, handle } = createRuns();
    const { time, trigger, region, startedAtMs } = setUp(handle);
    await time.sleep(10_000);

    region.isOut = true;
    await time.sleep(3 * scheduleMs);
    expect(runs.ended).toBe(1);
    expect(startedAtMs).toEqual([0]);
    region.isOut = false;
    await time.sleep(1_000);

    expect(startedAtMs[1]).toBeGreaterThanOrEqual(10_000 + 3 * scheduleMs);
    expect(startedAtMs[1]).toBeLessThan(10_500 + 3 * scheduleMs);
    await trigger.stop();
  });

  it('goes on after a run that failed, and says so', async () => {
    const { time, trigger, startedAtMs, faults } = setUp(async () => {
      throw new Error('not set up');
    });

    await time.sleep(scheduleMs + 1_000);
    await trigger.stop();

    expect(startedAtMs).toHaveLength(2);
    expect(faults).toEqual([new Error('not set up'), new Error('not set up')]);
  });
});
