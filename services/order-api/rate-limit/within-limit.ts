/** A request within its caller's limit, or the answer that says when to come again. */
import { type Answer, answerProblem } from '../http-answer.ts';
import type { LimitedCaller, RateLimiter } from './rate-limiter.ts';

export const withinLimit = async (
  limiter: RateLimiter,
  caller: LimitedCaller,
  answer: () => Promise<Answer>,
): Promise<Answer> => {
  const taken = limiter.take(caller);
  try {
    return taken.kind === 'taken' ? await answer() : answerProblem(taken);
  } finally {
    await limiter.settled();
  }
};
