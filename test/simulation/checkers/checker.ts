/**
 * What a checker is told, and what it answers: undefined, or what is wrong in words.
 */
import type { Command } from '../../../domain/decide/command.ts';
import type { FoldedStream } from '../../../domain/fold/folded-stream.ts';
import type { Consistency } from '../../../domain/ledger/position.ts';
import type { CaseAlert } from '../../../domain/ports/alert-bus.ts';
import type { LoadedStream } from '../../../domain/ports/event-store.ts';
import type { CaseLife } from '../../../domain/review/case-life.ts';
import type { LedgerItem } from '../../../infra/dynamodb/entry-codec.ts';
import type { Generations } from '../../../projections/generations/generations.ts';
import type { AppendOutcome } from '../../../services/ledger/append-commands.ts';
import type { CaseFinding } from '../../../services/review/look-at-case.ts';
import type { Facts } from '../facts.ts';
import type { RandomStream } from '../kernel/random-streams.ts';
import type { GlobalTable } from '../model/global-table.ts';
import type { Change } from '../model/replica.ts';
import type { ReviewEvent } from '../model/review-event.ts';
import type { WorkflowRun } from '../model/simulated-workflows.ts';
import type { RowChange, ViewRow } from '../model/view-tables.ts';
import type { Region } from '../region/region.ts';
import type { Situation } from '../sometimes.ts';

export interface Checker {
  /** Its number in DESIGN.md section 12, and what it says. */
  readonly invariant: string;
  /** After every change of a replica. */
  readonly onChange?: (change: Change<LedgerItem>) => Words;
  readonly onOutcome?: (answered: Answered) => Words;
  /** After every change of a row, in any generation. */
  readonly onRow?: (changed: ChangedRow) => Words;
  readonly onAlert?: (said: SaidAlert) => Words;
  readonly onGenerations?: (changed: ChangedGenerations) => Words;
  /** Now and then, and for every stream in the end. */
  readonly checkStream?: (evidence: StreamEvidence) => Words;
  readonly onReview?: (event: ReviewEvent) => Words;
  /** Of an order whose cases have had their time, after the faults. */
  readonly checkReview?: (evidence: ReviewEvidence) => Words;
  /** In the end. */
  readonly checkRegion?: (region: WatchedRegion, isAtRest: boolean) => Words;
}

/** Of one order. */
export interface ReviewEvidence {
  readonly stream: string;
  readonly regions: readonly ReviewedRegion[];
}

export interface ReviewedRegion {
  readonly name: string;
  /** Of the newest code that it runs: another may find other cases. */
  readonly version: string;
  /** By what it holds and the newest code that it runs. */
  readonly find: (caseId: string) => CaseFinding;
  /** Its sweeper knows the tenant: one alert about any of its cases has arrived. */
  readonly isSwept: boolean;
  /** By its live row, where its sweeper looks; undefined where the row is of other code than runs now. */
  readonly isListed: (caseId: string) => boolean | undefined;
  readonly caseIds: readonly string[];
  /** Ids of all resolutions of the order. */
  readonly decisions: readonly string[];
  readonly lives: readonly CaseLife[];
  readonly runs: readonly WorkflowRun[];
  readonly awaits: (token: string) => boolean;
}

export type Words = string | undefined;

export interface CheckerDeps {
  readonly facts: Facts;
  readonly table: GlobalTable<LedgerItem>;
  readonly random: RandomStream;
  readonly consistency: Consistency;
  readonly reached: (situation: Situation) => void;
}

export interface Answered {
  readonly region: string;
  readonly stream: string;
  readonly command: Command;
  readonly outcome: AppendOutcome;
}

/** What a checker may look at of a region. */
export type WatchedRegion = Pick<Region, 'name' | 'views' | 'generations' | 'liveRow' | 'changes' | 'code'>;

export interface ChangedRow extends RowChange {
  readonly region: WatchedRegion;
}

export interface SaidAlert {
  readonly region: WatchedRegion;
  readonly alert: CaseAlert;
}

export interface ChangedGenerations {
  readonly region: WatchedRegion;
  readonly after: Generations;
  readonly before: Generations;
}

export interface StreamEvidence {
  readonly stream: string;
  /** The faults are over and everything has had its time: regions must agree. */
  readonly isAtRest: boolean;
  readonly replicas: readonly ReplicaEvidence[];
}

export interface ReplicaEvidence {
  readonly region: string;
  readonly items: readonly LedgerItem[];
  readonly loaded: LoadedStream;
  readonly folded: FoldedStream;
  /** The live one. */
  readonly row: ViewRow | undefined;
}
