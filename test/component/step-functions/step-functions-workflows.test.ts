import {
  DescribeExecutionCommand,
  ListExecutionsCommand,
  SendTaskFailureCommand,
  SendTaskHeartbeatCommand,
  StartExecutionCommand,
} from '@aws-sdk/client-sfn';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { LedgerFault } from '../../../domain/ports/event-store.ts';
import { workflowName } from '../../../domain/review/case-life.ts';
import { createInMemoryReviewWorkflows } from '../../../infra/in-memory/in-memory-review-workflows.ts';
import { createSqsClient } from '../../../infra/sqs/sqs-client.ts';
import { createStepFunctionsClient } from '../../../infra/step-functions/step-functions-client.ts';
import { createStepFunctionsWorkflows } from '../../../infra/step-functions/step-functions-workflows.ts';
import { type AwsServices, startAwsServices } from '../../../infra/world/aws-services.ts';
import { createSqsQueueSource } from '../../../infra/world/sqs-queue-source.ts';
import { createLocalWorkflows } from '../../../infra/world/step-functions/local-workflows.ts';
import { type StepFunctions, startStepFunctions } from '../../../infra/world/step-functions/step-functions.ts';
import { collect } from '../../support/collect.ts';
import { newWorkflow, reviewWorkflowsContract } from '../../support/contracts/review-workflows-contract.ts';
import { createScriptedReviews } from '../../support/scripted-reviews.ts';

const region = 'eu-west-1';
const credentials = { accessKeyId: 'any', secretAccessKey: 'any' };
const scripted = createScriptedReviews();
let services: AwsServices;
let isOut = false;
let isStopped = false;
let client: ReturnType<typeof createStepFunctionsClient>;
let queues: ReturnType<typeof createSqsClient>;
let reading: Promise<void>;
const clock = { nowMs: Date.now };

const openWorkflows = () => createStepFunctionsWorkflows({ client, stateMachineArn: services.stateMachineArn });

/** Whoever would show the cases to people. */
const readReviews = async (): Promise<void> => {
  const queueUrl = services.queueUrl('reviews');
  const source = createSqsQueueSource({ client: queues, region, queueUrl, waitSeconds: 1 });
  while (!isStopped) {
    const records = isOut ? [] : await source.receive().catch(() => []);
    for (const { body } of records) scripted.onAsked(JSON.parse(body));
    if (records.length > 0) await source.remove(records).catch(() => undefined);
    else await new Promise((resolve) => setTimeout(resolve, 10));
  }
};

beforeAll(async () => {
  services = await startAwsServices({
    region,
    isOut: () => isOut,
    invoke: scripted.invoke,
    onFault: () => undefined,
  });
  const connection = { region, endpoint: services.endpoint, credentials };
  client = createStepFunctionsClient(connection);
  queues = createSqsClient(connection);
  reading = readReviews();
});
afterAll(async () => {
  isStopped = true;
  await reading;
  client.destroy();
  queues.destroy();
  await services.stop();
});

reviewWorkflowsContract("Step Functions' own client against the world's service", async () =>
  scripted.toTest(openWorkflows()),
);

const local: StepFunctions[] = [];
afterAll(() => {
  for (const stepFunctions of local) stepFunctions.stop();
});

reviewWorkflowsContract("the world's state machine in this process", async () => {
  const reviews = createScriptedReviews();
  const stepFunctions = await startStepFunctions({
    region,
    invoke: reviews.invoke,
    sendMessage: async (_, message) => reviews.onAsked(message),
    isOut: () => false,
    clock,
  });
  local.push(stepFunctions);
  return reviews.toTest(createLocalWorkflows(stepFunctions));
});

reviewWorkflowsContract('the recorder in memory', async () => {
  const workflows = createInMemoryReviewWorkflows();
  return {
    workflows,
    untilAsked: async (name) => workflows.ask(name),
    untilAnswered: async (name) => workflows.take(name) ?? {},
    end: async (name) => workflows.end(name),
  };
});

