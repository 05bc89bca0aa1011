/**
 * An agent that cannot read its peers' beats sends one that echoes nobody, and the peers' breakers open at once. It once
 * did.
 */
import { LedgerFault } from '../../../../domain/ports/event-store.ts';
import type { PlantedPlanBug } from './planted-plan-bug.ts';

export const beatEchoingNobody: PlantedPlanBug = {
  name: 'beat that echoes nobody',
  caughtBy: ['opens-for-a-reason'],
  seedsMax: 10,
  options: { durationMs: 20 * 60_000 },
  faults: {
    throttle: 0.2,
    crash: 0,
    pause: 0,
    partition: 0,
    oneWayPartition: 0,
    bridge: 0,
    flapping: 0,
    lagBurst: 0,
    regionOutage: 0,
    agentStop: 0,
    witnessOutage: 0,
    clockJump: 0,
    clockFreeze: 0,
    promotion: 1,
  },
  ports: (ports) => ({
    ...ports,
    heartbeats: {
      ...ports.heartbeats,
      load: (regions) =>
        ports.heartbeats.load(regions).catch((fault: unknown) => {
          if (fault instanceof LedgerFault) return [];
          throw fault;
        }),
    },
  }),
};
