/**
 * The report of a play: what was written, what became of it, and what the same traffic left of mutable rows.
 *
 * Its JSON form is printed by `npm start -- --once --json` and read by scripts: add properties, never rename one.
 */
import type { StreamClass } from '../../../domain/fold/folded-stream.ts';
import type { EngineName } from '../world-types.ts';
import type { RefusedRows } from './olist-files.ts';
import type { Story } from './stories.ts';

export interface Report {
  readonly engine: EngineName;
  readonly regions: readonly string[];
  readonly seed: number;
  readonly histories: HistoriesReport;
  readonly partition: PartitionReport;
  readonly entries: EntriesReport;
  readonly ledger: LedgerReport;
  readonly lastWriterWins: LastWriterWinsReport;
  readonly stories: readonly Story[];
  readonly durations: {
    readonly ledgerMs: number;
    readonly checkMs: number;
    readonly lastWriterWinsMs: number;
    readonly totalMs: number;
  };
}

export interface HistoriesReport {
  /** The folder's own name, without the way to it. */
  readonly folder: string;
  readonly orders: number;
  readonly refusedRows: readonly RefusedRows[];
  /** ISO 8601, on the histories' own clock. */
  readonly from: string;
  readonly to: string;
  /** So much faster than life was it played into the ledger. */
  readonly compression: number;
}

export interface PartitionReport {
  /** ISO 8601, on the histories' own clock. */
  readonly from: string;
  readonly to: string;
  readonly commands: number;
  /** How long the link was really cut while the ledger was played. */
  readonly lastedMs: number;
}

export interface EntriesReport {
  /** Accepted entries that stand in the data. */
  readonly real: number;
  /** Accepted entries that we added: cancellations, addresses, notes and retries of the partition. */
  readonly added: number;
  /** Commands that were answered with the entry of an earlier one under the same key. */
  readonly replayed: number;
}

export interface LedgerReport {
  readonly entriesLost: number;
  /** Entries under the play's orders that nobody sent. */
  readonly entriesUnsent: number;
  readonly viewsEqual: boolean;
  readonly viewRows: number;
  /** Folds of both replicas' entries, order by order. */
  readonly foldsEqual: boolean;
  readonly entriesPerRegion: Readonly<Record<string, number>>;
  readonly classes: Readonly<Record<StreamClass, number>>;
  readonly cases: {
    readonly opened: number;
    readonly withdrawn: number;
    readonly open: number;
    readonly openByReason: Readonly<Record<string, number>>;
    readonly withdrawnByReason: Readonly<Record<string, number>>;
    readonly ordersWithOpenCase: number;
  };
  /** Orders in which the data dates a fact before its predecessor; those that we added entries to are left out. */
  readonly lateFacts: {
    readonly orders: number;
    readonly withOpenCase: number;
    /** Of those: shipped before the order was even placed. */
    readonly beforePlacing: { readonly orders: number; readonly withOpenCase: number };
  };
  /** From the heal to the moment when every item had crossed and every projector had seen it. */
  readonly drainMs: number;
  readonly isDrained: boolean;
  readonly appendsPerSecond: number;
  /** By the API's own word for it; legitimate answers all. */
  readonly refused: Readonly<Record<string, number>>;
  /** Requests sent again after a 5xx, a 429 or a lost connection. */
  readonly retries: number;
}

export interface LastWriterWinsReport {
  readonly updatesAcknowledged: number;
  readonly updatesLost: number;
  readonly ordersOverwritten: number;
  readonly wrongStatus: number;
  readonly wrongStatusOverwritten: number;
  readonly undecidedStatus: number;
  readonly factsRefused: number;
  readonly decisionsRefused: number;
  readonly rowsEqual: boolean;
}
