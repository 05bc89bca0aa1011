import { describe, expect, it } from 'vitest';
import type { ControlStore } from '../../../domain/ports/control-store.ts';
import { LedgerFault } from '../../../domain/ports/event-store.ts';
import { createInMemoryControlStore } from '../../../infra/in-memory/in-memory-control-store.ts';
import { createVersionSayer } from '../../../projections/projector/say-version.ts';

describe('say version', () => {
  it('says which version runs, once in the life of a process', async () => {
    const { say, standing, asked } = setUp('0001.0002');

    await say();
    await say();

    expect(await standing()).toEqual({
      name: 'projector',
      revision: 1,
      value: { version: '0001.0002', lifecycle: 'retail', sinceMs: 7000 },
    });
    expect(asked()).toBe(1);
  });

  it('leaves what stands when another process has said the same', async () => {
    const store = createInMemoryControlStore();
    await setUp('0001.0002', store).say();

    await setUp('0001.0002', store, 9000).say();

    expect(await setUp('', store).standing()).toMatchObject({ revision: 1, value: { sinceMs: 7000 } });
  });

  it('says so when the version or the lifecycle is another, the older one after a rollback as well', async () => {
    const store = createInMemoryControlStore();
    for (const version of ['0001.0002', '0001.0003', '0001.0002']) await setUp(version, store).say();

    expect(await setUp('', store).standing()).toMatchObject({ revision: 3, value: { version: '0001.0002' } });
  });

  it('tries again at the next batch when it could not be said', async () => {
    const store = createInMemoryControlStore();
    let failures = 1;
    const { say, standing, failed } = setUp('0001.0002', {
      ...store,
      get: async (...args) => {
        if (failures-- > 0) throw new LedgerFault('unavailable', 'no answer');
        return store.get(...args);
      },
    });

    await say();
    expect([failed(), await store.get('deployments', 'projector')]).toEqual([1, undefined]);
    await say();

    expect(await standing()).toMatchObject({ value: { version: '0001.0002' } });
  });

  it('looks again at the next batch when somebody else was faster', async () => {
    const store = createInMemoryControlStore();
    let races = 1;
    const { say, standing } = setUp('0001.0002', {
      ...store,
      put: async (...args) => (races-- > 0 ? false : store.put(...args)),
    });

    await say();
    await say();

    expect(await standing()).toMatchObject({ revision: 1 });
  });
});

const setUp = (version: string, store: ControlStore = createInMemoryControlStore(), nowMs = 7000) => {
  let asked = 0;
  let failed = 0;
  const say = createVersionSayer({
    controlStore: {
      get: (...args) => {
        asked++;
        return store.get(...args);
      },
      put: store.put,
    },
    version,
    lifecycleName: 'retail',
    clock: { nowMs: () => nowMs },
    onFailure: () => failed++,
  });
  return { say, standing: () => store.get('deployments', 'projector'), asked: () => asked, failed: () => failed };
};
