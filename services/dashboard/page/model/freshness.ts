/** How old what is shown may be before the page says so. Pure. */

export interface Age {
  /** When the newest answer arrived, in ms since 1970. */
  readonly loadedAtMs: number;
  /** Asking again has failed since. */
  readonly isFailing: boolean;
}

/** Three missed refreshes of the slowest kind. */
export const staleAfterMs = 15_000;

export const isStale = ({ loadedAtMs, isFailing }: Age, nowMs: number): boolean =>
  isFailing || nowMs - loadedAtMs > staleAfterMs;
