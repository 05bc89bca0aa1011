/**
 * The review of one region in this process: its queues, its workflows, and what starts its functions.
 *
 * Without the interpreter of state machines there are no workflows, and so no review: cases are found and shown, and
 * nobody is fetched.
 */
import * as z from 'zod';
import type { ReviewWorkflows } from '../../domain/ports/review-workflows.ts';
import type { ReviewSettings } from '../settings/review-settings.ts';
import { readSettings } from '../settings/settings.ts';
import type { EngineOptions } from './engine.ts';
import { createInMemoryQueue } from './in-memory-queue.ts';
import { loadQueueDefinitions } from './queue-definitions.ts';
import { reviewEnvironment, sweepSecondsDefault } from './review-times.ts';
import { type ReviewHandlers, type ReviewTriggers, startReviewTriggers } from './review-triggers.ts';
import { createLocalWorkflows } from './step-functions/local-workflows.ts';
import { areWorkflowsAvailable } from './step-functions/run-state-machine.ts';
import { startStepFunctions } from './step-functions/step-functions.ts';

/** What the handlers of a review are given. */
export interface InMemoryReviewPorts {
  readonly workflows: ReviewWorkflows;
  readonly settings: ReviewSettings;
}

export interface InMemoryReview extends InMemoryReviewPorts {
  /** A message for one of its queues; others nobody reads here. */
  readonly deliver: (queueName: string, body: object) => void;
  readonly runningReviews: () => readonly string[];
  readonly start: (handlers: ReviewHandlers) => void;
  readonly stop: () => Promise<void>;
}

export type InMemoryReviewOptions = Pick<EngineOptions, 'review' | 'faults' | 'clock' | 'sleep' | 'onFault'> & {
  readonly region: string;
};

const caseSchema = z.object({ caseId: z.string() });

/** Undefined without the interpreter. */
export const openInMemoryReview = async (options: InMemoryReviewOptions): Promise<InMemoryReview | undefined> => {
  if (!(await areWorkflowsAvailable())) return undefined;
  const { region, review, faults, clock, onFault } = options;
  const caseAlerts = createQueue('case-alerts', options);
  const reviews = createQueue('reviews', options);
  const isOut = () => faults.isOut(region);
  let triggers: ReviewTriggers | undefined;
  const stepFunctions = await startStepFunctions({
    region,
    invoke: async (functionName, payload) => triggers?.invoke(functionName, payload) ?? { kind: 'unavailable' },
    sendMessage: async (queueName, body) => {
      if (queueName === 'reviews') reviews.send(body);
      // The rest of it may hold what somebody decided, and why.
      else onFault(new Error(`${region}: the review of the case ${caseSchema.parse(body).caseId} gave up`));
    },
    isOut,
    waiting: review,
    clock,
  });
  return {
    workflows: createLocalWorkflows(stepFunctions),
    settings: settingsOf(region, stepFunctions.stateMachineArn, options),
    deliver: (queueName, body) => {
      if (queueName === 'case-alerts') caseAlerts.send(body);
    },
    runningReviews: stepFunctions.runningNames,
    start: (handlers) => {
      const { sweepSeconds = sweepSecondsDefault } = review;
      triggers = startReviewTriggers({ ...options, handlers, caseAlerts, reviews, sweepSeconds, isPaused: isOut });
    },
    stop: async () => {
      stepFunctions.stop();
      await triggers?.stop();
    },
  };
};

const createQueue = (name: 'case-alerts' | 'reviews', { region, clock, onFault }: InMemoryReviewOptions) => {
  const definition = loadQueueDefinitions().find((queue) => queue.name === name);
  if (!definition) throw new Error(`there is no queue ${name} in the templates`);
  const onDeadLetter = () => onFault(new Error(`${region}: a message of ${name} was given up`));
  return createInMemoryQueue({ definition, region, clock, onDeadLetter });
};

/** As a host process would read them. */
const settingsOf = (region: string, arn: string, { review }: InMemoryReviewOptions): ReviewSettings => {
  const environment = { AWS_REGION: region, REVIEW_STATE_MACHINE_ARN: arn, ...reviewEnvironment(review) };
  const { review: settings } = readSettings(environment);
  if (!settings) throw new Error('a state machine and no settings of the review');
  return settings;
};
