/**
 * What starts the functions of the review in a region: two queues, a schedule, and the workflows.
 */
import type { Context } from 'aws-lambda';
import type { Clock, Sleep } from '../../domain/ports/clock.ts';
import { createLambdaContext } from './lambda-context.ts';
import { type QueueHandler, type QueueSource, startQueueTrigger } from './queue-trigger.ts';
import { type ScheduledHandler, startScheduleTrigger } from './schedule-trigger.ts';
import { decideCaseFunction, type InvokeFunction, type InvokeOutcome } from './step-functions/step-functions.ts';

export interface ReviewHandlers {
  readonly openCases: QueueHandler;
  readonly holdCases: QueueHandler;
  readonly decideCase: (input: unknown, context: Context) => Promise<object>;
  readonly sweepCases: ScheduledHandler;
}

export interface ReviewTriggersOptions {
  readonly region: string;
  readonly handlers: ReviewHandlers;
  readonly caseAlerts: QueueSource;
  readonly reviews: QueueSource;
  readonly sweepSeconds: number;
  readonly isPaused: () => boolean;
  readonly clock: Clock;
  readonly sleep: Sleep;
  readonly onFault: (fault: unknown) => void;
}

export interface ReviewTriggers {
  readonly invoke: InvokeFunction;
  /** Resolves when what runs has ended. */
  readonly stop: () => Promise<void>;
}

/** Of one run: below a task's time in the definition, and a sweep's until the next. */
const timeoutMs = 50_000;

export const startReviewTriggers = (options: ReviewTriggersOptions): ReviewTriggers => {
  const { region, handlers, caseAlerts, reviews, sweepSeconds, onFault } = options;
  const { openCases, holdCases, decideCase, sweepCases } = handlers;
  const triggers = [
    startQueueTrigger({ ...options, source: caseAlerts, handler: openCases, functionName: 'open-case' }),
    startQueueTrigger({ ...options, source: reviews, handler: holdCases, functionName: 'hold-case' }),
    startScheduleTrigger({
      ...options,
      handler: sweepCases,
      functionName: 'sweep-cases',
      periodMs: sweepSeconds * 1_000,
      timeoutMs,
    }),
  ];
  return {
    invoke: async (functionName, payload) => {
      if (functionName !== decideCaseFunction) return failure(new Error(`there is no function ${functionName} here`));
      try {
        const result = await decideCase(payload, createLambdaContext({ functionName, region, timeoutMs }));
        return { kind: 'returned', value: JSON.parse(JSON.stringify(result)) };
      } catch (error) {
        onFault(error);
        return failure(error);
      }
    },
    stop: async () => void (await Promise.all(triggers.map(({ stop }) => stop()))),
  };
};

const failure = (error: unknown): InvokeOutcome => ({
  kind: 'failed',
  errorType: error instanceof Error ? error.name : 'Error',
  errorMessage: error instanceof Error ? error.message : String(error),
});
