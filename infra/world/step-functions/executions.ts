/**
 * The executions of one state machine: each under a name of its own, which nobody can use again.
 *
 * They live in this process and end with it. That is on purpose: what a case is, is the ledger's to say, and the sweeper
 * starts what is missing.
 */
import type { Clock } from '../../../domain/ports/clock.ts';
import type { StateMachine, StateMachineRun } from './run-state-machine.ts';
import type { StateError } from './state-error.ts';

export type Execution = RunningExecution | EndedExecution;

interface ExecutionBegun {
  readonly name: string;
  /** JSON. */
  readonly input: string;
  /** Counts from 1 in the order of starting. */
  readonly number: number;
  readonly startedAtMs: number;
}

export interface RunningExecution extends ExecutionBegun {
  readonly status: 'RUNNING';
}

export interface EndedExecution extends ExecutionBegun {
  readonly status: 'SUCCEEDED' | 'FAILED';
  readonly endedAtMs: number;
  /** Where it succeeded. */
  readonly output?: unknown;
  /** Where it failed. */
  readonly error?: StateError;
}

export interface Executions {
  /** Started, or running with this very input. `used-up`: the name is another execution's. */
  readonly start: (name: string, input: string) => RunningExecution | 'used-up';
  readonly find: (name: string) => Execution | undefined;
  /** Newest first. */
  readonly list: () => readonly Execution[];
  /** Ends all that run. */
  readonly stop: () => void;
}

/** AWS remembers for 90 days. */
const endedExecutionsMax = 10_000;

/** An execution whose input is no JSON throws a SyntaxError. */
export const createExecutions = (machine: StateMachine, clock: Clock): Executions => {
  const running = new Map<string, { readonly execution: RunningExecution; readonly run: StateMachineRun }>();
  const ended = new Map<string, EndedExecution>();
  let started = 0;

  const end = (execution: EndedExecution): void => {
    running.delete(execution.name);
    ended.set(execution.name, execution);
    for (const oldest of ended.keys()) {
      if (ended.size <= endedExecutionsMax) break;
      ended.delete(oldest);
    }
  };

  const begin = (name: string, input: string): RunningExecution => {
    const run = machine.run(JSON.parse(input));
    const execution = { name, input, number: ++started, startedAtMs: clock.nowMs(), status: 'RUNNING' } as const;
    running.set(name, { execution, run });
    run.output.then(
      (output) => end({ ...execution, status: 'SUCCEEDED', endedAtMs: clock.nowMs(), output }),
      (error: StateError) => end({ ...execution, status: 'FAILED', endedAtMs: clock.nowMs(), error }),
    );
    return execution;
  };

  return {
    start: (name, input) => {
      const standing = running.get(name)?.execution;
      if (standing) return standing.input === input ? standing : 'used-up';
      return ended.has(name) ? 'used-up' : begin(name, input);
    },
    find: (name) => running.get(name)?.execution ?? ended.get(name),
    list: () =>
      [...[...running.values()].map(({ execution }) => execution), ...ended.values()].sort(
        (left, right) => right.number - left.number,
      ),
    stop: () => {
      for (const { run } of running.values()) run.abort();
    },
  };
};
