/**
 * One execution of a state machine on virtual time, as Step Functions runs it: tasks that are tried again, time out, lose
 * their heartbeat or wait for a token; choices, waits and ends. Compared with another implementation in
 * test/unit/review/state-machine.test.ts.
 */
import type { Scheduler } from '../kernel/scheduler.ts';
import type { ChoiceState, StateMachine, TaskState } from './state-machine-definition.ts';

export interface Execution {
  /** The state that it is in, or was in last. */
  readonly state: () => string;
  readonly end: () => 'succeeded' | 'failed' | undefined;
  readonly awaits: (token: string) => boolean;
  /** False where nobody waits under that token. */
  readonly answer: (token: string, output: unknown) => boolean;
  readonly beat: (token: string) => boolean;
}

export interface TaskRequest {
  readonly resource: string;
  readonly parameters: unknown;
}

export type TaskOutcome =
  | { readonly kind: 'succeeded'; readonly output: unknown }
  | { readonly kind: 'failed'; readonly error: string; readonly cause?: string };

export interface ExecutionDeps {
  readonly scheduler: Pick<Scheduler, 'after'>;
  /** The clock that timestamps to wait for are compared with. */
  readonly nowMs: () => number;
  /** In [0, 1). */
  readonly draw: () => number;
  readonly newToken: () => string;
  /** Begins a task's work; of one that waits for a token, only the asking. */
  readonly runTask: (request: TaskRequest, onDone: (outcome: TaskOutcome) => void) => void;
  readonly onEnter?: (state: string) => void;
  readonly onEnd?: () => void;
  /** A task ended without having been answered. */
  readonly onLost?: (token: string, error: string) => void;
  /** Instead of what the definition says. */
  readonly askTimeoutMs?: number | undefined;
}

/** What a task waits for. */
interface Awaited {
  readonly token: string;
  readonly settle: (outcome: TaskOutcome) => void;
  readonly expectBeat: () => void;
}

