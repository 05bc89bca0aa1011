/** Lag as the difference of two clocks: of a peer whose clock is minutes fast no silence is ever noticed. */
import type { PlantedPlanBug } from './planted-plan-bug.ts';

export const twoClocks: PlantedPlanBug = {
  name: 'lag by comparing two clocks',
  caughtBy: ['one-region-decides', 'primary-always-somewhere'],
  seedsMax: 10,
  options: { regions: 2, durationMs: 20 * 60_000 },
  faults: { partition: 12, clockJump: 2 },
  ports: (ports, { region }) => ({
    ...ports,
    heartbeats: {
      ...ports.heartbeats,
      load: async (regions) => {
        const beats = await ports.heartbeats.load(regions);
        const counter = beats.find((beat) => beat.region === region)?.counter ?? 0;
        return beats.map((beat) => ({
          ...beat,
          echoes: { ...beat.echoes, [region]: { counter, sentAtMs: beat.sentAtMs } },
        }));
      },
    },
  }),
};
