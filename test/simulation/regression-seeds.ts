/**
 * Seeds that once failed, with the bug that they found. They are played first, for ever.
 */
export interface RegressionSeed {
  readonly seed: number;
  /** What was wrong, and where. */
  readonly bug: string;
}

export const regressionSeeds: readonly RegressionSeed[] = [
  {
    seed: 2316,
    bug: 'the simulator took an item for damaged after the repair of the same item in another region had healed it',
  },
];
