import { describe, expect, it } from 'vitest';
import { LedgerFault } from '../../../domain/ports/event-store.ts';
import { createInMemoryControlStore } from '../../../infra/in-memory/in-memory-control-store.ts';
import { createInMemoryViews } from '../../../infra/in-memory/in-memory-view-store.ts';
import { createGenerationStore, type GenerationStore } from '../../../projections/generations/generation-store.ts';
import { startGeneration, switchGeneration } from '../../../projections/generations/generations.ts';
import { createLiveViews, liveNameMsMax } from '../../../projections/read-models/live-views.ts';
import { type ContractRow, viewOf } from '../../support/contracts/view-store-contract.ts';

/** Two generations of the same 20 orders, which differ in their totals and notes; the first is live. */
const createScene = async () => {
  const openViews = createInMemoryViews<ContractRow>();
  const generations = createGenerationStore(createInMemoryControlStore());
  let nowMs = 1_000_000;
  let reads = 0;
  const counted: Pick<GenerationStore, 'read'> = {
    read: () => {
      reads += 1;
      return generations.read();
    },
  };
  const started = await generations.change((before) =>
    startGeneration(before, { version: '0002.0001', lifecycle: 'retail', atMs: nowMs }),
  );
  expect(started).toMatchObject({ kind: 'changed', name: 'g0002' });
  for (const [i, generation] of ['g0001', 'g0002'].entries()) {
    const rows = Array.from({ length: 20 }, (_, order) => ({
      ...viewOf(order, { amount: i + 1 }),
      row: { note: generation },
    }));
    await openViews(generation).replaceAll(rows.map((view) => ({ view, over: undefined })));
  }
  return {
    live: createLiveViews({ generations: counted, openViews, clock: { nowMs: () => nowMs } }),
    switchTo: (name: string) => generations.change((before) => switchGeneration(before, name, nowMs)),
    pass: (ms: number) => {
      nowMs += ms;
    },
    takeReads: () => {
      const taken = reads;
      reads = 0;
      return taken;
    },
  };
};

const { stream } = viewOf(7);
const everyOrder = { tenant: 'acme', list: 'status', status: 'placed', limit: 7 } as const;

describe('the live views', () => {
  it('are those of the first generation before anybody rebuilt anything', async () => {
    const live = createLiveViews({
      generations: createGenerationStore(createInMemoryControlStore()),
      openViews: createInMemoryViews<ContractRow>(),
      clock: { nowMs: () => 0 },
    });
    expect(await live.generation()).toBe('g0001');
    expect(await live.get(stream)).toBeUndefined();
    expect(await live.list(everyOrder)).toEqual({ views: [], next: undefined });
    expect(await live.totals('acme')).toEqual({});
  });

  it('follow a switch within a second, and ask for the name once in that time', async () => {
    const { live, switchTo, pass, takeReads } = await createScene();
    expect((await live.get(stream))?.row.note).toBe('g0001');
    await switchTo('g0002');
    pass(liveNameMsMax - 1);
    expect((await live.get(stream))?.row.note).toBe('g0001');
    expect(takeReads()).toBe(1);
    pass(1);
    expect((await live.get(stream))?.row.note).toBe('g0002');
    expect(await live.totals('acme')).toMatchObject({ 'money.captured.EUR': 40 });
    expect(await live.generation()).toBe('g0002');
    expect(takeReads()).toBe(1);
  });

  it('fail no read while the generation is switched, and no page misses an order', async () => {
    const { live, switchTo, pass } = await createScene();
    for (const at of [0, 1, 2, 3]) {
      const seen: string[] = [];
      let after: string | undefined;
      for (let page = 0; page === 0 || after !== undefined; page++) {
        if (page === at) await switchTo('g0002');
        pass(liveNameMsMax / 3);
        const { views, next } = await live.list({ ...everyOrder, after });
        seen.push(...views.map((view) => view.stream));
        expect((await live.get(stream))?.stream).toBe(stream);
        expect(await live.totals('acme')).toMatchObject({ orders: 20 });
        after = next;
      }
      expect(new Set(seen).size).toBe(20);
      expect(seen).toHaveLength(20);
    }
  });

  it('ask once for all who come at the same time', async () => {
    const { live, takeReads } = await createScene();
    await Promise.all(Array.from({ length: 10 }, () => live.get(stream)));
    expect(takeReads()).toBe(1);
  });

  it('ask again when the clock was set back', async () => {
    const { live, switchTo, pass } = await createScene();
    await live.generation();
    await switchTo('g0002');
    pass(-5_000);
    expect(await live.generation()).toBe('g0002');
  });

  it('pass on the fault of the control store, and ask again next time', async () => {
    let isBroken = true;
    const generations = createGenerationStore(createInMemoryControlStore());
    const live = createLiveViews({
      generations: {
        read: async () => {
          if (isBroken) throw new LedgerFault('unavailable', 'no answer');
          return generations.read();
        },
      },
      openViews: createInMemoryViews<ContractRow>(),
      clock: { nowMs: () => 0 },
    });
    await expect(live.get(stream)).rejects.toMatchObject({ code: 'unavailable' });
    isBroken = false;
    expect(await live.generation()).toBe('g0001');
  });
});
