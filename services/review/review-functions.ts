/**
 * The review as four Lambda functions: two that consume a queue, one that a workflow calls, one that a schedule calls.
 *
 * Of a batch only the messages that failed are delivered again, and a case that comes several times is looked at once.
 * Each function has a factory of its own, since on Lambda each is deployed by itself and is given what it needs.
 */
import middy, { type MiddlewareObj } from '@middy/core';
import type { Context, SQSBatchResponse, SQSEvent } from 'aws-lambda';
import type { Observability } from '../middleware/observability.ts';
import type { CaseRef } from './case-lives.ts';
import { type DecideDeps, type DecideInput, decideCase, type NextStep } from './decide-case.ts';
import { holdCase } from './hold-case.ts';
import { openCase } from './open-case.ts';
import { readAlert, readAnswer, readRequest, readStep } from './read-messages.ts';
import type { ReviewDeps } from './review-deps.ts';
import { type SweepDeps, type SweepReport, sweepCases } from './sweep-cases.ts';

export interface ReviewFunctions {
  readonly openCases: QueueFunction;
  readonly holdCases: QueueFunction;
  readonly decideCase: DecideFunction;
  readonly sweepCases: SweepFunction;
}

export type QueueFunction = (event: SQSEvent, context: Context) => Promise<SQSBatchResponse>;
export type DecideFunction = (input: unknown, context: Context) => Promise<NextStep>;
/** The event says that a minute has begun, and nothing else. */
export type SweepFunction = (event: unknown, context: Context) => Promise<SweepReport>;

interface Middlewares {
  /** For middy, in this order. */
  readonly middlewares: Observability['middlewares'];
}

export type ReviewFunctionsDeps = DecideDeps & SweepDeps & Middlewares;

export const createReviewFunctions = (deps: ReviewFunctionsDeps): ReviewFunctions => ({
  openCases: createOpenCases(deps),
  holdCases: createHoldCases(deps),
  decideCase: createDecideCase(deps),
  sweepCases: createSweepCases(deps),
});

/** Of the queue of alerts. */
export const createOpenCases = (deps: ReviewDeps & Middlewares): QueueFunction =>
  createQueueFunction(deps, {
    read: readAlert,
    sameAs: ({ stream, caseId }) => `${stream} ${caseId}`,
    handle: async (ref) => {
      await openCase(deps, ref);
    },
  });

/** Of the queue of reviews. */
export const createHoldCases = (deps: ReviewDeps & Middlewares): QueueFunction =>
  createQueueFunction(deps, {
    read: readRequest,
    sameAs: ({ taskToken }) => taskToken,
    handle: (request) => holdCase(deps, request),
  });

/** Throws what it cannot do, and what it cannot read: the workflow tries again, and lays it aside in the end. */
export const createDecideCase = (deps: DecideDeps & Middlewares): DecideFunction => {
  const handler = withMiddlewares(deps, async (given: unknown): Promise<NextStep> => {
    const { answer, ...step } = readStep(given);
    const { stream, caseId } = step;
    try {
      return await decideCase(deps, { ...step, answer: readAnswerTo(deps, step, answer) });
    } catch (error) {
      deps.logger.error('a step of a workflow failed', { stream, caseId, step: step.step, error: error as Error });
      throw error;
    }
  });
  return async (input, context) => handler(input, context);
};

/** From outside, like a decision that the ledger refuses: a person is asked again. */
const readAnswerTo = (
  { metrics, logger }: DecideDeps,
  { step, stream, caseId }: DecideInput,
  given: unknown,
): DecideInput['answer'] => {
  if (step !== 'decide') return undefined;
  const answer = readAnswer(given);
  if (!answer) {
    metrics.count('DecisionsRefused');
    logger.warn('a decision was refused', { stream, caseId, refusal: 'unreadable' });
  }
  return answer;
};

export const createSweepCases = (deps: SweepDeps & Middlewares): SweepFunction => {
  const handler = withMiddlewares(deps, (_: unknown, context: Context) =>
    sweepCases(deps, { hasTime: () => context.getRemainingTimeInMillis() > lastCaseMs }),
  );
  return async (event, context) => handler(event, context);
};

/** What the slowest case may take. */
export const lastCaseMs = 10_000;

interface QueueWork<Message> {
  readonly read: (body: string) => Message;
  /** Messages of which one stands for all. */
  readonly sameAs: (message: Message) => string;
  readonly handle: (message: Message) => Promise<void>;
}

const createQueueFunction = <Message extends CaseRef>(
  deps: ReviewDeps & Middlewares,
  { read, sameAs, handle }: QueueWork<Message>,
): QueueFunction => {
  const { logger } = deps;
  const handler = withMiddlewares(deps, async ({ Records }: SQSEvent): Promise<SQSBatchResponse> => {
    const failed: string[] = [];
    const same = new Map<string, { readonly message: Message; readonly messageIds: string[] }>();
    for (const { messageId, body } of Records)
      try {
        const message = read(body);
        const known = same.get(sameAs(message));
        if (known) known.messageIds.push(messageId);
        else same.set(sameAs(message), { message, messageIds: [messageId] });
      } catch (error) {
        failed.push(messageId);
        logger.error('a message cannot be read', { messageId, error: error as Error });
      }
    const work = async ({ message, messageIds }: { readonly message: Message; readonly messageIds: string[] }) => {
      try {
        await handle(message);
      } catch (error) {
        failed.push(...messageIds);
        const { stream, caseId } = message;
        logger.error('a case cannot be looked at', { stream, caseId, error: error as Error });
      }
    };
    await Promise.all([...same.values()].map(work));
    return { batchItemFailures: failed.map((itemIdentifier) => ({ itemIdentifier })) };
  });
  return async (event, context) => handler(event, context);
};

const withMiddlewares = <Event, Result>(
  { middlewares }: Middlewares,
  run: (event: Event, context: Context) => Promise<Result>,
) =>
  middy<Event, Result>()
    .use([...(middlewares as readonly MiddlewareObj<Event, Result>[])])
    .handler(run);
