/** The holder counts its term from when it heard that the renewal was done, and not from when it asked for it. */
import type { RegionState } from '../../../../domain/write-plan/region-state.ts';
import { writePlanKind } from '../../../../services/write-plan/region-document.ts';
import { isRegionDocument } from '../region/region-state-of.ts';
import type { PlantedPlanBug } from './planted-plan-bug.ts';

export const leaseFromAnswer: PlantedPlanBug = {
  name: 'lease counted from the answer',
  caughtBy: ['one-lease-holder', 'one-region-decides'],
  seedsMax: 10,
  options: { hasWitness: true, regions: 2, clockRateError: 0, agentEveryMs: 120_000, durationMs: 40 * 60_000 },
  faults: { pause: 0.5, crash: 0, clockJump: 0, clockFreeze: 0, partition: 20, witnessCut: 30, promotion: 0 },
  ports: (ports, { role, clock }) => {
    const { witness } = ports;
    if (role !== 'agent' || !witness) return ports;
    let waitedMs = 0;
    return {
      ...ports,
      witness: {
        ...witness,
        put: async (...put) => {
          const sentAtMs = clock.nowMs();
          const isPut = await witness.put(...put);
          waitedMs = put[0] === writePlanKind ? clock.nowMs() - sentAtMs : 0;
          return isPut;
        },
      },
      controlStore: {
        ...ports.controlStore,
        put: (kind, name, value, revision) =>
          ports.controlStore.put(
            kind,
            name,
            isRegionDocument({ kind, name }) ? prolong(value as RegionState, waitedMs) : value,
            revision,
          ),
      },
    };
  },
};

const prolong = (state: RegionState, byMs: number): RegionState =>
  state.lease?.kind === 'held' && state.lease.untilMs !== undefined
    ? { ...state, lease: { ...state.lease, untilMs: state.lease.untilMs + byMs } }
    : state;
