import { describe, expect, it } from 'vitest';
import { beginRemoval } from '../../../projections/generations/generations.ts';
import { type CleanDeps, cleanGenerations } from '../../../projections/rebuild/clean-generations.ts';
import { collect } from '../../support/collect.ts';
import { createRegion, type Region, someOrders } from './rebuild-region.ts';

const minuteMs = 60_000;

const clean = (region: Region, deps: Partial<CleanDeps> = {}, graceMs?: number) =>
  cleanGenerations({ ...region, ...deps }, graceMs === undefined ? {} : { graceMs });

const states = async (region: Region) =>
  (await region.generations.read()).generations.map(({ name, state }) => [name, state]);

const rowsOf = async (region: Region, generation: string) => (await collect(region.openViews(generation).all())).length;

const rebuiltOnce = async () => {
  const region = createRegion();
  await region.holdAndProject(someOrders(12));
  await region.rebuild();
  return region;
};

describe('cleaning generations', () => {
  it('waits until nobody can hold the name of a retired one any more', async () => {
    const region = await rebuiltOnce();
    region.advance(9 * minuteMs);
    const retiredAtMs = (await region.generations.read()).generations[0]?.sinceMs ?? 0;
    expect(await clean(region)).toEqual({
      removed: [],
      waiting: [{ name: 'g0001', readyAtMs: retiredAtMs + 10 * minuteMs }],
    });
    expect(await rowsOf(region, 'g0001')).toBe(12);
    region.advance(minuteMs);
    expect(await clean(region)).toEqual({ removed: ['g0001'], waiting: [] });
    expect(await rowsOf(region, 'g0001')).toBe(0);
    expect(await states(region)).toEqual([['g0002', 'live']]);
    expect(await rowsOf(region, 'g0002')).toBe(12);
  });

  it('removes the checkpoints of the rebuild with what was rebuilt', async () => {
    const region = await rebuiltOnce();
    expect(await collect(region.controlStore.list('rebuild/g0002'))).not.toEqual([]);
    await region.rebuild();
    await clean(region, {}, 0);
    expect(await collect(region.controlStore.list('rebuild/g0002'))).toEqual([]);
    expect(await collect(region.controlStore.list('rebuild/g0003'))).not.toEqual([]);
    expect(await states(region)).toEqual([['g0003', 'live']]);
  });

  it('never touches what is live or being built, however old', async () => {
    const region = await rebuiltOnce();
    await expect(region.rebuild({ gate: dieAtSecondPut })).rejects.toThrow('killed');
    region.advance(100 * 24 * 60 * minuteMs);
    expect((await clean(region)).removed).toEqual(['g0001']);
    expect(await states(region)).toEqual([
      ['g0002', 'live'],
      ['g0003', 'building'],
    ]);
    expect(await rowsOf(region, 'g0002')).toBe(12);
    expect(await rowsOf(region, 'g0003')).toBeGreaterThan(0);
    expect(await region.rebuild()).toMatchObject({ kind: 'switched', generation: 'g0003', isResumed: true });
  });

  it('goes on with a removal that was cut short, at whichever step', async () => {
    for (const broken of ['clear', 'list', 'remove', 'finish'] as const) {
      const region = await rebuiltOnce();
      await region.rebuild();
      await expect(clean(region, breaking(region, broken), 0)).rejects.toThrow('killed');
      expect((await states(region))[0]).toEqual([broken === 'remove' ? 'g0002' : 'g0001', 'removing']);
      expect((await clean(region, {}, 1_000 * minuteMs)).removed).toEqual([broken === 'remove' ? 'g0002' : 'g0001']);
      expect((await clean(region, {}, 0)).waiting).toEqual([]);
      expect(await states(region)).toEqual([['g0003', 'live']]);
      expect(await rowsOf(region, 'g0001')).toBe(0);
      expect(await rowsOf(region, 'g0002')).toBe(0);
      expect(await collect(region.controlStore.list('rebuild/g0002'))).toEqual([]);
    }
  });

  it('leaves a generation alone that somebody else has removed meanwhile', async () => {
    const region = await rebuiltOnce();
    const generations: CleanDeps['generations'] = {
      read: async () => {
        const before = await region.generations.read();
        await clean(region, {}, 0);
        return before;
      },
      change: region.generations.change,
    };
    expect(await clean(region, { generations }, 0)).toEqual({ removed: [], waiting: [] });
    expect(await states(region)).toEqual([['g0002', 'live']]);
    expect(await rowsOf(region, 'g0002')).toBe(12);
  });

  it('is refused by the generations themselves for one that is live', async () => {
    const region = await rebuiltOnce();
    expect(await region.generations.change((before) => beginRemoval(before, 'g0002', 1))).toMatchObject({
      kind: 'refused',
    });
  });
});

let puts = 0;
const dieAtSecondPut = (request: string): void => {
  if (request === 'control put') puts++;
  if (puts >= 2) throw new Error('killed');
};

const breaking = (region: Region, step: 'clear' | 'list' | 'remove' | 'finish'): Partial<CleanDeps> => {
  const killed = async (): Promise<never> => {
    throw new Error('killed');
  };
  let changes = 0;
  switch (step) {
    case 'clear':
      return { openViews: (name) => ({ ...region.openViews(name), clear: killed }) };
    case 'list':
      return {
        controlStore: {
          ...region.controlStore,
          // biome-ignore lint/correctness/useYield: it ends before its first item.
          list: async function* () {
            throw new Error('killed');
          },
        },
      };
    case 'remove':
      return { controlStore: { ...region.controlStore, remove: killed } };
    case 'finish':
      return {
        generations: {
          read: region.generations.read,
          change: (change) => (++changes === 2 ? killed() : region.generations.change(change)),
        },
      };
  }
};
