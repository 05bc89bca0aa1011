/**
 * Small documents by which the parts of one region agree: generations, checkpoints, what was tampered with. Regional,
 * never replicated. Each is replaced by compare-and-set on its revision, so whoever acts on what it read long ago loses.
 */
export interface ControlDocument<Value> {
  readonly name: string;
  /** 1, 2, 3 … */
  readonly revision: number;
  readonly value: Value;
}

/** Documents of one kind, such as `generations`. All throw LedgerFault. */
export interface ControlStore {
  /** Strongly consistent. */
  get<Value>(kind: string, name: string): Promise<ControlDocument<Value> | undefined>;
  /** Those of them that there are, in no order, in few requests. Strongly consistent. */
  getAll<Value>(kind: string, names: readonly string[]): Promise<readonly ControlDocument<Value>[]>;
  /**
   * Stores the value with the next revision, if the stored document's is still `revision` (0: there is none). False if
   * not. An unknown outcome is settled by reading back: true when exactly this value stands at the next revision.
   */
  put(kind: string, name: string, value: unknown, revision: number): Promise<boolean>;
  /** False if the stored document has another revision. */
  remove(kind: string, name: string, revision: number): Promise<boolean>;
  /** By name. */
  list<Value>(kind: string): AsyncIterable<ControlDocument<Value>>;
  /** At most `limit` of those beyond `after`. */
  page<Value>(kind: string, options: PageOptions): Promise<readonly ControlDocument<Value>[]>;
}

export interface PageOptions {
  /** At least 1. */
  readonly limit: number;
  /** Which names come first. */
  readonly first: 'smallest' | 'largest';
  /** The last name of the page before. */
  readonly after?: string | undefined;
}
