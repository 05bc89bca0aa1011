/**
 * What every store of heartbeats promises, run by each adapter alike; above all that no beat replaces a newer one.
 */
import { describe, expect, it } from 'vitest';
import type { HeartbeatStore } from '../../../domain/ports/heartbeat-store.ts';
import type { Beat } from '../../../domain/write-plan/link-lag.ts';

export const exampleBeat = (counter: number, overrides: Partial<Beat> = {}): Beat => ({
  region: 'us-east-1',
  counter,
  sentAtMs: 1_794_000_000_000 + counter * 1_000,
  echoes: { 'eu-west-1': { counter: 7, sentAtMs: 1_793_999_999_000 } },
  hasSickLink: false,
  ...overrides,
});

/** `createStore` gives an empty store each time. */
export const heartbeatStoreContract = (name: string, createStore: () => Promise<HeartbeatStore>): void => {
  describe(`${name} keeps the heartbeat store contract`, () => {
    const regions = ['us-east-1', 'eu-west-1'];
    const other = exampleBeat(3, { region: 'eu-west-1', echoes: {}, hasSickLink: true });

    it('has no beat of a region that never sent one', async () => {
      const store = await createStore();
      expect(await store.load(regions)).toEqual([]);
      await store.put(exampleBeat(1));
      expect(await store.load(['eu-west-1', 'ap-south-1'])).toEqual([]);
      expect(await store.load([])).toEqual([]);
    });

    it('gives back a beat as it was put', async () => {
      const store = await createStore();
      expect(await store.put(exampleBeat(1))).toBe(true);
      expect(await store.load(regions)).toEqual([exampleBeat(1)]);
    });

    it('keeps one for each region, and gives those that are asked for', async () => {
      const store = await createStore();
      await store.put(exampleBeat(1));
      await store.put(other);
      const beats = await store.load(['us-east-1', 'eu-west-1', 'us-east-1']);
      expect(beats.toSorted((left, right) => left.counter - right.counter)).toEqual([exampleBeat(1), other]);
      expect(await store.load(['eu-west-1'])).toEqual([other]);
    });

    it('replaces a beat by a newer one, also by one that skips some', async () => {
      const store = await createStore();
      for (const counter of [1, 2, 40]) expect(await store.put(exampleBeat(counter))).toBe(true);
      expect(await store.load(regions)).toEqual([exampleBeat(40)]);
    });

    it('refuses a beat that is older than the one that stands', async () => {
      const store = await createStore();
      await store.put(exampleBeat(9));
      expect(await store.put(exampleBeat(8))).toBe(false);
      expect(await store.put(exampleBeat(1))).toBe(false);
      expect(await store.load(regions)).toEqual([exampleBeat(9)]);
    });

    it('takes the same beat again for the one that stands, and no other of its number', async () => {
      const store = await createStore();
      await store.put(exampleBeat(2));
      expect(await store.put(exampleBeat(2))).toBe(true);
      expect(await store.put(exampleBeat(2, { hasSickLink: true }))).toBe(false);
      expect(await store.put(exampleBeat(2, { sentAtMs: 1 }))).toBe(false);
      expect(await store.load(regions)).toEqual([exampleBeat(2)]);
    });

    it('has one winner when sixteen send a beat of one number at once', async () => {
      const store = await createStore();
      const rivals = Array.from({ length: 16 }, (_, i) => exampleBeat(1, { sentAtMs: i }));
      const answers = await Promise.all(rivals.map((beat) => store.put(beat)));
      const winners = rivals.filter((_, i) => answers[i]);
      expect(winners).toHaveLength(1);
      expect(await store.load(regions)).toEqual(winners);
    });

    it.each([
      ['has no number', { counter: 0 }],
      ['is of no region', { region: 'US East' }],
      ['echoes what is no beat', { echoes: { 'eu-west-1': { counter: -1, sentAtMs: 0 } } }],
    ])('does not send a beat that %s, which no peer could read', async (_, broken) => {
      const store = await createStore();
      await expect(store.put(exampleBeat(1, broken))).rejects.toThrow('can be read back');
    });
  });
};
