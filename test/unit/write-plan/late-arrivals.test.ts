import { describe, expect, it } from 'vitest';
import { createInMemoryControlStore } from '../../../infra/in-memory/in-memory-control-store.ts';
import { createLateArrivals } from '../../../services/write-plan/late-arrivals.ts';

describe('late arrivals', () => {
  it('are none until one is noted, and then the one that was noted last', async () => {
    const lateArrivals = createLateArrivals(createInMemoryControlStore());
    expect(await lateArrivals.read()).toBeUndefined();
    await lateArrivals.note(5_000);
    await lateArrivals.note(7_000);
    expect(await lateArrivals.read()).toBe(7_000);
  });

  it('begin again after a clock that went back', async () => {
    const lateArrivals = createLateArrivals(createInMemoryControlStore());
    await lateArrivals.note(600_000);
    await lateArrivals.note(7_000);
    expect(await lateArrivals.read()).toBe(7_000);
  });

  it.each([[{ atMs: 'soon' }], ['never'], [[]], [{}]])('take %j for none, and put a note over it', async (garbage) => {
    const controlStore = createInMemoryControlStore();
    await controlStore.put('write-plan', 'late-arrival', garbage, 0);
    const lateArrivals = createLateArrivals(controlStore);
    expect(await lateArrivals.read()).toBeUndefined();
    await lateArrivals.note(7_000);
    expect(await lateArrivals.read()).toBe(7_000);
  });

  it('leave it to whoever was first', async () => {
    const controlStore = createInMemoryControlStore();
    const [first, second] = [createLateArrivals(controlStore), createLateArrivals(controlStore)];
    await Promise.all([first.note(7_000), second.note(7_001)]);
    expect(await first.read()).toBe(7_000);
  });
});
