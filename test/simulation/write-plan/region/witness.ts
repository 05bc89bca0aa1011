/**
 * The witness region: a control table that each region may or may not reach.
 */
import type { ControlStore } from '../../../../domain/ports/control-store.ts';
import type { FaultDice } from '../../faults/fault-dice.ts';
import type { Invocation } from '../../kernel/invocation.ts';
import type { RandomStreams } from '../../kernel/random-streams.ts';
import { createFaultyRequests } from '../../model/faulty-requests.ts';
import {
  type ControlChange,
  createControlTable,
  createSimulatedControlStore,
} from '../../model/simulated-control-store.ts';

export interface Witness {
  /** As it answers an invocation of `region`. */
  readonly storeFor: (region: string, invocation: Invocation) => ControlStore;
  readonly isReachable: (region: string) => boolean;
  /** Cuts nest; returns how to heal. */
  readonly cut: (region: string) => () => void;
}

export interface WitnessDeps {
  readonly randomStreams: RandomStreams;
  readonly dice: FaultDice;
  readonly onChange: (change: ControlChange) => void;
}

export const createWitness = ({ randomStreams, dice, onChange }: WitnessDeps): Witness => {
  const table = createControlTable(onChange);
  const cuts = new Map<string, number>();
  const isReachable = (region: string): boolean => (cuts.get(region) ?? 0) === 0;
  return {
    isReachable,
    storeFor: (region, invocation) => {
      const requests = createFaultyRequests(
        {
          region: 'the witness',
          random: randomStreams(`witness requests ${region}`),
          isReachable: () => isReachable(region),
          dice,
        },
        invocation,
      );
      return createSimulatedControlStore(table, requests);
    },
    cut: (region) => {
      cuts.set(region, (cuts.get(region) ?? 0) + 1);
      return () => void cuts.set(region, (cuts.get(region) ?? 0) - 1);
    },
  };
};
