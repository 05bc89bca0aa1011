/**
 * The ledger, as one region sees it. Append-only: there is no way to change or remove an entry.
 */
import type { Entry } from '../ledger/entry.ts';
import type { Consistency } from '../ledger/position.ts';

export type AppendResult =
  /** Stored now, or found stored: the same id at the same position is our own earlier try. */
  | { readonly kind: 'appended' }
  /** Another entry stands at the position. Load, decide again. */
  | { readonly kind: 'position-taken' };

/** Something at a position that is no entry, or not the one that was hashed. */
export interface DamagedItem {
  readonly position: string;
  readonly reason: string;
}

export interface LoadedStream {
  readonly entries: readonly Entry[];
  readonly damaged: readonly DamagedItem[];
}

export interface EventStore {
  /**
   * Puts one entry if nothing stands at its position in this region's replica. An unknown outcome is settled by reading
   * back. Throws LedgerFault: `unavailable` (retryable), `throttled` (retryable), `entry-too-large`.
   */
  append(entry: Entry): Promise<AppendResult>;
  /**
   * Puts 2 to `groupEntriesMax` entries of different streams, all or none, if nothing stands at their positions here;
   * other regions receive them one by one. Settles and throws as `append` does. Not on a strongly consistent table.
   */
  appendAll(entries: readonly [Entry, ...Entry[]]): Promise<AppendResult>;
  /** All entries of a stream that this region holds. Throws LedgerFault. */
  load(stream: string, options?: ReadConsistency): Promise<LoadedStream>;
  /** The same page by page, in order of position; `after` excludes positions up to and with it. */
  readPages(
    stream: string,
    options?: { readonly after?: string; readonly limit?: number } & ReadConsistency,
  ): AsyncIterable<LoadedStream>;
  /** Every stream name that this region holds, each once, in no order. */
  streams(): AsyncIterable<string>;
  /**
   * Every order of one of `parts` equal parts, whole, a few at a time, strongly consistent: all parts together are the
   * ledger, and may be read side by side. What is appended meanwhile may be missing, as may a stream that began
   * meanwhile. Only one page and one stream are in memory at a time. Throws LedgerFault.
   */
  scan(options: ScanOptions): AsyncIterable<ScannedStreams>;
}

export interface ReadConsistency {
  /**
   * Of this reading, `strong` when left out. `eventual` may miss what was written last; of a strongly consistent table it
   * is what a region without a quorum can still read.
   */
  readonly consistency?: Consistency;
}

export interface ScanOptions {
  /** From 0. */
  readonly part: number;
  readonly parts: number;
  /** Of an earlier scan of the same part of as many: what comes after it. */
  readonly after?: ScanPlace | undefined;
}

export interface ScannedStreams {
  /** Never none; none of them comes again. */
  readonly streams: readonly ScannedStream[];
  /** After the last of them. */
  readonly place: ScanPlace;
}

export interface ScannedStream extends LoadedStream {
  readonly stream: string;
}

/** JSON that only the store which gave it understands; good for ever. */
export type ScanPlace = Readonly<Record<string, string>>;

export type LedgerFaultCode =
  | 'unavailable'
  | 'throttled'
  | 'entry-too-large'
  /** What stands was written by newer code, which has to do this. */
  | 'outdated'
  /** A row has seen entries that the ledger does not hold: they were lost or damaged, and have to be repaired first. */
  | 'ledger-behind';

/** The world broke, whichever port it was: not a refusal (those are returned) and not a bug. */
export class LedgerFault extends Error {
  readonly code: LedgerFaultCode;
  readonly retryable: boolean;
  constructor(code: LedgerFaultCode, message: string, options?: { readonly cause?: unknown }) {
    super(message, options);
    this.code = code;
    this.retryable = code !== 'entry-too-large' && code !== 'ledger-behind';
  }
}
