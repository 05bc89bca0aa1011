/**
 * Many projectors of one random order, every one of them a Lambda that may die at any step, in any order of all their
 * steps, while the ledger grows. What counts is what is left: rows of what the ledger holds, nothing unsaid, and of every
 * case a last word that agrees with the row.
 */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Entry } from '../../domain/ledger/entry.ts';
import { LedgerFault } from '../../domain/ports/event-store.ts';
import { streams } from '../support/arbitraries/streams.ts';
import { retailVocabulary, undecidedVocabulary, workOrderVocabulary } from '../support/arbitraries/vocabularies.ts';
import {
  createStreamRegion,
  Died,
  type Doorbell,
  expectSettled,
  type StreamRegion,
} from '../unit/projector/stream-region.ts';

const both = ['g0001', 'g0002'] as const;

const death = fc.record({ step: fc.nat({ max: 9 }), when: fc.constantFrom('before' as const, 'after' as const) });
/** How those die who hear one doorbell, one after the other, until one lives. */
const deaths = fc.array(death, { maxLength: 3 });
const deathsOfAll = fc.array(deaths, { maxLength: 8 });

describe.each([
  { ...retailVocabulary, generations: ['g0001'] as const },
  { ...retailVocabulary, generations: both },
  { ...undecidedVocabulary, generations: both },
  { ...workOrderVocabulary, generations: both },
])('projectors at once, feeding $generations with random $name orders', ({ generations, ...vocabulary }) => {
  const settles = async (
    scheduler: fc.Scheduler,
    { story, deathsOf }: { readonly story: readonly Entry[]; readonly deathsOf: readonly (readonly Death[])[] },
  ): Promise<void> => {
    const entries = withoutDamage(story);
    const region = createStreamRegion([], vocabulary);
    const rung = entries.map(async (entry, i) => {
      await scheduler.schedule(Promise.resolve(), `arrival ${i}`);
      region.hold([entry]);
      const pause = (name: string) => scheduler.schedule(Promise.resolve(), `${i}: ${name}`);
      await ring(region, { generations, pause }, deathsOf[i] ?? []);
    });
    await scheduler.waitFor(Promise.all(rung));
    expectSettled(region, { generations });
  };

  it('leave right rows and right last words, whatever the order of their steps and whoever dies', async () => {
    const run = fc.record({ story: streams(vocabulary), deathsOf: deathsOfAll });
    await fc.assert(fc.asyncProperty(fc.scheduler(), run, settles), { numRuns: 1000 });
  });
});

type Death = NonNullable<Doorbell['death']>;

/** As Lambda does: again after a death or a fault that another try can mend, and never after a success. */
const ring = async (region: StreamRegion, doorbell: Doorbell, deathsToCome: readonly Death[]): Promise<void> => {
  for (const death of [...deathsToCome, ...Array.from({ length: triesMax }, () => undefined)])
    try {
      await region.project({ ...doorbell, death });
      return;
    } catch (error) {
      if (!(error instanceof Died || (error instanceof LedgerFault && error.retryable))) throw error;
    }
  expect.unreachable('nobody heard the doorbell');
};

const triesMax = 20;

/** A table holds one item a position. */
const withoutDamage = (entries: readonly Entry[]): readonly Entry[] => [
  ...new Map(entries.map((entry) => [entry.position, entry])).values(),
];
