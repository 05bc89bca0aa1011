/**
 * A state machine as Step Functions is given it, as far as the simulator can run one. What it does not know it refuses
 * when the definition is read, since a state that is run in part would prove nothing.
 */
import { readFileSync } from 'node:fs';
import * as z from 'zod';

export const parseStateMachine = (definition: unknown): StateMachine => {
  const machine = machineSchema.parse(definition);
  const names = Object.entries(machine.States).flatMap(([, state]) => nextStatesOf(state));
  for (const name of [machine.StartAt, ...names])
    if (!Object.hasOwn(machine.States, name)) throw new Error(`the state machine has no state ${name}`);
  return machine;
};

/** The one that is deployed; its placeholders stand for themselves. */
export const readReviewMachine = (): StateMachine =>
  parseStateMachine(
    JSON.parse(readFileSync(new URL('../../../infra/cloudformation/review.asl.json', import.meta.url), 'utf8')),
  );

/** What stands in the definition until it is deployed. */
export const placeholder = (name: string): string => ['$', '{', name, '}'].join('');

const text = z.string().min(1);
const seconds = z.int().min(1);
const errors = z.array(text).min(1);
/** `$` or one name below it. */
const resultPath = z.string().regex(/^\$(\.\w+)?$/);
const path = z.string().regex(/^\$(\.\w+)+$/);

const retrier = z.strictObject({
  ErrorEquals: errors,
  IntervalSeconds: seconds.default(1),
  BackoffRate: z.number().min(1).default(2),
  MaxAttempts: z.int().min(0).default(3),
  MaxDelaySeconds: seconds.default(Number.MAX_SAFE_INTEGER),
  JitterStrategy: z.enum(['FULL', 'NONE']).default('NONE'),
});

const task = z.strictObject({
  Type: z.literal('Task'),
  Comment: z.string().optional(),
  Resource: text,
  Parameters: z.record(z.string(), z.unknown()),
  ResultPath: resultPath.nullable().default('$'),
  TimeoutSeconds: seconds.optional(),
  HeartbeatSeconds: seconds.optional(),
  Retry: z.array(retrier).default([]),
  Catch: z.array(z.strictObject({ ErrorEquals: errors, ResultPath: resultPath.default('$'), Next: text })).default([]),
  Next: text,
});

const choice = z.strictObject({
  Type: z.literal('Choice'),
  Comment: z.string().optional(),
  Choices: z.array(z.strictObject({ Variable: path, StringEquals: z.string(), Next: text })).min(1),
  Default: text,
});

const wait = z.strictObject({
  Type: z.literal('Wait'),
  Comment: z.string().optional(),
  TimestampPath: path,
  Next: text,
});

const succeed = z.strictObject({ Type: z.literal('Succeed'), Comment: z.string().optional() });

const fail = z.strictObject({
  Type: z.literal('Fail'),
  Comment: z.string().optional(),
  Error: text,
  Cause: z.string().optional(),
});

const stateSchema = z.discriminatedUnion('Type', [task, choice, wait, succeed, fail]);

const machineSchema = z.strictObject({
  Comment: z.string().optional(),
  StartAt: text,
  States: z.record(z.string(), stateSchema),
});

export type StateMachine = z.infer<typeof machineSchema>;
export type TaskState = z.infer<typeof task>;
export type ChoiceState = z.infer<typeof choice>;
type State = z.infer<typeof stateSchema>;

const nextStatesOf = (state: State): readonly string[] => {
  switch (state.Type) {
    case 'Task':
      return [state.Next, ...state.Catch.map(({ Next }) => Next)];
    case 'Choice':
      return [state.Default, ...state.Choices.map(({ Next }) => Next)];
    case 'Wait':
      return [state.Next];
    case 'Succeed':
    case 'Fail':
      return [];
  }
};
