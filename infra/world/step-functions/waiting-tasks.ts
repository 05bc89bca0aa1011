/**
 * The tasks of workflows that wait for somebody's answer, each under a token of its own, for as long as Step Functions
 * would wait: until the task's time is up, or no heartbeat came for too long.
 */
import { randomUUID } from 'node:crypto';
import { StateError } from './state-error.ts';

export interface WaitingTasks {
  readonly open: (bounds: TaskBounds) => WaitingTask;
  readonly succeed: (token: string, output: unknown) => TaskOutcome;
  readonly fail: (token: string, error: StateError) => TaskOutcome;
  readonly beat: (token: string) => TaskOutcome;
  /** Fails all that wait. */
  readonly stop: (error: StateError) => void;
}

/** In the definition's seconds; undefined: for ever. */
export interface TaskBounds {
  readonly timeoutSeconds: number | undefined;
  readonly heartbeatSeconds: number | undefined;
}

export interface WaitingTask {
  readonly token: string;
  /** Rejects with a StateError. */
  readonly answered: Promise<unknown>;
  /** Nobody will answer: what was to ask has failed. */
  readonly abandon: () => void;
}

/** `over`: its time was up, or it was answered. `unknown`: there never was one, as far as anybody here remembers. */
export type TaskOutcome = 'done' | 'over' | 'unknown';

/** Tokens that are over and still told from those that never were. */
const overTokensMax = 10_000;

export const createWaitingTasks = (): WaitingTasks => {
  const waiting = new Map<string, OpenTask>();
  const over = new Set<string>();

  const close = (token: string): OpenTask | undefined => {
    const task = waiting.get(token);
    if (!task) return undefined;
    waiting.delete(token);
    clearTimeout(task.timeout);
    clearTimeout(task.heartbeat);
    over.add(token);
    for (const oldest of over) {
      if (over.size <= overTokensMax) break;
      over.delete(oldest);
    }
    return task;
  };

  const orWhy = (token: string, task: unknown): TaskOutcome => {
    if (task) return 'done';
    return over.has(token) ? 'over' : 'unknown';
  };

  const failAfter = (token: string, seconds: number | undefined, name: string): NodeJS.Timeout | undefined =>
    seconds === undefined
      ? undefined
      : setTimeout(() => close(token)?.reject(new StateError(name, `nothing came for ${seconds} s`)), seconds * 1_000);

  return {
    open: ({ timeoutSeconds, heartbeatSeconds }) => {
      const token = randomUUID();
      const { promise, resolve, reject } = Promise.withResolvers<unknown>();
      const beat = () => failAfter(token, heartbeatSeconds, 'States.HeartbeatTimeout');
      const timeout = failAfter(token, timeoutSeconds, 'States.Timeout');
      waiting.set(token, { resolve, reject, beat, timeout, heartbeat: beat() });
      return { token, answered: promise, abandon: () => void close(token) };
    },
    succeed: (token, output) => {
      const task = close(token);
      const outcome = orWhy(token, task);
      task?.resolve(output);
      return outcome;
    },
    fail: (token, error) => {
      const task = close(token);
      const outcome = orWhy(token, task);
      task?.reject(error);
      return outcome;
    },
    beat: (token) => {
      const task = waiting.get(token);
      if (task) {
        clearTimeout(task.heartbeat);
        task.heartbeat = task.beat();
      }
      return orWhy(token, task);
    },
    stop: (error) => {
      for (const token of [...waiting.keys()]) close(token)?.reject(error);
    },
  };
};

interface OpenTask {
  readonly resolve: (output: unknown) => void;
  readonly reject: (error: StateError) => void;
  /** Begins the time until the next heartbeat. */
  readonly beat: () => NodeJS.Timeout | undefined;
  readonly timeout: NodeJS.Timeout | undefined;
  heartbeat: NodeJS.Timeout | undefined;
}
