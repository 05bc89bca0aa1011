/** Regions that start a workflow for every open case that they hear of, whoever accepted it. */
import type { PlantedBug } from '../planted-bug.ts';

export const everybodyElected: PlantedBug = {
  name: 'takeover without election',
  caughtBy: ['5 a case is taken over'],
  seedsMax: 3,
  isReviewed: true,
  review: (given) => ({
    ...given,
    regionWatch: {
      look: async () => ({
        ...(await given.regionWatch.look()),
        silent: new Set(given.regions.filter((region) => region !== given.region)),
      }),
    },
  }),
};