export const execute = (deps: ExecutionDeps, machine: StateMachine, input: unknown): Execution => {
  const { scheduler } = deps;
  let data = input;
  let current = machine.StartAt;
  let end: 'succeeded' | 'failed' | undefined;
  let awaited: Awaited | undefined;

  const enter = (name: string): void => {
    current = name;
    deps.onEnter?.(name);
    const state = machine.States[name];
    switch (state?.Type) {
      case 'Task':
        attempt(state, []);
        return;
      case 'Choice':
        enter(choose(state, data));
        return;
      case 'Wait': {
        const untilMs = Date.parse(String(read(state.TimestampPath, data)));
        if (Number.isNaN(untilMs)) throw new Error(`${name}: there is no time at ${state.TimestampPath}`);
        scheduler.after(untilMs - deps.nowMs(), `after ${name}`, () => enter(state.Next));
        return;
      }
      case 'Succeed':
        finish('succeeded');
        return;
      case 'Fail':
        finish('failed');
        return;
      case undefined:
        throw new Error(`no state ${name}`);
    }
  };

  const finish = (how: 'succeeded' | 'failed'): void => {
    end = how;
    deps.onEnd?.();
  };

  const attempt = (task: TaskState, retries: readonly number[]): void => {
    const token = deps.newToken();
    const isCallback = task.Resource.endsWith(callbackSuffix);
    let isOver = false;
    let beats = 0;
    const settle = (outcome: TaskOutcome): void => {
      if (isOver) return;
      isOver = true;
      awaited = undefined;
      if (outcome.kind === 'succeeded') leave(task, outcome.output);
      else {
        if (isCallback) deps.onLost?.(token, outcome.error);
        fail(task, outcome, retries);
      }
    };
    const expectBeat = (): void => {
      if (task.HeartbeatSeconds === undefined) return;
      const expected = ++beats;
      scheduler.after(task.HeartbeatSeconds * 1_000, 'heartbeat due', () => {
        if (beats === expected) settle({ kind: 'failed', error: 'States.HeartbeatTimeout' });
      });
    };
    const timeoutMs = isCallback
      ? (deps.askTimeoutMs ?? secondsToMs(task.TimeoutSeconds))
      : secondsToMs(task.TimeoutSeconds);
    if (timeoutMs !== undefined)
      scheduler.after(timeoutMs, 'task time-out', () => settle({ kind: 'failed', error: 'States.Timeout' }));
    expectBeat();
    if (isCallback) awaited = { token, settle, expectBeat };
    const parameters = fill(task.Parameters, data, { Task: { Token: token } });
    deps.runTask({ resource: task.Resource, parameters }, (outcome) => {
      if (!isCallback || outcome.kind === 'failed') settle(outcome);
    });
  };

  const fail = (
    task: TaskState,
    { error, cause }: Extract<TaskOutcome, { kind: 'failed' }>,
    retries: readonly number[],
  ) => {
    const place = task.Retry.findIndex(({ ErrorEquals }) => isAmong(ErrorEquals, error));
    const retrier = task.Retry[place];
    const tried = retries[place] ?? 0;
    if (retrier && tried < retrier.MaxAttempts) {
      const pauseSeconds = Math.min(retrier.MaxDelaySeconds, retrier.IntervalSeconds * retrier.BackoffRate ** tried);
      const share = retrier.JitterStrategy === 'FULL' ? deps.draw() : 1;
      const counted = task.Retry.map((_, i) => (retries[i] ?? 0) + (i === place ? 1 : 0));
      return scheduler.after(pauseSeconds * 1_000 * share, 'task again', () => attempt(task, counted));
    }
    const catcher = task.Catch.find(({ ErrorEquals }) => isAmong(ErrorEquals, error));
    if (!catcher) {
      finish('failed');
      return;
    }
    data = put(catcher.ResultPath, data, { Error: error, ...(cause !== undefined && { Cause: cause }) });
    enter(catcher.Next);
  };

  const leave = (task: TaskState, output: unknown): void => {
    // What goes in and out of a state is JSON.
    if (task.ResultPath !== null) data = put(task.ResultPath, data, JSON.parse(JSON.stringify(output ?? null)));
    enter(task.Next);
  };

  scheduler.after(0, `begin ${machine.StartAt}`, () => enter(machine.StartAt));
  const awaitedAs = (token: string): Awaited | undefined => (awaited?.token === token ? awaited : undefined);
  return {
    state: () => current,
    end: () => end,
    awaits: (token) => awaitedAs(token) !== undefined,
    answer: (token, output) => {
      const waiting = awaitedAs(token);
      waiting?.settle({ kind: 'succeeded', output });
      return waiting !== undefined;
    },
    beat: (token) => {
      const waiting = awaitedAs(token);
      waiting?.expectBeat();
      return waiting !== undefined;
    },
  };
};

const callbackSuffix = '.waitForTaskToken';

const secondsToMs = (seconds: number | undefined): number | undefined => seconds && seconds * 1_000;

const isAmong = (names: readonly string[], error: string): boolean =>
  names.includes(error) || names.includes('States.ALL');

const choose = ({ Choices, Default }: ChoiceState, data: unknown): string =>
  Choices.find(({ Variable, StringEquals }) => read(Variable, data) === StringEquals)?.Next ?? Default;

/** `$`, or names below it. What is not there is a mistake of the definition. */
const read = (path: string, data: unknown): unknown => {
  let found = data;
  for (const name of path.split('.').slice(1)) {
    if (typeof found !== 'object' || found === null || !Object.hasOwn(found, name))
      throw new Error(`${path} is not in ${JSON.stringify(data)}`);
    found = Reflect.get(found, name);
  }
  return found;
};

/** What ends in `.$` is a path into the data or, after `$$`, into the context. */
const fill = (template: unknown, data: unknown, context: unknown): unknown => {
  if (Array.isArray(template)) return template.map((item) => fill(item, data, context));
  if (typeof template !== 'object' || template === null) return template;
  return Object.fromEntries(
    Object.entries(template).map(([name, value]) => {
      if (!name.endsWith('.$')) return [name, fill(value, data, context)];
      const path = String(value);
      const found = path.startsWith('$$') ? read(path.slice(1), context) : read(path, data);
      return [name.slice(0, -'.$'.length), found];
    }),
  );
};

const put = (path: string, data: unknown, value: unknown): unknown =>
  path === '$' ? value : { ...(typeof data === 'object' ? data : {}), [path.slice('$.'.length)]: value };
