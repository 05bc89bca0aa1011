import { describe, expect, it } from 'vitest';
import { assertShardsPerRegion, shardOf } from '../../../infra/dynamodb/ledger-keys.ts';
import { sha256 } from '../../../infra/node/sha256.ts';

const shard = (stream: string, shardsPerRegion = 16) =>
  shardOf({ region: 'us-east-1', stream, shardsPerRegion }, sha256);

describe('the shard of a stream', () => {
  it('is part of the storage format and stays what it was', () => {
    expect(shard('order/acme/1001')).toBe('us-east-1/06');
    expect(shardOf({ region: 'eu-west-1', stream: 'order/acme/1001', shardsPerRegion: 16 }, sha256)).toBe(
      'eu-west-1/06',
    );
  });

  it('spreads streams with numbered names evenly', () => {
    const counts = new Map<string, number>();
    for (let i = 0; i < 16_000; i++)
      counts.set(shard(`order/acme/${i}`), (counts.get(shard(`order/acme/${i}`)) ?? 0) + 1);
    expect(counts.size).toBe(16);
    for (const count of counts.values()) expect(Math.abs(count - 1_000)).toBeLessThan(150);
  });

  it('has two digits up to a hundred shards, and there are no more', () => {
    expect(shard('order/acme/1001', 1)).toBe('us-east-1/00');
    expect(shard('order/acme/1001', 100)).toMatch(/^us-east-1\/\d\d$/);
    for (const count of [0, 101, 1.5, Number.NaN]) expect(() => assertShardsPerRegion(count)).toThrow('1 to 100');
  });
});
