/**
 * The ledger clock under clocks that are wrong in every way that clocks are: off by up to ten minutes, jumping, frozen.
 * Whatever they do, an entry's ids come after those of everything that its writer had seen.
 */
import * as fc from 'fast-check';
import { isValid } from 'ulid';
import { describe, expect, it } from 'vitest';
import { nextEventIds } from '../../domain/ledger/ledger-clock.ts';
import { createSeededRandom } from '../support/builders/seeded-random.ts';

interface Written {
  readonly ids: readonly string[];
}

interface Region {
  /** What the replica holds. Everything in it counts as seen, which is the hardest case. */
  readonly holds: Set<Written>;
  clockMs: number;
  isFrozen: boolean;
}

type Step =
  | { readonly kind: 'append'; readonly region: number; readonly events: number }
  | { readonly kind: 'replicate'; readonly from: number; readonly to: number }
  | { readonly kind: 'jump'; readonly region: number; readonly byMs: number }
  | { readonly kind: 'freeze'; readonly region: number; readonly isFrozen: boolean }
  | { readonly kind: 'wait'; readonly ms: number };

const startMs = Date.UTC(2026, 10, 21);
const tenMinutesMs = 600_000;
const offsetMs = fc.integer({ min: -tenMinutesMs, max: tenMinutesMs });

const stepOf = (regions: number): fc.Arbitrary<Step> => {
  const region = fc.nat(regions - 1);
  return fc.oneof(
    {
      weight: 6,
      arbitrary: fc.record({ kind: fc.constant('append' as const), region, events: fc.integer({ min: 1, max: 4 }) }),
    },
    { weight: 4, arbitrary: fc.record({ kind: fc.constant('replicate' as const), from: region, to: region }) },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant('jump' as const), region, byMs: offsetMs }) },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant('freeze' as const), region, isFrozen: fc.boolean() }) },
    { weight: 2, arbitrary: fc.record({ kind: fc.constant('wait' as const), ms: fc.integer({ min: 0, max: 5_000 }) }) },
  );
};

const scenario = fc.integer({ min: 2, max: 3 }).chain((regions) =>
  fc.record({
    offsetsMs: fc.array(offsetMs, { minLength: regions, maxLength: regions }),
    steps: fc.array(stepOf(regions), { minLength: 5, maxLength: 60 }),
    seed: fc.integer(),
  }),
);

describe('the ledger clock', () => {
  it('gives ids that come after everything seen, whatever the clocks do', () =>
    fc.assert(
      fc.property(scenario, ({ offsetsMs, steps, seed }) => {
        const random = createSeededRandom(seed);
        const regions = offsetsMs.map(
          (offset): Region => ({ holds: new Set(), clockMs: startMs + offset, isFrozen: false }),
        );
        const all: Written[] = [];
        const regionAt = (index: number) => regions[index] as Region;
        for (const step of steps)
          switch (step.kind) {
            case 'append':
              all.push(append(regionAt(step.region), step.events, random));
              break;
            case 'replicate':
              for (const entry of regionAt(step.from).holds) regionAt(step.to).holds.add(entry);
              break;
            case 'jump':
              regionAt(step.region).clockMs += step.byMs;
              break;
            case 'freeze':
              regionAt(step.region).isFrozen = step.isFrozen;
              break;
            case 'wait':
              for (const region of regions) if (!region.isFrozen) region.clockMs += step.ms;
          }
        const ids = all.flatMap((entry) => entry.ids);
        expect(new Set(ids).size).toBe(ids.length);
        expect(ids.every((id) => isValid(id))).toBe(true);
      }),
      { numRuns: 2_000 },
    ));

  it('keeps 1,000 entries of one millisecond apart and in order', () =>
    fc.assert(
      fc.property(fc.integer(), fc.integer({ min: 1, max: 3 }), (seed, events) => {
        const region: Region = { holds: new Set(), clockMs: startMs, isFrozen: true };
        const random = createSeededRandom(seed);
        let lastSeenId: string | undefined;
        const ids: string[] = [];
        for (let i = 0; i < 1_000; i++) {
          const next = nextEventIds({ nowMs: region.clockMs, random, lastSeenId }, events);
          ids.push(...next);
          lastSeenId = next.at(-1);
        }
        expect(ids).toEqual([...new Set(ids)].sort());
        expect(ids).toHaveLength(1_000 * events);
      }),
      { numRuns: 50 },
    ));
});

/** Appends as a writer does, and checks at once that what it saw stands before. */
const append = (region: Region, events: number, random: () => number): Written => {
  const seenIds = [...region.holds].flatMap((entry) => entry.ids);
  const lastSeenId = seenIds.length === 0 ? undefined : seenIds.reduce((last, id) => (id > last ? id : last));
  const ids = nextEventIds({ nowMs: region.clockMs, random, lastSeenId }, events);
  for (const seenId of seenIds) expect(seenId < (ids[0] as string)).toBe(true);
  expect(ids).toEqual([...ids].sort());
  const entry = { ids };
  region.holds.add(entry);
  return entry;
};
