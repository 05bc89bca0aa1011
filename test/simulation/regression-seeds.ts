/**
 * Seeds that once failed, with the bug that they found. They are played first, for ever.
 */
import type { Consistency } from '../../domain/ledger/position.ts';

export interface RegressionSeed {
  readonly seed: number;
  /** Eventual unless it says so. */
  readonly consistency?: Consistency;
  /** Where it took a review that the seed itself does not draw. */
  readonly isReviewed?: boolean;
  /** What was wrong, and where. */
  readonly bug: string;
}

export const regressionSeeds: readonly RegressionSeed[] = [
  {
    seed: 2316,
    bug: 'the simulator took an item for damaged after the repair of the same item in another region had healed it',
  },
  {
    seed: 3247,
    bug: 'a projector that slept wrote its row, which counted damage beyond the cut, over a fuller one of the same cut',
  },
  {
    seed: 9329,
    bug: 'the simulator counted a script’s entry with a gap before it among the predecessors of a position',
  },
  {
    seed: 234,
    bug: 'a rebuild by older code wrote rows beside live ones of newer code, and nobody had been told what those rows knew',
  },
  {
    seed: 53,
    consistency: 'strong',
    bug: 'a sweep went by what views show as open: a case that was over, and whose alert of it got lost, was held for open for ever',
  },
  {
    seed: 22,
    isReviewed: true,
    bug: 'the same as 53, where regions do not see each other',
  },
];
