/**
 * The outermost net: whatever a handler throws is logged here with all that is known, and answered with nothing of it.
 */
import type { MiddlewareObj } from '@middy/core';
import type { Observability } from './observability.ts';

export interface ProblemResponseOptions<Answer> {
  readonly logger: Observability['logger'];
  readonly answerFault: (error: unknown) => Answer;
}

export const problemResponse = <Event, Answer>({
  logger,
  answerFault,
}: ProblemResponseOptions<Answer>): MiddlewareObj<Event, Answer> => ({
  onError: (request) => {
    logger.error('request failed', request.error ?? new Error('nothing was thrown'));
    request.response = answerFault(request.error);
  },
});
