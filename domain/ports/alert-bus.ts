/**
 * What happened to an order that somebody should know. Alerts are delivered at least once and in no order; each carries
 * the version and cut at which it was true, so a consumer drops what is older than what it knows. They carry no payload.
 */
import type { CaseReason } from '../fold/folded-stream.ts';
import type { Cut } from '../ledger/cut.ts';

export type Alert = CaseAlert | ReviewAlert | TamperAlert;

export type AlertType = Alert['type'];

export interface CaseAlert {
  /**
   * IllegalTransition: a rejected entry that no entry elsewhere explains; often its predecessor is only late.
   * ConflictNeedsReview: a person must decide. CaseWithdrawn: an entry arrived and there is nothing to decide any more.
   * CaseSettled: a resolution decided it.
   */
  readonly type: 'IllegalTransition' | 'ConflictNeedsReview' | 'CaseWithdrawn' | 'CaseSettled';
  readonly stream: string;
  /** The region that says so. */
  readonly region: string;
  readonly cut: Cut;
  /** Of the code that folded. Of two alerts of a case the larger cut is the later; of one cut, the larger version. */
  readonly version: string;
  readonly caseId: string;
  /** The position of the case's entry; its writer is the region that accepted it. Absent from a withdrawn case. */
  readonly position?: string | undefined;
  readonly reasons: readonly CaseReason[];
  /** Ids of the entries on the other side. */
  readonly opponents: readonly string[];
  /** The resolution's id, on CaseSettled. */
  readonly settledBy?: string | undefined;
  readonly atMs: number;
}

/** A step of the workflow that fetches a person for a case, said by the region in which it runs. */
export interface ReviewAlert {
  /**
   * ReviewStarted: it waits out the grace period. ReviewAsked: a person was asked. ReviewEscalated: nobody decided in time.
   * ReviewEnded: the case was settled or withdrawn, or another region goes on with it.
   */
  readonly type: 'ReviewStarted' | 'ReviewAsked' | 'ReviewEscalated' | 'ReviewEnded';
  readonly stream: string;
  readonly region: string;
  readonly caseId: string;
  /** The workflow's number. */
  readonly workflow: number;
  /** How often nobody had decided in time. */
  readonly escalations: number;
  /** How it ended, on ReviewEnded. */
  readonly outcome?: 'settled' | 'withdrawn' | 'handed-over' | undefined;
  readonly atMs: number;
}

/** An entry of the ledger was changed or removed in place. What it was is kept for `rejoin repair`. */
export interface TamperAlert {
  readonly type: 'LedgerTampered';
  readonly stream: string;
  readonly region: string;
  readonly position: string;
  readonly change: 'changed' | 'removed';
  readonly atMs: number;
}

export interface AlertBus {
  /** Resolves once all are accepted. Throws LedgerFault: some may have been, so the same are published again. */
  publish(alerts: readonly Alert[]): Promise<void>;
}
