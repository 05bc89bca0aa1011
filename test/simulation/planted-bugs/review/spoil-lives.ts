/** A review's function with lives that go wrong in one way. */
import type { CaseLives } from '../../../../services/review/case-lives.ts';
import type { GivenToReview } from '../../region/review-ports.ts';

export const spoilLives = (
  given: GivenToReview,
  spoil: (lives: CaseLives, given: GivenToReview) => Partial<CaseLives>,
): GivenToReview => ({ ...given, lives: { ...given.lives, ...spoil(given.lives, given) } });
