/**
 * What a checker of the write plan is told, and what it answers: undefined, or what is wrong in words.
 */
import type { Entry } from '../../../../domain/ledger/entry.ts';
import type { RegionState } from '../../../../domain/write-plan/region-state.ts';
import type { LedgerItem } from '../../../../infra/dynamodb/entry-codec.ts';
import type { Words } from '../../checkers/checker.ts';
import type { GlobalTable } from '../../model/global-table.ts';
import type { PlanClock } from '../model/plan-clock.ts';
import type { WatchedLink } from '../model/watched-links.ts';
import type { WritePlanOptions } from '../options.ts';
import type { CheckedGate } from '../region/order-container.ts';
import type { PlanSituation } from '../sometimes.ts';

export interface PlanChecker {
  /** What it says. */
  readonly invariant: string;
  readonly onAccepted?: (accepted: Accepted) => Words;
  /** After every change of a region's document. */
  readonly onRegionState?: (turned: TurnedRegion) => Words;
  /** An entry was acknowledged, now or again. */
  readonly onAcknowledged?: (region: string, entry: Entry) => Words;
  readonly onLateArrivalNoted?: (region: string, saysMs: number) => Words;
  /** The weather turned, or something died or fell asleep. */
  readonly onDisturbed?: () => void;
  /** Now and then. */
  readonly onTick?: () => Words;
  /** In the end: the faults are over and everything has had its time. */
  readonly atRest?: () => Words;
}

/** An entry of an order that was put. */
export interface Accepted extends CheckedGate {
  readonly entry: Entry;
  /** One of its events is not `anywhere`. */
  readonly isPrimaryMatter: boolean;
  /** When it was checked, a partition had lasted for so long that at most one region may decide. */
  readonly isSettled: boolean;
  /** In true time: since when the region's clock went, as it was when the gate was checked. */
  readonly soundSinceMs: number;
}

export interface TurnedRegion {
  readonly region: string;
  readonly before: RegionState | undefined;
  readonly after: RegionState;
}

/** Who knows all. */
export interface PlanWorld {
  readonly options: WritePlanOptions;
  readonly names: readonly string[];
  /** In true time. */
  readonly nowMs: () => number;
  readonly links: readonly WatchedLink[];
  readonly table: GlobalTable<LedgerItem>;
  readonly clockOf: (region: string) => PlanClock;
  readonly isReachable: (region: string) => boolean;
  readonly reachesWitness: (region: string) => boolean;
  /** As it stands. */
  readonly stateOf: (region: string) => RegionState | undefined;
  readonly beatsSince: (region: string, sinceMs: number) => number;
  /** When the region's plan last began to count other regions. */
  readonly planSinceMs: (region: string) => number;
  readonly reached: (situation: PlanSituation) => void;
}
