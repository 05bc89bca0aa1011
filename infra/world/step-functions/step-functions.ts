/**
 * One region's Step Functions in the world: the state machine of the review, and what it runs.
 *
 * It is AWS's part, so it lives outside the region's host: a host may die at any time, and the workflow tries again.
 */
import type { Clock } from '../../../domain/ports/clock.ts';
import { createExecutions, type Executions } from './executions.ts';
import { loadReviewDefinition, type WaitingSeconds } from './review-definition.ts';
import { createStateMachine } from './run-state-machine.ts';
import { StateError } from './state-error.ts';
import { createWaitingTasks, type WaitingTasks } from './waiting-tasks.ts';

export interface StepFunctionsOptions {
  readonly region: string;
  readonly invoke: InvokeFunction;
  readonly sendMessage: (queueName: 'reviews' | 'review-dead-letters', body: unknown) => Promise<void>;
  /** While true every task fails. */
  readonly isOut: () => boolean;
  readonly waiting?: WaitingSeconds | undefined;
  readonly clock: Clock;
}

/** As Lambda would be called; rejects never. */
export type InvokeFunction = (functionName: string, payload: unknown) => Promise<InvokeOutcome>;

export type InvokeOutcome =
  | { readonly kind: 'returned'; readonly value: unknown }
  /** The function threw. */
  | { readonly kind: 'failed'; readonly errorType: string; readonly errorMessage: string }
  /** Nobody is there who could run it. */
  | { readonly kind: 'unavailable' };

export interface StepFunctions {
  readonly stateMachineArn: string;
  readonly executions: Executions;
  readonly tasks: WaitingTasks;
  readonly runningNames: () => readonly string[];
  readonly stop: () => void;
}

/** Whose it all is. */
const account = '000000000000';

export const startStepFunctions = async (options: StepFunctionsOptions): Promise<StepFunctions> => {
  const { region, isOut, sendMessage, waiting, clock } = options;
  let isStopped = false;
  const assertUp = (): void => {
    if (isStopped || isOut()) throw new StateError('States.TaskFailed', `${region} is out`);
  };
  const tasks = createWaitingTasks();
  const machine = await createStateMachine({
    definition: loadReviewDefinition({
      decideCaseFunctionArn: `arn:aws:lambda:${region}:${account}:function:${decideCaseFunction}`,
      reviewsQueueUrl: queueUrlOf(region, 'reviews'),
      reviewDeadLettersQueueUrl: queueUrlOf(region, 'review-dead-letters'),
      waiting,
    }),
    tasks,
    invoke: async (functionName, payload) => {
      assertUp();
      return resultOf(await options.invoke(functionName, payload));
    },
    sendMessage: async (queueName, body) => {
      assertUp();
      if (queueName === 'reviews' || queueName === 'review-dead-letters') return sendMessage(queueName, body);
      throw new StateError('SQS.QueueDoesNotExistException', `there is no queue ${queueName}`);
    },
  });
  const executions = createExecutions(machine, clock);
  return {
    stateMachineArn: `arn:aws:states:${region}:${account}:stateMachine:rejoin-review`,
    executions,
    tasks,
    runningNames: () => executions.list().flatMap(({ name, status }) => (status === 'RUNNING' ? [name] : [])),
    stop: () => {
      isStopped = true;
      executions.stop();
      tasks.stop(new StateError('States.TaskFailed', 'the world has ended'));
    },
  };
};

export const decideCaseFunction = 'decide-case';

const queueUrlOf = (region: string, name: string): string => `https://sqs.${region}.amazonaws.com/${account}/${name}`;

/** In the words of Lambda. */
const resultOf = (outcome: InvokeOutcome): unknown => {
  switch (outcome.kind) {
    case 'returned':
      return outcome.value;
    case 'failed': {
      const { errorType, errorMessage } = outcome;
      throw new StateError(errorType, JSON.stringify({ errorType, errorMessage }));
    }
    case 'unavailable':
      throw new StateError('Lambda.ServiceException', 'nobody is there to run the function');
  }
};
