/**
 * Projectors that die: before and after every step, and their successors too. A doorbell rings again until somebody lives
 * through it, and never after that; so whoever lives must leave nothing behind.
 */
import { describe, expect, it } from 'vitest';
import { LedgerFault } from '../../../domain/ports/event-store.ts';
import { type OrderStory, orderStories } from './order-stories.ts';
import { createStreamRegion, type Death, dies, expectSettled, type Generations, v1, v2 } from './stream-region.ts';

const generationsTried: readonly Generations[] = [['g0001'], ['g0001', 'g0002']];
/** A load, two reads, the row, its alerts, the row again, the row of the second generation. */
const stepsMax = 7;
const deaths: readonly Death[] = Array.from({ length: stepsMax }, (_, step) =>
  (['before', 'after'] as const).map((when) => ({ step, when })),
).flat();
const perhapsDeaths: readonly (Death | undefined)[] = [...deaths, undefined];

const wordsOf = (death: Death | undefined): string => (death ? `dies ${death.when} ${death.step}` : 'lives');

describe.each(generationsTried.map((generations) => ({ generations })))(
  'projectors of $generations that die',
  ({ generations }) => {
    it.each(orderStories)('leave nothing behind when $name', async ({ chapters }) => {
      let died = 0;
      for (let at = 1; at < chapters.length; at++)
        for (const death of deaths) {
          const region = createStreamRegion(chapters[at - 1] ?? []);
          await region.project({ generations });
          region.hold(chapters[at] ?? []);
          if (!(await dies(region, { generations, death }))) continue;
          died++;

          await region.project({ generations });

          expectSettled(region, { generations }, `chapter ${at}: ${wordsOf(death)}`);
        }
      expect(died).toBeGreaterThan(0);
    });

    it.each(orderStories)('leave nothing behind when $name and the ledger grows meanwhile', async (story) => {
      for (let from = 0; from + 1 < story.chapters.length; from++)
        for (const first of deaths)
          for (const second of perhapsDeaths)
            for (const growth of [0, 1]) await expectSurvived(story, generations, { from, first, second, growth });
    });

    it.each(orderStories)('leave nothing behind when $name and the bus does not answer', async ({ chapters }) => {
      const region = createStreamRegion([]);
      region.failing.add('publish');
      for (const entries of chapters) {
        region.hold(entries);
        await region.project({ generations }).catch((error) => expect(error).toBeInstanceOf(LedgerFault));
      }
      region.failing.clear();

      await region.project({ generations });

      expectSettled(region, { generations });
    });

    it.each(orderStories)('leave it to newer code to make good when $name', async ({ chapters }) => {
      for (let at = 1; at < chapters.length; at++)
        for (const death of deaths) {
          const region = createStreamRegion(chapters[at - 1] ?? []);
          await region.project({ generations, version: v1 });
          region.hold(chapters[at] ?? []);
          if (!(await dies(region, { generations, death }))) continue;

          await region.project({ generations, version: v2 });

          expectSettled(region, { generations, version: v2 }, `chapter ${at}: ${wordsOf(death)}`);
        }
    });
  },
);

interface Run {
  readonly from: number;
  readonly first: Death;
  readonly second: Death | undefined;
  /** Chapters that arrive between the first death and the second. */
  readonly growth: number;
}

const expectSurvived = async (
  { chapters }: OrderStory,
  generations: Generations,
  { from, first, second, growth }: Run,
): Promise<void> => {
  const region = createStreamRegion(chapters[from] ?? []);
  await region.project({ generations });
  region.hold(chapters[from + 1] ?? []);
  // A step that it never comes to: another run is the same.
  if (!(await dies(region, { generations, death: first }))) return;
  region.hold(chapters[from + 1 + growth] ?? []);
  if (await dies(region, { generations, death: second })) await region.project({ generations });
  expectSettled(region, { generations }, `from ${from}: ${wordsOf(first)}, ${growth} more, ${wordsOf(second)}`);
};
