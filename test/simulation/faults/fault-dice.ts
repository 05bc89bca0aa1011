/**
 * Decides when a mishap strikes, and keeps count of every fault and of the rare situations that came of them.
 */
import type { RandomStream } from '../kernel/random-streams.ts';
import { createSituationCounter, type Situation, type SituationCounts } from '../sometimes.ts';
import type { FaultName, MishapName, SimulationOptions } from './fault-options.ts';

export interface FaultDice {
  /** Draws from `random`, whatever the odds are; `times` multiplies them. */
  readonly strikes: (mishap: MishapName, random: RandomStream, times?: number) => boolean;
  readonly struck: (fault: FaultName) => void;
  readonly reached: (situation: Situation) => void;
  /** Nothing strikes any more. */
  readonly putAway: () => void;
  readonly faults: () => FaultCounts;
  readonly situations: () => SituationCounts;
}

export type FaultCounts = Readonly<Partial<Record<FaultName, number>>>;

export const createFaultDice = (odds: SimulationOptions['faults'], tell: (words: string) => void): FaultDice => {
  const faults: Partial<Record<FaultName, number>> = {};
  const { reached, counts } = createSituationCounter();
  let isAway = false;
  const struck = (fault: FaultName): void => {
    faults[fault] = (faults[fault] ?? 0) + 1;
    tell(`fault: ${fault}`);
  };
  return {
    strikes: (mishap, random, times = 1) => {
      const isHit = random.chance(isAway ? 0 : odds[mishap] * times);
      if (isHit) struck(mishap);
      return isHit;
    },
    struck,
    reached,
    putAway: () => {
      isAway = true;
    },
    faults: () => faults,
    situations: counts,
  };
};
