/**
 * The ledger, as one region sees it. Append-only: there is no way to change or remove an entry.
 */
import type { Entry } from '../ledger/entry.ts';

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
  /** All entries of a stream that this region holds, strongly consistent. Throws LedgerFault. */
  load(stream: string): Promise<LoadedStream>;
  /** The same page by page, in order of position; `after` excludes positions up to and with it. */
  readPages(
    stream: string,
    options?: { readonly after?: string; readonly limit?: number },
  ): AsyncIterable<LoadedStream>;
  /** Every stream name that this region holds, each once, in no order. */
  streams(): AsyncIterable<string>;
}

export type LedgerFaultCode = 'unavailable' | 'throttled' | 'entry-too-large';

/** The world broke: not a refusal (those are returned) and not a bug. */
export class LedgerFault extends Error {
  readonly code: LedgerFaultCode;
  readonly retryable: boolean;
  constructor(code: LedgerFaultCode, message: string, options?: { readonly cause?: unknown }) {
    super(message, options);
    this.code = code;
    this.retryable = code !== 'entry-too-large';
  }
}
