/** Time and randomness are arguments, so that a run can be repeated. */
export interface Clock {
  /** The physical clock, in ms since 1970. */
  readonly nowMs: () => number;
}

/** Uniform in [0, 1). */
export type Random = () => number;

/** Resolves after `ms`. */
export type Sleep = (ms: number) => Promise<void>;
