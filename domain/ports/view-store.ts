/**
 * Read-model rows of one region: derived, never replicated, each saying the cut that it was folded from.
 *
 * Rows live under a generation: one is live, others are being built beside it or wait to be cleaned. A row is replaced
 * only over exactly the row that its writer read, so what may follow what is decided in one place, by whoever folds
 * (projections/projector/succession.ts), and no adapter has a rule of its own.
 */
import type { Cut } from '../ledger/cut.ts';

export interface StoredView<Row> {
  readonly stream: string;
  readonly cut: Cut;
  /** Of the code that folded it: text that grows with every deployment that folds differently. */
  readonly version: string;
  /** When, in ms since 1970. Equal in no two regions, and no part of the row. */
  readonly foldedAtMs: number;
  readonly listing: Listing;
  /** What this row adds to the totals of its tenant. */
  readonly contribution: Totals;
  /** JSON: whatever it holds beyond that (undefined, dates) does not come back. */
  readonly row: Row;
  /** Cases of which this row knows what nobody may have been told yet. Absent where there are none. */
  readonly unsaid?: readonly string[] | undefined;
}

/** The lists in which a row stands. */
export interface Listing {
  readonly tenant: string;
  /** Where it stands in them: lists go by this text. Unique in a tenant. */
  readonly place: string;
  readonly status: string;
  readonly customerId?: string | undefined;
  /** The oldest case that waits for a person; where it stands in the list of open cases. */
  readonly openCase?: string | undefined;
}

/** Names to whole numbers, which may be below 0. A name that is absent is 0. */
export type Totals = Readonly<Record<string, number>>;

export interface Replacement<Row> {
  readonly view: StoredView<Row>;
  /** The row as it was read; undefined where none was. */
  readonly over: StoredView<Row> | undefined;
}

/** `lost`: the stored row is not the one that was read, by version, cut, or whether anything is unsaid. Read again. */
export type Replaced = 'replaced' | 'lost';

export const listSorts = ['oldest', 'newest'] as const;
export type ListSort = (typeof listSorts)[number];

export type ListQuery = {
  readonly tenant: string;
  /** At least 1. */
  readonly limit: number;
  /** Which place comes first; when left out, as the list has it. */
  readonly sort?: ListSort | undefined;
  /** From an earlier page of the same direction. */
  readonly after?: string | undefined;
} & (
  | { readonly list: 'status'; readonly status: string }
  | { readonly list: 'customer'; readonly customerId: string }
  | { readonly list: 'open-cases' }
);

export interface ListPage<Row> {
  /**
   * Unless the query says otherwise, status and customer have the newest place first, open cases the oldest case. Only
   * rows that belong in the list as they are now: lists follow the rows within moments.
   */
  readonly views: readonly StoredView<Row>[];
  /** For the next page; undefined on the last one. Good for ever, in every generation. */
  readonly next: string | undefined;
}

/** All throw LedgerFault. */
export interface ViewStore<Row> {
  /** Row and the difference to the totals of its tenant, both or neither. `entry-too-large` for a row that does not fit. */
  replace(replacement: Replacement<Row>): Promise<Replaced>;
  /** Each by itself, in few requests; answers in the same order. Streams are different ones. */
  replaceAll(replacements: readonly Replacement<Row>[]): Promise<readonly Replaced[]>;
  /** Strongly consistent. */
  get(stream: string): Promise<StoredView<Row> | undefined>;
  /** Those of them that there are, in no order. Strongly consistent. */
  getAll(streams: readonly string[]): Promise<readonly StoredView<Row>[]>;
  list(query: ListQuery): Promise<ListPage<Row>>;
  totals(tenant: string): Promise<Totals>;
  /** Every row, in no order. With `part`, the rows of one of `parts` equal parts. */
  all(part?: { readonly part: number; readonly parts: number }): AsyncIterable<StoredView<Row>>;
  /** Every tenant's totals as they are stored. */
  allTotals(): AsyncIterable<{ readonly tenant: string; readonly totals: Totals }>;
  /** Deletes every row and total. Only for a generation that nobody will read or write again. */
  clear(onProgress?: (rows: number) => void): Promise<void>;
}

/** The views of one generation. */
export type OpenViews<Row> = (generation: string) => ViewStore<Row>;
