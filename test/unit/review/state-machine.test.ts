/**
 * The review's definition runs the same way in the simulator's interpreter and in aws-local-stepfunctions: both are given
 * the same answers, task by task, and must enter the same states in the same order.
 */
import { StateMachine as LocalStateMachine } from 'aws-local-stepfunctions';
import { describe, expect, it } from 'vitest';
import { createScheduler } from '../../simulation/kernel/scheduler.ts';
import { createTrace } from '../../simulation/kernel/trace.ts';
import { execute, type TaskOutcome } from '../../simulation/model/state-machine.ts';
import { parseStateMachine, readReviewMachine } from '../../simulation/model/state-machine-definition.ts';

/** What a task comes to: an output, or an error by its name. */
type Answer = { readonly output: unknown } | { readonly error: string };
type Script = readonly Answer[];

const wait: Answer = { output: { next: 'wait', until: '2026-01-01T00:00:02Z', escalations: 0 } };
const ask = (escalations = 0): Answer => ({ output: { next: 'ask', escalations } });
const done: Answer = { output: { next: 'done', outcome: 'settled' } };
const answered: Answer = { output: {} };
const heartbeatLost: Answer = { error: 'States.HeartbeatTimeout' };
const nobodyDecided: Answer = { error: 'States.Timeout' };
const fault: Answer = { error: 'LedgerFault' };
const sent: Answer = { output: {} };
const times = (count: number, answer: Answer): Script => Array.from({ length: count }, () => answer);

const scripts: Readonly<Record<string, Script>> = {
  'a case that is over': [done],
  'a grace period in which the case is withdrawn': [wait, wait, done],
  'a person who decides': [wait, ask(), answered, done],
  'a decision that leaves the case open': [ask(), answered, ask(), answered, done],
  'a task that loses its heartbeat': [ask(), heartbeatLost, ask(), answered, done],
  'nobody who decides in time, twice': [ask(), nobodyDecided, ask(1), nobodyDecided, ask(2), answered, done],
  'an escalation of a case that is over': [ask(), nobodyDecided, done],
  'a look that works at the third time': [fault, fault, ask(), answered, fault, done],
  'a queue that takes the question at the second time': [ask(), fault, answered, done],
  'a look that never works': [...times(9, fault), sent],
  'an answer that can never be taken': [ask(), answered, ...times(9, fault), fault, sent],
  'an escalation that never works': [ask(), nobodyDecided, ...times(9, fault), sent],
  'a question that can never be sent': [ask(), ...times(9, fault), sent],
  'a dead-letter queue that takes nothing either': times(18, fault),
};

const input = { stream: 'order/acme/1001', caseId: '01KAJ2Q8V4T6W3F0ZC5X7M9BND', workflow: 1 };

interface Walk {
  readonly states: readonly string[];
  /** What each task was given. */
  readonly given: readonly unknown[];
  readonly end: 'succeeded' | 'failed' | undefined;
}

const walkHere = async (script: Script): Promise<Walk> => {
  const states: string[] = [];
  const given: unknown[] = [];
  const scheduler = createScheduler({ startMs: Date.UTC(2026, 0, 1), trace: createTrace() });
  const runTask = (
    { resource, parameters }: { resource: string; parameters: unknown },
    onDone: (outcome: TaskOutcome) => void,
  ): void => {
    const answer = script[given.length];
    given.push(withoutCause(parameters));
    if (!answer) throw new Error('the script is at its end');
    // Two of them happen by themselves to a question that nobody answers, or beats for.
    if (answer === nobodyDecided) beatUntilTimeout();
    else if ('error' in answer && answer !== heartbeatLost) onDone({ kind: 'failed', error: answer.error });
    else if (!resource.endsWith('.waitForTaskToken')) onDone({ kind: 'succeeded', output: outputOf(answer) });
    else if (answer !== heartbeatLost)
      scheduler.after(1_000, 'answer', () => void execution.answer('token', outputOf(answer)));
  };
  const beatUntilTimeout = (): void =>
    scheduler.after(60_000, 'beat', () => {
      if (execution.beat('token')) beatUntilTimeout();
    });
  const execution = execute(
    {
      scheduler,
      nowMs: scheduler.nowMs,
      draw: () => 0.5,
      newToken: () => 'token',
      runTask,
      onEnter: (state) => states.push(state),
    },
    readReviewMachine(),
    input,
  );
  await scheduler.runUntil(scheduler.nowMs() + 7 * 86_400_000);
  return { states, given, end: execution.end() };
};

/** Words for people. */
const withoutCause = (parameters: unknown): unknown =>
  JSON.parse(JSON.stringify(parameters, (name, value) => (name === 'Cause' ? undefined : value)));

const outputOf = (answer: Answer): unknown => ('output' in answer ? answer.output : undefined);

const walkThere = async (script: Script): Promise<Walk> => {
  const given: unknown[] = [];
  const handle = async (parameters: unknown): Promise<never> => {
    const answer = script[given.length];
    given.push(withoutCause(parameters));
    if (answer && 'output' in answer) return answer.output as never;
    throw Object.assign(new Error('scripted'), { name: answer?.error });
  };
  const names = ['Look', 'AskPerson', 'Decide', 'Escalate', 'LayAside'];
  const same = <Value>(value: Value) => Object.fromEntries(names.map((name) => [name, value]));
  const machine = new LocalStateMachine(readReviewMachine() as never, { validationOptions: { noValidate: true } });
  const { result, eventLogs } = machine.run(input, {
    overrides: {
      taskResourceLocalHandlers: same(handle),
      waitTimeOverrides: { WaitForTheRest: 0 },
      retryIntervalOverrides: same(0),
    },
    context: { Task: { Token: 'token' } } as never,
  });
  const ended = result.then(
    () => 'succeeded' as const,
    () => 'failed' as const,
  );
  const states: string[] = [];
  for await (const event of eventLogs) if (event.type === 'StateEntered') states.push(event.state.name);
  return { states, given, end: await ended };
};

describe('the review’s state machine in the simulator', () => {
  it.each(Object.entries(scripts))('enters the states that another implementation enters: %s', async (_, script) => {
    const here = await walkHere(script);
    expect(here.given).toHaveLength(script.length);
    expect(here).toEqual(await walkThere(script));
  });

  it('passes through every state of the definition in these scripts', async () => {
    const walks = await Promise.all(Object.values(scripts).map(walkHere));
    const entered = new Set(walks.flatMap(({ states }) => states));
    expect([...entered].sort()).toEqual(Object.keys(readReviewMachine().States).sort());
  });

  it('refuses a definition that it cannot run', () => {
    const of = (state: object) => ({ StartAt: 'One', States: { One: state } });
    for (const state of [
      { Type: 'Parallel', Branches: [], End: true },
      { Type: 'Task', Resource: 'arn', Parameters: {}, Next: 'Nowhere' },
      { Type: 'Task', Resource: 'arn', Parameters: {}, OutputPath: '$.x', Next: 'One' },
      { Type: 'Wait', Seconds: 5, Next: 'One' },
      { Type: 'Choice', Choices: [{ Variable: '$.x', NumericEquals: 1, Next: 'One' }], Default: 'One' },
    ])
      expect(() => parseStateMachine(of(state))).toThrow();
    expect(() => parseStateMachine(of({ Type: 'Succeed' }))).not.toThrow();
  });
});
