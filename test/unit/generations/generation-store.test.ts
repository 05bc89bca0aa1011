/**
 * Rebuilds that slept, clean-ups that act on an old list, two people at once: whoever they are, they change the
 * generations only as these stand, and nothing that is live or being built is ever removed.
 */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ControlDocument, ControlStore } from '../../../domain/ports/control-store.ts';
import { LedgerFault } from '../../../domain/ports/event-store.ts';
import { createGenerationStore, type GenerationStore } from '../../../projections/generations/generation-store.ts';
import {
  abandonGeneration,
  beginRemoval,
  finishRemoval,
  type Generations,
  initialGenerations,
  liveGeneration,
  startGeneration,
  switchGeneration,
} from '../../../projections/generations/generations.ts';

const begun = { version: '0001.0001', lifecycle: 'retail', atMs: 1 };

describe('the store of generations', () => {
  it('reads the first generation where nobody has written any', async () => {
    expect(await createGenerationStore(createControl()).read()).toEqual(initialGenerations);
  });

  it('keeps what a step changed', async () => {
    const store = createGenerationStore(createControl());

    const taken = await store.change((before) => startGeneration(before, begun));

    expect(taken).toMatchObject({ kind: 'changed', name: 'g0002', generations: await store.read() });
  });

  it('writes nothing for a step that is refused', async () => {
    const control = createControl();
    const store = createGenerationStore(control);

    expect(await store.change((before) => switchGeneration(before, 'g0002', 1))).toMatchObject({ kind: 'refused' });
    expect(control.history()).toEqual([]);
  });

  it('decides again on what stands now when somebody else was first', async () => {
    const control = createControl();
    const store = createGenerationStore(control);
    control.beforePut(() => store.change((before) => startGeneration(before, begun)));

    const second = await store.change((before) => startGeneration(before, begun));

    expect(second).toEqual({ kind: 'refused', reason: 'g0002 is being built: resume it, or abandon it first' });
    expect((await store.read()).lastNumber).toBe(2);
  });

  it('gives two that start at once a generation each, or one of them a reason', async () => {
    const store = createGenerationStore(createControl());

    const taken = await Promise.all([1, 2, 3].map(() => store.change((before) => startGeneration(before, begun))));

    expect(taken.map(({ kind }) => kind).sort()).toEqual(['changed', 'refused', 'refused']);
  });

  it('gives up with a fault that asks for another try when it never gets its turn', async () => {
    const store = createGenerationStore({ get: async () => undefined, put: async () => false });

    await expect(store.change((before) => startGeneration(before, begun))).rejects.toThrow(LedgerFault);
  });
});

describe('any actors, however stale', () => {
  it('leave exactly one live, use no number twice, and remove nothing that is live or being built', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(act, { minLength: 5, maxLength: 60 }), async (acts) => {
        const control = createControl();
        const store = createGenerationStore(control);
        const listed = new Map<number, Generations>();
        for (let i = 0; i < acts.length; i += 3)
          await Promise.all(acts.slice(i, i + 3).map((it) => play(it, store, listed)));
        checkHistory([initialGenerations, ...control.history()]);
      }),
      { numRuns: 500 },
    );
  });

  it('of this test do switch, abandon and remove', async () => {
    const seen = new Set<string>();
    for (const acts of fc.sample(fc.array(act, { minLength: 5, maxLength: 60 }), { numRuns: 100, seed: 2026 })) {
      const control = createControl();
      const store = createGenerationStore(control);
      const listed = new Map<number, Generations>();
      for (const it of acts) await play(it, store, listed);
      for (const { generations } of control.history()) for (const { state } of generations) seen.add(state);
      const [first] = control.history();
      if (
        first &&
        !control
          .history()
          .at(-1)
          ?.generations.some(({ name }) => name === 'g0001')
      )
        seen.add('gone');
    }
    expect([...seen].sort()).toEqual(['building', 'gone', 'live', 'removing', 'retired']);
  });
});

/** Somebody lists the generations, or does something to one of those that they listed long ago. */
const act = fc.record({
  actor: fc.nat({ max: 2 }),
  what: fc.constantFrom('list', 'start', 'switch', 'abandon', 'remove', 'finish'),
  which: fc.nat({ max: 9 }),
});
type Act = typeof act extends fc.Arbitrary<infer Value> ? Value : never;

const play = async ({ actor, what, which }: Act, store: GenerationStore, listed: Map<number, Generations>) => {
  const { generations } = listed.get(actor) ?? initialGenerations;
  const name = generations[which % generations.length]?.name ?? '';
  switch (what) {
    case 'list':
      return listed.set(actor, await store.read());
    case 'start':
      return store.change((before) => startGeneration(before, begun));
    case 'switch':
      return store.change((before) => switchGeneration(before, name, which));
    case 'abandon':
      return store.change((before) => abandonGeneration(before, name, which));
    case 'remove':
      return store.change((before) => beginRemoval(before, name, which));
    case 'finish':
      return store.change((before) => finishRemoval(before, name));
  }
};

const ages = ['building', 'live', 'retired', 'removing'];

const checkHistory = (history: readonly Generations[]): void => {
  const everSeen = new Set<string>();
  history.forEach((document, i) => {
    expect(document.generations.filter(({ state }) => state === 'live')).toHaveLength(1);
    expect(document.generations.filter(({ state }) => state === 'building').length).toBeLessThanOrEqual(1);
    expect(liveGeneration(document).state).toBe('live');
    const before = history[i - 1];
    const standing = new Map(before?.generations.map(({ name, state }) => [name, state]));
    for (const { name, state } of document.generations) {
      const was = standing.get(name);
      if (was === undefined) expect(everSeen.has(name), `${name} is new`).toBe(false);
      else expect(ages.indexOf(state)).toBeGreaterThanOrEqual(ages.indexOf(was));
      everSeen.add(name);
      standing.delete(name);
    }
    for (const [name, state] of standing) expect(state, `of ${name}, which is gone`).toBe('removing');
    expect(document.lastNumber).toBe(everSeen.size);
  });
};

/** In memory, with the answers of each call a moment apart, and every document that ever stood. */
const createControl = () => {
  let standing: ControlDocument<unknown> | undefined;
  const history: Generations[] = [];
  let before: (() => Promise<unknown>) | undefined;
  const control: Pick<ControlStore, 'get' | 'put'> = {
    get: async <Value>() => {
      await Promise.resolve();
      return standing as ControlDocument<Value> | undefined;
    },
    put: async (_, name, value, revision) => {
      const act = before;
      before = undefined;
      await act?.();
      if ((standing?.revision ?? 0) !== revision) return false;
      standing = { name, revision: revision + 1, value: structuredClone(value) };
      history.push(standing.value as Generations);
      return true;
    },
  };
  return {
    ...control,
    history: () => history,
    /** Once. */
    beforePut: (act: () => Promise<unknown>) => {
      before = act;
    },
  };
};
