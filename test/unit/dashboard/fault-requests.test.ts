import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createFaults } from '../../../infra/world/faults.ts';
import type { Fault } from '../../../infra/world/world-types.ts';
import {
  type FaultChange,
  faultsAfter,
  isCut,
  isOut,
  lagMsOf,
  orderedPairs,
  requestsFor,
} from '../../../services/dashboard/page/model/fault-requests.ts';
import { ap, eu, us } from './region-readings.ts';

const regions = [us, eu, ap] as const;
const pairs = orderedPairs(regions);

const pair = fc.constantFrom(...pairs);
const change: fc.Arbitrary<FaultChange> = fc.oneof(
  fc.record({ link: pair, isOn: fc.boolean() }).map(({ link, isOn }) => ({ kind: 'cut', ...link, isOn }) as const),
  fc.record({ link: pair, ms: fc.nat({ max: 9 }) }).map(({ link, ms }) => ({ kind: 'lag', ...link, ms }) as const),
  fc.record({ kind: fc.constant('outage' as const), region: fc.constantFrom(...regions), isOn: fc.boolean() }),
);

/** Every switch of the panel as it stands. */
const standing = (faults: ReturnType<typeof createFaults>): Map<string, number | boolean> => {
  const active = faults.active();
  return new Map<string, number | boolean>([
    ...pairs.map(({ from, to }) => [`cut ${from} ${to}`, isCut(active, from, to)] as const),
    ...pairs.map(({ from, to }) => [`lag ${from} ${to}`, lagMsOf(active, from, to)] as const),
    ...regions.map((region) => [`outage ${region}`, isOut(active, region)] as const),
  ]);
};

const carryOut = (faults: ReturnType<typeof createFaults>, wanted: FaultChange): void => {
  for (const request of requestsFor(faults.active(), wanted)) faults.set(request as Fault);
};

const switchOf = (wanted: FaultChange): readonly [string, number | boolean] => {
  if (wanted.kind === 'cut') return [`cut ${wanted.from} ${wanted.to}`, wanted.isOn];
  if (wanted.kind === 'lag') return [`lag ${wanted.from} ${wanted.to}`, wanted.ms];
  if (wanted.kind === 'outage') return [`outage ${wanted.region}`, wanted.isOn];
  throw new Error('turns more than one switch');
};

describe('the switches for faults', () => {
  it('turn one switch of the world and leave every other as it was', () => {
    fc.assert(
      fc.property(fc.array(change, { maxLength: 12 }), (changes) => {
        const faults = createFaults(regions);
        for (const wanted of changes) {
          const expected = standing(faults).set(...switchOf(wanted));
          carryOut(faults, wanted);
          expect(standing(faults)).toEqual(expected);
        }
      }),
    );
  });

  it('stand at once as the world will have them', () => {
    const anyChange = fc.oneof(change, fc.constantFrom({ kind: 'cut-all' } as const, { kind: 'heal-all' } as const));
    fc.assert(
      fc.property(fc.array(anyChange, { maxLength: 12 }), (changes) => {
        const faults = createFaults(regions);
        for (const wanted of changes) {
          const expected = faultsAfter(faults.active(), wanted, regions);
          carryOut(faults, wanted);
          expect(new Set(expected)).toEqual(new Set(faults.active()));
        }
      }),
    );
  });

  it('cut every link in both directions, and heal all that is on', () => {
    const faults = createFaults(regions);
    carryOut(faults, { kind: 'outage', region: ap, isOn: true });
    carryOut(faults, { kind: 'cut-all' });

    expect(pairs.every(({ from, to }) => isCut(faults.active(), from, to))).toBe(true);
    carryOut(faults, { kind: 'heal-all' });
    expect(faults.active()).toEqual([]);
  });
});
