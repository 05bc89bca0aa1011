/**
 * What the world needs of an engine: regions that take orders, tables that replicate, and an end.
 *
 * Two keep it: DynamoDB Local with a host process a region, and objects in this process where Java is missing.
 */

import type { Consistency } from '../../domain/ledger/position.ts';
import type { Clock, Random, Sleep } from '../../domain/ports/clock.ts';
import type { ControlStore } from '../../domain/ports/control-store.ts';
import type { Faults } from './faults.ts';
import type { ReplicationLink, ReplicationLinkOptions } from './replication-link.ts';
import type { ReviewTimes } from './review-times.ts';
import type { TokenTrust } from './token-issuer.ts';
import type { EngineName, MutableTable, MutableTableDefinition, Region } from './world-types.ts';
import type { WorldWritePlan } from './write-plan-environment.ts';

export interface Engine {
  readonly name: EngineName;
  readonly regions: readonly EngineRegion[];
  readonly startLedgerLink: (settings: LinkSettings) => Promise<ReplicationLink>;
  /** The table in every region; links are started apart. */
  readonly createMutableTable: (definition: MutableTableDefinition) => Promise<ReadonlyMap<string, MutableTable>>;
  readonly startMutableLink: (definition: MutableTableDefinition, settings: LinkSettings) => Promise<ReplicationLink>;
  readonly stop: () => Promise<void>;
}

export interface EngineRegion extends Region {
  /** Resolves when the projector has seen all that the ledger held at this call. */
  readonly caughtUp: () => Promise<void>;
  /** An outage of this region began or ended. */
  readonly announceOutage: () => void;
}

export type LinkSettings = Omit<ReplicationLinkOptions<never>, 'read' | 'isOwn' | 'keyOf' | 'isBacklog' | 'apply'>;

export interface EngineOptions {
  /** Names, and the port of each one's API; 0 is a free port. */
  readonly regions: readonly { readonly name: string; readonly apiPort: number }[];
  /** Of the ledger; `strong` on DynamoDB Local only. */
  readonly consistency: Consistency;
  /** Undefined on a strongly consistent ledger, where every region may always write. */
  readonly writePlan: WorldWritePlan | undefined;
  readonly review: ReviewTimes;
  readonly liveGeneration: LiveGeneration;
  readonly faults: Pick<Faults, 'isOut' | 'condition'>;
  /** Of the issuer whose tokens the APIs take. */
  readonly tokenTrust: TokenTrust;
  readonly clock: Clock;
  readonly random: Random;
  readonly sleep: Sleep;
  readonly onFault: (fault: unknown) => void;
}

/** The name of the generation of views that is read, as the region's control store says. */
export type LiveGeneration = (controlStore: ControlStore) => Promise<string>;

/** Ends in reverse order what was started, also when something on the way did not start or does not end well. */
export interface Cleanup {
  readonly add: (stop: () => Promise<void>) => void;
  readonly run: () => Promise<void>;
}

export const createCleanup = (): Cleanup => {
  const stops: (() => Promise<void>)[] = [];
  return {
    add: (stop) => void stops.push(stop),
    run: async () => {
      const failures: unknown[] = [];
      for (let stop = stops.pop(); stop; stop = stops.pop()) await stop().catch((failure) => failures.push(failure));
      if (failures.length > 0) throw failures[0];
    },
  };
};
