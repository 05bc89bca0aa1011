/**
 * Runs a definition with the interpreter aws-local-stepfunctions. It is loaded only when asked for, since it is the
 * repository's and not the package's.
 *
 * The interpreter calls Lambda and nothing else, so every task is overridden by its state's name, with what its resource
 * does in AWS. It gives an execution one task token for ever, where AWS draws one for every try: what it puts in is a
 * mark, in whose place each try writes a token of its own.
 */
import { randomUUID } from 'node:crypto';
import type { StateMachineDefinition } from 'aws-local-stepfunctions';
import * as z from 'zod';
import { type Definition, type TaskState, waitsForAnswer } from './review-definition.ts';
import { StateError } from './state-error.ts';
import type { WaitingTasks } from './waiting-tasks.ts';

/** What the tasks of the world's state machine can do. All reject with a StateError, or anything. */
export interface TaskResources {
  /** Of Lambda. Resolves with what it returned. */
  readonly invoke: (functionName: string, payload: unknown) => Promise<unknown>;
  readonly sendMessage: (queueName: string, body: unknown) => Promise<void>;
}

export interface StateMachineOptions extends TaskResources {
  readonly definition: Definition;
  readonly tasks: WaitingTasks;
}

export interface StateMachine {
  readonly run: (input: unknown) => StateMachineRun;
}

export interface StateMachineRun {
  /** Rejects with a StateError where it failed, or was aborted. */
  readonly output: Promise<unknown>;
  readonly abort: () => void;
}

export const areWorkflowsAvailable = (): Promise<boolean> =>
  import('aws-local-stepfunctions').then(
    () => true,
    () => false,
  );

/** Throws where the definition has a task that the world cannot do. */
export const createStateMachine = async (options: StateMachineOptions): Promise<StateMachine> => {
  const { StateMachine: Interpreter } = await import('aws-local-stepfunctions');
  // A test validates the definition; done here it takes a fifth of a second a region.
  const validationOptions = { noValidate: true };
  const interpreter = new Interpreter(options.definition as unknown as StateMachineDefinition, { validationOptions });
  const tasks = Object.entries(options.definition.States).filter(([, { Type }]) => Type === 'Task');
  const resources = tasks.map(([name, state]) => [name, resourceOf(name, state)] as const);
  return {
    run: (input) => {
      const mark = randomUUID();
      const handlers = resources.map(
        ([name, resource]) => [name, (payload: unknown) => resource(payload, { ...options, mark })] as const,
      );
      const { result, abort } = interpreter.run(input as never, {
        overrides: { taskResourceLocalHandlers: Object.fromEntries(handlers) as never },
        context: { Task: { Token: mark } },
      });
      return { output: result.catch((error: unknown) => Promise.reject(toStateError(error))), abort };
    },
  };
};

interface TaskRun extends StateMachineOptions {
  /** Where the payload has this, the token belongs. */
  readonly mark: string;
}

type Resource = (payload: unknown, run: TaskRun) => Promise<unknown>;

const resourceOf = (stateName: string, state: TaskState): Resource => {
  const { Resource: resource = '' } = state;
  const [, functionName] = functionArn.exec(resource) ?? [];
  if (functionName !== undefined) return (payload, { invoke }) => invoke(functionName, payload);
  if (!/^arn:aws[\w-]*:states:::sqs:sendMessage(\.waitForTaskToken)?$/.test(resource))
    throw new Error(`the world cannot do the task ${stateName} (${resource})`);
  return waitsForAnswer(state) ? (payload, run) => sendAndWait(state, payload, run) : send;
};

const functionArn = /^arn:aws[\w-]*:lambda:[\w-]+:\d{12}:function:([\w-]+)$/;

const send: Resource = async (payload, { sendMessage }) => {
  const { QueueUrl: url, MessageBody: body } = sendMessageSchema.parse(payload);
  await sendMessage(url.slice(url.lastIndexOf('/') + 1), body);
  return {};
};

const sendMessageSchema = z.object({ QueueUrl: z.string(), MessageBody: z.unknown() });

const sendAndWait = async (state: TaskState, payload: unknown, run: TaskRun): Promise<unknown> => {
  const { TimeoutSeconds: timeoutSeconds, HeartbeatSeconds: heartbeatSeconds } = state;
  const task = run.tasks.open({ timeoutSeconds, heartbeatSeconds });
  const sent = send(JSON.parse(JSON.stringify(payload).replaceAll(run.mark, task.token)), run).catch(
    (error: unknown) => {
      task.abandon();
      throw error;
    },
  );
  // Its time passes while the message is on its way, too.
  return Promise.race([task.answered, sent.then(() => task.answered)]);
};

/** The interpreter tells an execution's own error from what made it fail. */
const toStateError = (error: unknown): StateError => {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  return cause instanceof Error ? new StateError(cause.name, cause.message) : new StateError('Error', String(cause));
};
