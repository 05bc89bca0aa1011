/** How often what is dear to ask is asked for by the clock alone. What is said to have changed is asked for at once. Pure. */

/** Short enough that an answer which takes its time still comes before the page calls the last one stale. */
export const dearRestMs = 10_000;

/** Folding an order costs reading it. */
const dearEntriesMin = 1_000;

export const orderRestMs = (entries: number): number => (entries < dearEntriesMin ? 0 : dearRestMs);

/** A case folds its order, too, and where alerts say what has become of it the clock need not ask as often. */
export const caseRestMs = (hasAlerts: boolean): number => (hasAlerts ? dearRestMs : 0);

export interface TickPace {
  /** How long an answer is left alone. */
  readonly restMs: number;
  /** From one tick to the next. */
  readonly tickMs: number;
  /** Of the last answer. */
  readonly ageMs: number;
}

/** Whether to ask at a tick, since the next one would come too late. */
export const isTickDue = ({ restMs, tickMs, ageMs }: TickPace): boolean => ageMs + tickMs > restMs;
