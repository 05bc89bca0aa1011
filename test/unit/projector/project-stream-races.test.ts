/**
 * Several projectors of one stream: whoever comes between which steps of whom, rows are those of the ledger, and of every
 * case the last word is said. The order of all steps of many projectors is tried at random in test/property.
 */
import { describe, expect, it } from 'vitest';
import type { Entry } from '../../../domain/ledger/entry.ts';
import { contested, orderStories, shippedBeforePaid } from './order-stories.ts';
import {
  createStreamRegion,
  type Death,
  expectSettled,
  type Generations,
  lastWords,
  ringUntilHeard,
  v1,
  v2,
} from './stream-region.ts';

const both = ['g0001', 'g0002'] as const;
const stepsMax = 7;
const perhapsDeaths: readonly (Death | undefined)[] = [
  undefined,
  ...Array.from({ length: stepsMax }, (_, step) =>
    (['before', 'after'] as const).map((when) => ({ step, when })),
  ).flat(),
];

describe.each([{ generations: ['g0001'] as Generations }, { generations: both as Generations }])(
  'two projectors of $generations',
  ({ generations }) => {
    it.each(orderStories)(
      'agree when $name, whichever step of the one the other comes before, and dies at',
      async ({ chapters }) => {
        for (let from = 0; from + 1 < chapters.length; from++)
          for (let step = 0; step < stepsMax; step++)
            for (const death of perhapsDeaths)
              for (const growth of [0, 1]) {
                const region = createStreamRegion(chapters[from] ?? []);
                await region.project({ generations });
                region.hold(chapters[from + 1] ?? []);
                const interrupt = async (_: string, at: number) => {
                  if (at !== step) return;
                  region.hold(chapters[from + 1 + growth] ?? []);
                  await ringUntilHeard(region, { generations, death });
                };

                await region.project({ generations, pause: interrupt });

                const other = death ? `dies ${death.when} ${death.step}` : 'lives';
                expectSettled(region, { generations }, `from ${from}, +${growth}: before ${step} the other ${other}`);
              }
      },
    );

    it.each(orderStories)('of which one is of newer code agree when $name', async ({ chapters }) => {
      for (let from = 0; from + 1 < chapters.length; from++)
        for (let step = 0; step < stepsMax; step++) {
          const region = createStreamRegion(chapters[from] ?? []);
          await region.project({ generations, version: v1 });
          region.hold(chapters[from + 1] ?? []);
          const interrupt = async (_: string, at: number) => {
            if (at === step) await region.project({ generations, version: v2 });
          };

          await region.project({ generations, version: v1, pause: interrupt }).catch(expectOutdated);

          // What the newer one was too early to find, or the older one had to leave, is found by the next doorbell.
          await region.project({ generations, version: v2 });
          expectSettled(region, { generations, version: v2 }, `from ${from}: newer code before step ${step}`);
        }
    });

    it.each(Array.from({ length: 3 }, (_, i) => i + 1))(
      'begin again where the other took the row at the write %i',
      async (write) => {
        const region = createStreamRegion(contested());
        const writes = generations.length + 1;
        let written = 0;
        const pause = async (name: string) => {
          if (!name.startsWith('replace') || ++written !== write) return;
          await region.project({ generations });
        };

        const projected = await region.project({ generations, pause });

        expect(projected).toMatchObject({ refolds: write <= writes ? 1 : 0 });
        expectSettled(region, { generations });
      },
    );
  },
);

describe('a projector', () => {
  it('says nothing when another takes the row before it names what is unsaid', async () => {
    const region = createStreamRegion(contested());
    region.beforeStep('replace g0001', () => region.put('g0001', region.viewOf(contested())));

    expect(await region.project()).toMatchObject({ refolds: 1, rowsReplaced: 0, alerts: [] });

    expect(region.alerts()).toEqual([]);
    expect(region.row('g0001')).toEqual(region.viewOf(contested()));
  });

  it('says and clears what another has named as unsaid and not yet said, and so says the other, with the same alert', async () => {
    const region = createStreamRegion(contested());
    region.beforeStep('publish ConflictNeedsReview', () => region.project());

    await region.project();

    expect(region.alerts()).toHaveLength(2);
    expect(region.alerts()[0]).toEqual(region.alerts()[1]);
    expectSettled(region);
  });

  it('does not clear what another named as unsaid of a later cut', async () => {
    const entries = shippedBeforePaid();
    const region = createStreamRegion(entries.slice(0, 2));
    const unsaid: unknown[] = [];
    region.beforeStep('publish IllegalTransition', async () => {
      region.hold(entries);
      await region.project({ death: { step: 2, when: 'after' } }).catch(() => undefined);
      unsaid.push(region.row('g0001')?.unsaid);
    });

    await region.project();

    expect(unsaid).toEqual([[(entries[1] as Entry).id]]);
    expect(region.alerts().map(({ type }) => type)).toEqual(['IllegalTransition', 'CaseWithdrawn']);
    expectSettled(region);
  });

  it('is not believed when it says late what another has withdrawn since', async () => {
    const entries = shippedBeforePaid();
    const region = createStreamRegion(entries.slice(0, 2));
    region.beforeStep('publish IllegalTransition', async () => {
      region.hold(entries);
      await region.project();
    });

    await region.project();

    expect(region.alerts().map(({ type }) => type)).toEqual(['CaseWithdrawn', 'IllegalTransition']);
    expect([...lastWords(region.alerts()).values()]).toMatchObject([{ type: 'CaseWithdrawn' }]);
    expectSettled(region);
  });

  it('keeps the live row that it wrote when another takes the row of the second generation', async () => {
    const region = createStreamRegion(contested());
    region.beforeStep('replace g0002', () => region.put('g0002', region.viewOf(contested().slice(0, 2))));

    expect(await region.project({ generations: both })).toMatchObject({ refolds: 1, rowsReplaced: 5 });

    expect(region.alerts()).toHaveLength(1);
    expectSettled(region, { generations: both });
  });

  it('gives up after a few races, with a fault that asks for another try, having said nothing', async () => {
    const region = createStreamRegion(contested());
    const taken = (times: number) => ({ ...region.viewOf(contested().slice(0, 1)), version: `0000.${times}` });
    region.beforeEveryStep('replace g0001', (times) => region.put('g0001', taken(times)));

    await expect(region.project()).rejects.toMatchObject({ code: 'unavailable', retryable: true });

    expect(region.steps().filter((step) => step === 'load')).toHaveLength(5);
    expect(region.alerts()).toEqual([]);
  });
});

/** The only way in which older code may give up here. */
const expectOutdated = (error: unknown): void => {
  expect(error).toMatchObject({ code: 'outdated', retryable: true });
};
