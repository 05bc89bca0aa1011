/**
 * Step Functions' own protocol (AWS JSON 1.0), as far as the review speaks it, in front of a region's executions.
 */
import * as z from 'zod';
import type { Execution } from './executions.ts';
import { StateError } from './state-error.ts';
import type { StepFunctions } from './step-functions.ts';
import type { TaskOutcome } from './waiting-tasks.ts';

export interface WireAnswer {
  readonly status: number;
  readonly body: unknown;
}

/** `body`: the parsed request. */
export const answerStepFunctions = (stepFunctions: StepFunctions, action: string, body: unknown): WireAnswer => {
  const answer = actions.get(action);
  if (!answer) return refuse('UnknownOperationException', `the world does not know ${action}`);
  return answer(stepFunctions, body);
};

type Answer = (stepFunctions: StepFunctions, body: unknown) => WireAnswer;

/** What cannot be read is a validation error, as in AWS. */
const reading =
  <Schema extends z.ZodType>(
    schema: Schema,
    answer: (stepFunctions: StepFunctions, request: z.infer<Schema>) => WireAnswer,
  ): Answer =>
  (stepFunctions, body) => {
    const { success, data, error } = schema.safeParse(body);
    if (success) return answer(stepFunctions, data);
    return refuse(
      'ValidationException',
      error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`).join(),
    );
  };

const arn = z.string().max(2_048);
const token = z.string().min(1).max(2_048);
/** In characters; AWS counts 256 KiB in UTF-8. */
const document = z.string().max(262_144);
const pageDefault = 100;
const pageMax = 1_000;

const startExecution = reading(
  z.object({ stateMachineArn: arn, name: z.string().min(1).max(80), input: document }),
  (stepFunctions, { stateMachineArn, name, input }) => {
    if (stateMachineArn !== stepFunctions.stateMachineArn) return noStateMachine(stateMachineArn);
    if (!/^[\w-]+$/.test(name)) return refuse('InvalidName', `Invalid Name: '${name}'`);
    if (parseJson(input) === undefined) return refuse('InvalidExecutionInput', 'the input is no JSON');
    const started = stepFunctions.executions.start(name, input);
    if (started === 'used-up') {
      const message = `Execution Already Exists: '${executionArnOf(stepFunctions, name)}'`;
      return refuse('ExecutionAlreadyExists', message);
    }
    return take({ executionArn: executionArnOf(stepFunctions, name), startDate: started.startedAtMs / 1_000 });
  },
);

const listExecutions = reading(
  z.object({
    stateMachineArn: arn,
    statusFilter: z.enum(['RUNNING', 'SUCCEEDED', 'FAILED', 'TIMED_OUT', 'ABORTED', 'PENDING_REDRIVE']).optional(),
    maxResults: z.int().min(0).max(pageMax).optional(),
    nextToken: z.string().optional(),
  }),
  (stepFunctions, { stateMachineArn, statusFilter, maxResults, nextToken }) => {
    if (stateMachineArn !== stepFunctions.stateMachineArn) return noStateMachine(stateMachineArn);
    // It is the number of the last execution of the page before.
    const before = nextToken === undefined ? Number.POSITIVE_INFINITY : Number(nextToken);
    if (Number.isNaN(before)) return refuse('InvalidToken', `Invalid Token: '${nextToken}'`);
    const left = stepFunctions.executions
      .list()
      .filter(({ number, status }) => number < before && (statusFilter === undefined || status === statusFilter));
    const page = left.slice(0, maxResults || pageDefault);
    const last = page.at(-1);
    return take({
      executions: page.map((execution) => describe(stepFunctions, execution)),
      ...(last && page.length < left.length && { nextToken: String(last.number) }),
    });
  },
);

const describeExecution = reading(z.object({ executionArn: arn }), (stepFunctions, { executionArn }) => {
  const execution = stepFunctions.executions.find(executionArn.slice(executionArn.lastIndexOf(':') + 1));
  if (!execution || executionArnOf(stepFunctions, execution.name) !== executionArn)
    return refuse('ExecutionDoesNotExist', `Execution Does Not Exist: '${executionArn}'`);
  const { input } = execution;
  const ended =
    execution.status === 'RUNNING'
      ? {}
      : {
          ...(execution.status === 'SUCCEEDED' && { output: JSON.stringify(execution.output) }),
          ...(execution.error && { error: execution.error.name, cause: execution.error.message }),
        };
  return take({ ...describe(stepFunctions, execution), input, ...ended });
});

const sendTaskSuccess = reading(
  z.object({ taskToken: token, output: document }),
  ({ tasks }, { taskToken, output }) => {
    const value = parseJson(output);
    if (value === undefined) return refuse('InvalidOutput', 'the output is no JSON');
    return ofTask(tasks.succeed(taskToken, value));
  },
);

const sendTaskFailure = reading(
  z.object({ taskToken: token, error: z.string().max(256).optional(), cause: z.string().max(32_768).optional() }),
  ({ tasks }, { taskToken, error = '', cause = '' }) => ofTask(tasks.fail(taskToken, new StateError(error, cause))),
);

const sendTaskHeartbeat = reading(z.object({ taskToken: token }), ({ tasks }, { taskToken }) =>
  ofTask(tasks.beat(taskToken)),
);

const actions: ReadonlyMap<string, Answer> = new Map([
  ['StartExecution', startExecution],
  ['ListExecutions', listExecutions],
  ['DescribeExecution', describeExecution],
  ['SendTaskSuccess', sendTaskSuccess],
  ['SendTaskFailure', sendTaskFailure],
  ['SendTaskHeartbeat', sendTaskHeartbeat],
]);

const ofTask = (outcome: TaskOutcome): WireAnswer => {
  if (outcome === 'done') return take({});
  return outcome === 'over'
    ? refuse('TaskTimedOut', "Task Timed Out: 'Provided task does not exist anymore'")
    : refuse('TaskDoesNotExist', 'there is no task under this token');
};

const executionArnOf = ({ stateMachineArn }: StepFunctions, name: string): string =>
  `${stateMachineArn.replace(':stateMachine:', ':execution:')}:${name}`;

const describe = (stepFunctions: StepFunctions, execution: Execution) => ({
  executionArn: executionArnOf(stepFunctions, execution.name),
  stateMachineArn: stepFunctions.stateMachineArn,
  name: execution.name,
  status: execution.status,
  startDate: execution.startedAtMs / 1_000,
  ...('endedAtMs' in execution && { stopDate: execution.endedAtMs / 1_000 }),
});

const noStateMachine = (stateMachineArn: string): WireAnswer =>
  refuse('StateMachineDoesNotExist', `State Machine Does Not Exist: '${stateMachineArn}'`);

const parseJson = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};

const take = (body: object): WireAnswer => ({ status: 200, body });

const refuse = (type: string, message: string): WireAnswer => ({ status: 400, body: { __type: type, message } });
