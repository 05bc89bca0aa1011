import { describe, expect, it } from 'vitest';
import type { ControlStore } from '../../../domain/ports/control-store.ts';
import { LedgerFault } from '../../../domain/ports/event-store.ts';
import {
  type BreakerSettings,
  breakerDefaults,
  initialBreaker,
  turnBreaker,
} from '../../../domain/write-plan/breaker.ts';
import { configuredPlan } from '../../../domain/write-plan/write-plan.ts';
import { createInMemoryControlStore } from '../../../infra/in-memory/in-memory-control-store.ts';
import { openBacklogWatch } from '../../../services/write-plan/backlog-watch.ts';
import { createLateArrivals } from '../../../services/write-plan/late-arrivals.ts';
import { createRegionDocument } from '../../../services/write-plan/region-document.ts';

const minutes = 60_000;

describe('the watch for a backlog', () => {
  it('notes an entry that is older than the threshold, and none that is younger', async () => {
    const region = createRegion();
    await region.arrive(29_000);
    expect(await region.noted()).toBeUndefined();
    await region.arrive(31_000);
    expect(await region.noted()).toBeGreaterThanOrEqual(region.nowMs());
  });

  it("takes out of an entry's age what the beats say of the peer's clock", async () => {
    for (const aheadMs of [10 * minutes, -10 * minutes]) {
      const region = createRegion();
      await region.hearOf(-aheadMs);
      await region.arrive(1_000 - aheadMs);
      expect(await region.noted()).toBeUndefined();
      await region.arrive(31_000 - aheadMs);
      expect(await region.noted()).toBeDefined();
    }
  });

  it('hears within a second what the clocks are apart', async () => {
    const region = createRegion();
    await region.arrive(1_000);
    await region.hearOf(-10 * minutes);
    await region.arrive(31_000 - 10 * minutes);
    expect(await region.noted()).toBeUndefined();
    region.advance(1_000);
    await region.arrive(31_000 - 10 * minutes);
    expect(await region.noted()).toBeDefined();
  });

  it('notes entries that wait for a predecessor, and not those that wait in vain', async () => {
    const region = createRegion();
    await region.wait(11 * minutes);
    expect(await region.noted()).toBeUndefined();
    await region.wait(1_000);
    expect(await region.noted()).toBeDefined();
  });

  it('writes every few seconds while a backlog comes in, side by side, and dates the note as far ahead', async () => {
    const region = createRegion();
    for (let second = 0; second < 20; second++) {
      await Promise.all(Array.from({ length: 30 }, () => region.arrive(40_000)));
      expect(await region.noted()).toBeGreaterThanOrEqual(region.nowMs());
      region.advance(1_000);
    }
    expect(region.writes()).toBe(4);
    expect(region.reads()).toBe(4);
  });

  it.each([3_000, 60_000])(
    'keeps a breaker half-open for a cool-down of %i ms after the last of it',
    async (coolDownMs) => {
      const breaker = { ...breakerDefaults, coolDownMs };
      const region = createRegion({ breaker });
      const well = { linkLagMs: 0, hasSickPeer: false };
      let turned = initialBreaker;
      const beat = async () => {
        turned = turnBreaker(turned, { ...well, nowMs: region.nowMs(), lateArrivalMs: await region.noted() }, breaker);
        region.advance(500);
      };
      for (let i = 0; i <= 60; i++) {
        await region.arrive(40_000);
        await beat();
      }
      const lastMs = region.nowMs() - 500;
      while (turned.kind !== 'closed') await beat();
      const closedAfterMs = region.nowMs() - 500 - lastMs;
      expect(closedAfterMs).toBeGreaterThanOrEqual(coolDownMs);
      expect(closedAfterMs).toBeLessThanOrEqual(coolDownMs + Math.min(5_000, coolDownMs / 2) + 500);
    },
  );

  it('writes again after a clock that went back', async () => {
    const region = createRegion();
    await region.arrive(40_000);
    region.advance(-10 * minutes);
    await region.arrive(40_000);
    expect(await region.noted()).toBeLessThan(region.nowMs() + minutes);
  });

  it('bears a control store that fails, says so once a second, and notes the backlog when it is well', async () => {
    const region = createRegion({ isDown: true });
    for (let i = 0; i < 100; i++) await region.arrive(40_000);
    // The clocks could not be read, and the note not be written.
    expect(region.faults()).toBe(2);
    region.advance(1_000);
    region.mend();
    await region.arrive(40_000);
    expect(await region.noted()).toBeDefined();
  });

  it('is not there in a deployment without a write plan', () => {
    const options = { controlStore: createInMemoryControlStore(), clock: { nowMs: () => 0 }, onFault: () => undefined };
    expect(openBacklogWatch({ ...options, settings: undefined })).toBeUndefined();
  });
});

interface RegionOptions {
  readonly breaker?: BreakerSettings;
  readonly isDown?: boolean;
}

const createRegion = ({ breaker = breakerDefaults, isDown = false }: RegionOptions = {}) => {
  const store = createInMemoryControlStore();
  const counted = { reads: 0, writes: 0, faults: 0 };
  let [nowMs, down] = [Date.UTC(2026, 0, 1), isDown];
  const refuse = () => {
    if (down) throw new LedgerFault('unavailable', 'no answer');
  };
  const controlStore: Pick<ControlStore, 'get' | 'put'> = {
    get: async (kind, name) => {
      refuse();
      if (name === 'region') counted.reads++;
      return store.get(kind, name);
    },
    put: async (...document) => {
      refuse();
      counted.writes++;
      return store.put(...document);
    },
  };
  const watch = openBacklogWatch({
    settings: { breaker },
    controlStore,
    clock: { nowMs: () => nowMs },
    onFault: () => counted.faults++,
  });
  const arrival = (apartMs: number) => ({ from: 'eu-west-1', recordedAtMs: nowMs - apartMs, atMs: nowMs });
  return {
    nowMs: () => nowMs,
    advance: (ms: number) => {
      nowMs += ms;
    },
    mend: () => {
      down = false;
    },
    /** By the peer's clock it was accepted so long before our now. */
    arrive: async (apartMs: number) => watch?.see({ arrived: [arrival(apartMs)], waiting: [] }),
    wait: async (apartMs: number) => watch?.see({ arrived: [], waiting: [arrival(apartMs)] }),
    noted: createLateArrivals(store).read,
    hearOf: async (skewMs: number) => {
      const link = { lagMs: 0, counter: 1, heardAtMs: nowMs, skewMs, hasSickLink: false };
      const plan = configuredPlan('us-east-1', ['us-east-1', 'eu-west-1']);
      const state = { agent: 'run-1', plan, breaker: initialBreaker, counter: 1, writtenAtMs: nowMs };
      const document = createRegionDocument(store);
      const { revision } = await document.read();
      await document.replace({ ...state, links: { 'eu-west-1': link } }, revision);
    },
    reads: () => counted.reads,
    writes: () => counted.writes,
    faults: () => counted.faults,
  };
};
