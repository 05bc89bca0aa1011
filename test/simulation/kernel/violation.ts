/**
 * A checker saw that an invariant does not hold: it ends the run, and no code under test may catch it.
 */
export class Violation extends Error {
  readonly code = 'invariant-violated';
  readonly invariant: string;
  constructor(invariant: string, words: string) {
    super(words);
    this.invariant = invariant;
  }
}
