import aslValidator from 'asl-validator';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { loadReviewDefinition } from '../../../infra/world/step-functions/review-definition.ts';
import {
  type InvokeOutcome,
  type StepFunctions,
  startStepFunctions,
} from '../../../infra/world/step-functions/step-functions.ts';

/** What the function is asked, and what it answers. */
interface Step {
  readonly step: string;
  readonly answer?: { readonly decision?: { readonly reason: string } };
  readonly escalations?: number;
}

const startMs = Date.UTC(2026, 10, 21, 12);
const input = { stream: 'order/acme/1001', caseId: '01KAJ2Q8V4T6W3F0ZC5X7M9BND', workflow: 1 };
const name = `${input.caseId}-1`;
const secondMs = 1_000;

const ask = (escalations = 0): InvokeOutcome => ({ kind: 'returned', value: { next: 'ask', escalations } });
const done: InvokeOutcome = { kind: 'returned', value: { next: 'done', outcome: 'settled' } };
const wait = (seconds: number): InvokeOutcome => ({
  kind: 'returned',
  value: { next: 'wait', until: new Date(startMs + seconds * secondMs).toISOString(), escalations: 0 },
});

let stepFunctions: StepFunctions;

/** Outcomes of the function one after the other; the last one again and again. */
const setUp = async (script: readonly InvokeOutcome[], failedSends = 0) => {
  const steps: (Step & { readonly atSeconds: number })[] = [];
  const sent: (readonly [string, Record<string, unknown>])[] = [];
  const region = { isOut: false };
  let failuresLeft = failedSends;
  stepFunctions = await startStepFunctions({
    region: 'us-east-1',
    invoke: async (functionName, payload) => {
      const { step, answer, escalations, ...rest } = payload as Step;
      expect([functionName, rest]).toEqual(['decide-case', input]);
      const atSeconds = (Date.now() - startMs) / secondMs;
      steps.push({ step, atSeconds, ...(answer && { answer }), ...(escalations !== undefined && { escalations }) });
      return script[Math.min(steps.length, script.length) - 1] ?? done;
    },
    sendMessage: async (queue, body) => {
      if (failuresLeft-- > 0) throw new Error('the queue is busy');
      sent.push([queue, body as Record<string, unknown>]);
    },
    isOut: () => region.isOut,
    clock: { nowMs: Date.now },
  });
  stepFunctions.executions.start(name, JSON.stringify(input));
  await vi.advanceTimersByTimeAsync(0);
  const lastToken = () => String(sent.filter(([queue]) => queue === 'reviews').at(-1)?.[1]['taskToken']);
  return { steps, sent, region, lastToken, stepsDone: () => steps.map(({ step }) => step) };
};

const pass = (seconds: number) => vi.advanceTimersByTimeAsync(seconds * secondMs);
const status = () => stepFunctions.executions.find(name)?.status;

beforeEach(() => {
  vi.useFakeTimers({ now: startMs });
});
afterEach(() => {
  stepFunctions?.stop();
  vi.useRealTimers();
});

it('is a definition that Step Functions takes', () => {
  const definition = loadReviewDefinition({
    decideCaseFunctionArn: 'arn:aws:lambda:us-east-1:000000000000:function:decide-case',
    reviewsQueueUrl: 'https://sqs.us-east-1.amazonaws.com/000000000000/reviews',
    reviewDeadLettersQueueUrl: 'https://sqs.us-east-1.amazonaws.com/000000000000/review-dead-letters',
  });
  const { isValid, errorsText } = aslValidator(definition, { checkArn: true, checkPaths: true });
  expect(errorsText('\n')).toBe('');
  expect(isValid).toBe(true);
  expect(aslValidator({ ...definition, StartAt: 'Nowhere' }).isValid).toBe(false);
});

