/** A counter: what everybody added, each addition once. Additions commute, so their order says nothing. */
export const countAdditions = (deltas: readonly number[]): number => deltas.reduce((sum, delta) => sum + delta, 0);
