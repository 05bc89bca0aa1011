/**
 * What the world's order traffic writes: lives that need nobody, and writes on both sides of a partition of which some
 * need a person, as each says.
 */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fold } from '../../domain/fold/fold.ts';
import { retail } from '../../domain/lifecycle/retail.ts';
import { type OrderLife, type OrderStep, planOrderLife } from '../../infra/world/traffic/order-life.ts';
import { splitWrites } from '../../infra/world/traffic/split-writes.ts';
import { createLedger, type LedgerBuilder } from '../support/builders/ledger-builder.ts';
import { createSeededRandom } from '../support/builders/seeded-random.ts';

const [home, away] = ['us-east-1', 'eu-west-1'];
const seeds = fc.nat({ max: 2 ** 31 });

const write = (ledger: LedgerBuilder, region: string, { type, data, source }: OrderStep): void => {
  ledger.at(region).append({ type, v: 1, data, source });
};

const foldAll = (ledger: LedgerBuilder) => {
  ledger.replicateAll();
  return fold(ledger.at(home).entries(), retail);
};

describe('the life of an order', () => {
  it('is legal from its first step to its last', () => {
    fc.assert(
      fc.property(seeds, (seed) => {
        const { placed, paid, rest } = planOrderLife(createSeededRandom(seed));
        const ledger = createLedger();
        for (const step of [placed, paid, ...rest]) {
          write(ledger, step.isElsewhere ? away : home, step);
          ledger.replicateAll();
        }
        expect(foldAll(ledger)).toMatchObject({ class: 'none', cases: [], voided: [] });
      }),
    );
  });
});

const needsAPerson = new Map([
  ['a note here and a tag there', false],
  ['cancelled here and shipped there', true],
  ['a note here and shipped there', false],
  ['a note on either side', false],
  ['cancelled here and packed there', false],
  ['another address here and shipped there', true],
]);

describe('writes on both sides of a partition', () => {
  it.each([
    ['that the other region knows', true],
    ['that the other region has not heard of', false],
  ])('need a person or not, as each says, about an order %s', (_, isKnown) => {
    fc.assert(
      fc.property(seeds, fc.nat({ max: splitWrites.length - 1 }), fc.boolean(), (seed, turn, isHereAhead) => {
        const random = createSeededRandom(seed);
        const life = planOrderLife(random);
        const clockOffsetsMs = { [isHereAhead ? home : away]: 20_000 };
        const ledger = createLedger({ clockOffsetsMs });
        const { name, needs } = writeSplit(ledger, life, { turn, isKnown, random });
        expect([name, foldAll(ledger).class === 'review']).toEqual([name, needs]);
        expect(foldAll(ledger)).toMatchObject({ voided: [], pending: [] });
        expect(foldAll(ledger).class).not.toBe('illegal');
      }),
    );
  });

  it('merge more often than not', () => {
    const needing = [...needsAPerson.values()].filter(Boolean).length;
    expect(needing).toBeGreaterThan(0);
    expect(needing).toBeLessThan(splitWrites.length / 2);
    expect(needsAPerson.size).toBe(splitWrites.length);
  });
});

interface Scene {
  readonly turn: number;
  readonly isKnown: boolean;
  readonly random: () => number;
}

const writeSplit = (ledger: LedgerBuilder, life: OrderLife, { turn, isKnown, random }: Scene) => {
  const split = splitWrites[turn]?.(life, random);
  if (!split) throw new Error(`there is no turn ${turn}`);
  for (const step of [life.placed, life.paid]) write(ledger, home, step);
  if (isKnown) ledger.replicateAll();
  for (const step of split.there) if (isKnown || step.kind === 'fact') write(ledger, away, step);
  for (const step of [...split.here, ...(split.goesOn ? life.rest : [])]) write(ledger, home, step);
  return { name: split.name, needs: needsAPerson.get(split.name) };
};