describe('a workflow of the review', () => {
  it('waits out the grace period to the second, looks again, and ends when nothing is left to decide', async () => {
    const { steps, sent } = await setUp([wait(60), wait(75), done]);
    await pass(59);
    expect(steps).toEqual([{ step: 'look', atSeconds: 0 }]);
    await pass(30);
    expect(steps.map(({ atSeconds }) => atSeconds)).toEqual([0, 60, 75]);
    expect(status()).toBe('SUCCEEDED');
    expect(sent).toEqual([]);
  });

  it('waits for 96 hours as well', async () => {
    const hours = 96 * 3_600;
    const { steps } = await setUp([wait(hours), done]);
    await pass(hours - 1);
    expect(steps).toHaveLength(1);
    await pass(1);
    expect(status()).toBe('SUCCEEDED');
  });

  it('asks a person, and hands over the answer', async () => {
    const { steps, sent, lastToken } = await setUp([ask(), done]);
    const { taskToken, ...message } = sent[0]?.[1] ?? {};
    expect([sent.length, sent[0]?.[0], message]).toEqual([1, 'reviews', { ...input, escalations: 0 }]);
    expect(taskToken).toMatch(/^\S{10,}$/);
    const answer = { decision: { reason: 'a parcel cannot be called back' } };
    expect(stepFunctions.tasks.succeed(lastToken(), answer)).toBe('done');
    await pass(0);
    expect(steps.slice(1)).toEqual([{ step: 'decide', atSeconds: 0, answer }]);
    expect(status()).toBe('SUCCEEDED');
    expect(stepFunctions.tasks.succeed(lastToken(), answer)).toBe('over');
  });

  it('asks again under another token when the answer decided nothing', async () => {
    const { sent, lastToken, stepsDone } = await setUp([ask(), ask(), done]);
    const first = lastToken();
    stepFunctions.tasks.succeed(first, {});
    await pass(0);
    expect(sent).toHaveLength(2);
    expect(lastToken()).not.toBe(first);
    stepFunctions.tasks.succeed(lastToken(), {});
    await pass(0);
    expect(stepsDone()).toEqual(['look', 'decide', 'decide']);
    expect(status()).toBe('SUCCEEDED');
  });

  it('looks and asks again when nobody beats for ten minutes', async () => {
    const { sent, steps, lastToken } = await setUp([ask(), ask(), done]);
    const first = lastToken();
    await pass(599);
    expect(stepFunctions.tasks.beat(first)).toBe('done');
    await pass(599);
    expect(sent).toHaveLength(1);
    await pass(1);
    expect(steps.map(({ step, atSeconds }) => [step, atSeconds])).toEqual([
      ['look', 0],
      ['look', 1_199],
    ]);
    expect(sent).toHaveLength(2);
    expect(stepFunctions.tasks.beat(first)).toBe('over');
    expect(stepFunctions.tasks.beat(lastToken())).toBe('done');
  });

  it('escalates after a day, however well somebody beats, and asks again', async () => {
    const { steps, sent, lastToken } = await setUp([ask(), ask(1), ask(2), done]);
    for (let day = 1; day <= 2; day++)
      for (let minutes = 0; minutes < 24 * 60; minutes += 5) {
        stepFunctions.tasks.beat(lastToken());
        await pass(300);
      }
    const day = 86_400;
    expect(steps).toEqual([
      { step: 'look', atSeconds: 0 },
      { step: 'escalate', atSeconds: day, escalations: 0 },
      { step: 'escalate', atSeconds: 2 * day, escalations: 1 },
    ]);
    expect(sent.map(([, { escalations }]) => escalations)).toEqual([0, 1, 2]);
  });

  it('tries a function that fails again, and goes on', async () => {
    const broken: InvokeOutcome = { kind: 'failed', errorType: 'LedgerFault', errorMessage: 'unavailable' };
    const { steps, sent } = await setUp([broken, { kind: 'unavailable' }, broken, ask(), done]);
    await pass(2 + 4 + 8);
    expect(steps).toHaveLength(4);
    expect(sent).toHaveLength(1);
  });

  it.each([
    { at: 'Look', script: [], message: {} },
    { at: 'Decide', script: [ask()], message: { seen: { next: 'ask', escalations: 0 }, answer: {} } },
    { at: 'Escalate', script: [ask(3)], message: { seen: { next: 'ask', escalations: 3 } } },
  ])('lays the case aside and fails, when $at fails nine times', async ({ at, script, message }) => {
    const broken: InvokeOutcome = { kind: 'failed', errorType: 'TypeError', errorMessage: 'x is not a function' };
    const { steps, sent, lastToken } = await setUp([...script, broken]);
    if (at === 'Decide') stepFunctions.tasks.succeed(lastToken(), {});
    if (at === 'Escalate') await beatFor(86_400, lastToken());
    await pass(3_600);
    expect(steps).toHaveLength(script.length + 9);
    expect(sent.at(-1)).toEqual([
      'review-dead-letters',
      {
        ...input,
        ...message,
        failure: expect.objectContaining({ Error: 'TypeError', Cause: expect.stringContaining('x is not a function') }),
      },
    ]);
    expect(stepFunctions.executions.find(name)).toMatchObject({ status: 'FAILED', error: { name: 'ReviewGaveUp' } });
  });

  const beatFor = async (seconds: number, token: string): Promise<void> => {
    for (let passed = 0; passed < seconds; passed += 300) {
      stepFunctions.tasks.beat(token);
      await pass(300);
    }
  };

  it('sends again what the queue does not take, under another token, and lays it aside after nine tries', async () => {
    const recovered = await setUp([ask(), done], 3);
    await pass(2 + 4 + 8);
    expect(recovered.sent).toHaveLength(1);
    expect(stepFunctions.tasks.beat(recovered.lastToken())).toBe('done');
    stepFunctions.stop();

    const { sent } = await setUp([ask(), done], 9);
    await pass(2 + 4 + 8 + 16 + 32 + 64 + 128 + 256);
    expect(sent.map(([queue]) => queue)).toEqual(['review-dead-letters']);
    expect(status()).toBe('FAILED');
    expect(vi.getTimerCount()).toBe(0);
  });

  it('outlives an outage of its region that is shorter than its tries', async () => {
    const { region, steps, sent } = await setUp([wait(60), ask(), done]);
    region.isOut = true;
    await pass(62);
    expect(steps).toHaveLength(1);
    region.isOut = false;
    await pass(300);
    expect(sent).toHaveLength(1);
  });

  it('runs once a name, for ever', async () => {
    await setUp([ask(), done]);
    const { executions, runningNames, tasks } = stepFunctions;
    expect(executions.start(name, JSON.stringify(input))).toMatchObject({ name, number: 1 });
    expect(executions.start(name, '{}')).toBe('used-up');
    expect(runningNames()).toEqual([name]);
    tasks.stop(new Error('the end'));
    await pass(3_600);
    expect(runningNames()).toEqual([]);
    expect(executions.start(name, JSON.stringify(input))).toBe('used-up');
  });

  it.each([
    { doing: 'waits', first: wait(60) },
    { doing: 'is about to try again', first: { kind: 'unavailable' } as const },
    { doing: 'asks', first: ask() },
  ])('does nothing more once the world has ended while it $doing', async ({ first }) => {
    const { steps, sent } = await setUp([first, ask(1)]);
    const asked = sent.length;
    stepFunctions.stop();
    await pass(3_600);
    expect(steps).toHaveLength(1);
    expect(sent).toHaveLength(asked);
    expect(vi.getTimerCount()).toBe(0);
  });
});
