/**
 * Seeds of the write plan that once failed, with the bug that they found. They are played first, for ever.
 */
import type { RegressionSeed } from '../regression-seeds.ts';

export const planRegressionSeeds: readonly RegressionSeed[] = [
  {
    seed: 1,
    bug: 'an agent that could not read when an entry had last come late took it for never, and its breaker closed; one that could not read its peers’ beats sent a beat that echoed nobody, and their breakers opened',
  },
  {
    seed: 32,
    bug: 'an API went by its last reading of the gate for as long as its clock stood still',
  },
];
