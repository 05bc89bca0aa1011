/** The API believes its region's document however old it is: an agent that died while all was well leaves all open. */
import type { PlantedPlanBug } from './planted-plan-bug.ts';

export const gateWithoutAge: PlantedPlanBug = {
  name: 'gate without an age',
  caughtBy: ['gates-age', 'one-region-decides'],
  seedsMax: 5,
  faults: { agentStop: 8 },
  gate: ({ read }, { clock }) => ({
    read: async () => {
      const gate = await read();
      return gate && { ...gate, writtenAtMs: clock.nowMs() };
    },
  }),
};
