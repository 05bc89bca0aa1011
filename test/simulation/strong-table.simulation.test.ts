/**
 * The model of a strongly consistent global table promises what DynamoDB documents: two of three replicas agree on every
 * put and every strong read; a region that is cut off refuses both and goes on serving what it holds.
 */
import { describe, expect, it } from 'vitest';
import { createRandomStreams } from './kernel/random-streams.ts';
import { createScheduler } from './kernel/scheduler.ts';
import { createTrace } from './kernel/trace.ts';
import type { GlobalTable, PutOutcome } from './model/global-table.ts';
import { createStrongTable } from './model/strong-table.ts';

const regions = ['us-east-1', 'eu-west-1', 'ap-south-1'] as const;
const stream = 'order/acme/1001';

interface TestItem {
  readonly stream: string;
  readonly position: string;
  readonly by: string;
}

const itemBy = (by: string): TestItem => ({ stream, position: 'global/0000000001', by });

const openTable = (seed = 1) => {
  const scheduler = createScheduler({ startMs: 0, trace: createTrace() });
  const heard: string[] = [];
  const table = createStrongTable<TestItem>({
    regions,
    scheduler,
    randomStreams: createRandomStreams(seed),
    lagMs: 5_000,
    onChange: ({ region, from }) => heard.push(`${region} from ${from ?? 'its own API'}`),
    reached: () => undefined,
  });
  const put = (region: string, outcomes: PutOutcome<TestItem>['kind'][] = []) => {
    table.putIfFree(region, itemBy(region), ({ kind }) => outcomes.push(kind));
    return outcomes;
  };
  return { scheduler, heard, table, put };
};

const isolate = (table: GlobalTable<TestItem>, region: string): void => {
  for (const link of table.links) if (link.from === region || link.to === region) link.cut();
};

const holdersOf = (table: GlobalTable<TestItem>): number =>
  regions.filter((region) => table.get(region, itemBy('anybody'))).length;

describe('the model of a strongly consistent table', () => {
  it('has a put in two regions when it answers, in every strong read, and in the third region later', async () => {
    const { scheduler, heard, table, put } = openTable();
    const outcomes = put('us-east-1');
    await scheduler.runUntil(260);
    expect(outcomes).toEqual(['put']);
    expect(holdersOf(table)).toBe(2);
    for (const region of regions) expect(table.readStrongly(region, stream)).toEqual([itemBy('us-east-1')]);
    await scheduler.runUntil(100_000);
    expect(table.isQuiet()).toBe(true);
    expect(holdersOf(table)).toBe(3);
    expect(heard).toHaveLength(3);
  });

  it('sees in its condition what another region has just committed', async () => {
    const { scheduler, put } = openTable();
    put('us-east-1');
    await scheduler.runUntil(260);
    const later = [put('eu-west-1'), put('ap-south-1')];
    await scheduler.runUntil(600);
    expect(later).toEqual([['taken'], ['taken']]);
  });

  it('refuses one of two puts of an item at once as a conflict', async () => {
    const { scheduler, put } = openTable();
    const outcomes = [put('us-east-1'), put('eu-west-1')];
    await scheduler.runUntil(600);
    expect(outcomes).toEqual([['put'], ['conflict']]);
  });

  it('lets a second put of one region wait for the first', async () => {
    const { scheduler, put } = openTable();
    const outcomes = [put('us-east-1'), put('us-east-1')];
    await scheduler.runUntil(600);
    expect(outcomes).toEqual([['put'], ['taken']]);
  });

  it('refuses puts and strong reads in an isolated region, which serves what it holds; the others go on', async () => {
    const { scheduler, table, put } = openTable();
    put('us-east-1');
    await scheduler.runUntil(100_000);
    isolate(table, 'us-east-1');
    expect(table.isIsolated('us-east-1')).toBe(true);
    expect(put('us-east-1')).toEqual(['isolated']);
    expect(table.readStrongly('us-east-1', stream)).toBeUndefined();
    expect(table.query('us-east-1', stream)).toEqual([itemBy('us-east-1')]);
    expect(table.readStrongly('eu-west-1', stream)).toEqual([itemBy('us-east-1')]);
  });

  it('leaves unknown what became of a put under which the way was cut: done in two regions, or in none', async () => {
    const holders = new Set<number>();
    for (let seed = 1; seed <= 20; seed++) {
      const { scheduler, table, put } = openTable(seed);
      const outcomes = put('us-east-1');
      isolate(table, 'us-east-1');
      await scheduler.runUntil(260);
      expect(outcomes).toEqual(['unknown']);
      holders.add(holdersOf(table));
    }
    expect([...holders].sort()).toEqual([0, 2]);
  });

  it('gives no answer when a put is too slow, and still does it', async () => {
    const { scheduler, table, put } = openTable();
    for (const link of table.links) link.slowDown(1_000);
    const outcomes = put('us-east-1');
    await scheduler.runUntil(2_001);
    expect(outcomes).toEqual(['unknown']);
    expect(holdersOf(table)).toBe(0);
    await scheduler.runUntil(20_000);
    expect(outcomes).toEqual(['unknown']);
    expect(holdersOf(table)).toBe(2);
  });
});