describe('workflows on the wire', () => {
  it('are listed whole, however many run', async () => {
    const inputs = Array.from({ length: 1_003 }, newWorkflow);
    const workflows = openWorkflows();
    for (let i = 0; i < inputs.length; i += 50)
      await Promise.all(inputs.slice(i, i + 50).map((input) => workflows.start(input)));

    const running = new Set(await collect(workflows.running()));

    expect(inputs.filter(({ caseId, workflow }) => !running.has(workflowName(caseId, workflow)))).toEqual([]);
    expect(new Set(services.runningReviews())).toEqual(running);
  });

  it('show what they were given and what became of them', async () => {
    const input = newWorkflow();
    const tested = scripted.toTest(openWorkflows());
    await tested.workflows.start(input);
    const name = workflowName(input.caseId, input.workflow);
    const executionArn = `${services.stateMachineArn.replace(':stateMachine:', ':execution:')}:${name}`;
    const describeIt = () => client.send(new DescribeExecutionCommand({ executionArn }));
    expect(await describeIt()).toMatchObject({ name, status: 'RUNNING', input: JSON.stringify(input) });

    const taskToken = await tested.untilAsked(name);
    await client.send(new SendTaskFailureCommand({ taskToken, error: 'Nonsense', cause: 'said somebody' }));
    // The definition tries again, under another token.
    expect(await tested.workflows.beat(taskToken)).toBe('gone');
    expect((await describeIt()).status).toBe('RUNNING');
    while ((await tested.untilAsked(name)) === taskToken) await new Promise((resolve) => setTimeout(resolve, 10));
    await tested.end(name);

    const ended = await describeIt();
    expect(ended).toMatchObject({ status: 'SUCCEEDED', stopDate: expect.any(Date) });
    expect(JSON.parse(ended.output ?? '')).toMatchObject({ ...input, seen: { next: 'done' } });
    const list = (statusFilter: 'SUCCEEDED' | 'FAILED') =>
      client.send(new ListExecutionsCommand({ stateMachineArn: services.stateMachineArn, statusFilter }));
    expect((await list('SUCCEEDED')).executions?.[0]).toMatchObject({ name, executionArn });
    expect((await list('FAILED')).executions).toEqual([]);
  });

  const start = (given: { name?: string; input?: string; stateMachineArn?: string }) =>
    client.send(
      new StartExecutionCommand({ stateMachineArn: services.stateMachineArn, name: 'a', input: '{}', ...given }),
    );

  it.each([
    ['another state machine', () => start({ stateMachineArn: 'arn:aws:states:x:1:y' }), 'StateMachineDoesNotExist'],
    ['a name with a space', () => start({ name: 'a b' }), 'InvalidName'],
    ['a name that is too long', () => start({ name: 'a'.repeat(81) }), 'ValidationException'],
    ['an input that is no JSON', () => start({ input: '{' }), 'InvalidExecutionInput'],
    [
      'a token that is too long',
      () => client.send(new SendTaskHeartbeatCommand({ taskToken: 't'.repeat(2_049) })),
      'ValidationException',
    ],
    [
      'an execution that never was',
      () => client.send(new DescribeExecutionCommand({ executionArn: 'arn:aws:states:a:b:execution:c:d' })),
      'ExecutionDoesNotExist',
    ],
  ])('refuse %s', async (_, send, name) => {
    await expect(send()).rejects.toMatchObject({ name, $metadata: { httpStatusCode: 400 } });
  });

  it('refuse another input under a name that runs', async () => {
    const workflow = newWorkflow();
    const name = workflow.caseId;
    const first = await start({ name, input: JSON.stringify(workflow) });
    const again = await start({ name, input: JSON.stringify(workflow) });
    expect(again.executionArn).toBe(first.executionArn);
    expect(again.executionArn).toMatch(new RegExp(`:execution:rejoin-review:${name}$`));
    await expect(start({ name, input: JSON.stringify(newWorkflow()) })).rejects.toHaveProperty(
      'name',
      'ExecutionAlreadyExists',
    );
  });
});

describe('workflows that cannot be reached', () => {
  const calls = (workflows: ReturnType<typeof openWorkflows>) => [
    () => workflows.start(newWorkflow()),
    () => collect(workflows.running()),
    () => workflows.answer('token', {}),
    () => workflows.beat('token'),
  ];

  it('are a fault that may pass, while the region is out', async () => {
    isOut = true;
    for (const call of calls(openWorkflows())) {
      const fault = await call().catch((error: unknown) => error);
      expect(fault).toBeInstanceOf(LedgerFault);
      expect(fault).toMatchObject({ code: 'unavailable', retryable: true });
    }
    isOut = false;
  });

  it('are throttled where Step Functions says so', async () => {
    const tooMany = Object.assign(new Error('slow down'), { name: 'ThrottlingException' });
    const throttled = { send: () => Promise.reject(tooMany) };
    const workflows = createStepFunctionsWorkflows({ client: throttled, stateMachineArn: 'arn' });
    for (const call of calls(workflows)) await expect(call()).rejects.toMatchObject({ code: 'throttled' });
  });
});
