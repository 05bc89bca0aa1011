/**
 * One run of a Lambda function: the unit that dies, sleeps too long, and leaves things half done.
 *
 * Each I/O step is two events, the effect and the answer, at times drawn from the invocation's stream. A crash comes
 * with an answer: what was asked has happened, and nobody lives to hear of it. A pause delays an answer, as a frozen
 * sandbox or a long collection does, so that an invocation can wake up into a world that has moved on. A dead
 * invocation's promises never settle: nothing after them runs, not even its `finally`.
 */
import type { FaultDice } from '../faults/fault-dice.ts';
import type { RandomStream } from './random-streams.ts';
import type { Scheduler } from './scheduler.ts';
import { Violation } from './violation.ts';

export interface Invocation {
  readonly isAlive: () => boolean;
  readonly die: () => void;
  /** `effect` happens at once in the world's time, somewhere else; what it throws is thrown to the caller. */
  readonly io: <Answer>(label: string, effect: () => Answer) => Promise<Answer>;
  /** For what takes its time somewhere else: `begin` is given the way to answer, now or later, once. */
  readonly exchange: <Answer>(label: string, begin: Begin<Answer>) => Promise<Answer>;
  readonly sleep: (ms: number) => Promise<void>;
}

export type Begin<Answer> = (answer: (attempted: Attempt<Answer>) => void) => void;

export type Attempt<Answer> =
  | { readonly kind: 'returned'; readonly value: Answer }
  | { readonly kind: 'threw'; readonly error: unknown };

export interface InvocationDeps {
  readonly scheduler: Scheduler;
  readonly random: RandomStream;
  readonly dice: Pick<FaultDice, 'strikes' | 'reached'>;
}

export const createInvocation = ({ scheduler, random, dice }: InvocationDeps): Invocation => {
  let isAlive = true;

  const drawFate = (): number => {
    if (dice.strikes('crash', random)) {
      dice.reached('crash after the effect');
      isAlive = false;
    }
    if (!dice.strikes('pause', random)) return 0;
    dice.reached('long pause between two steps');
    return random.logBetween(pauseMsMin, pauseMsMax);
  };

  const settle = (label: string, delayMs: number, run: () => void): void =>
    scheduler.after(delayMs, label, () => {
      if (!isAlive) return;
      scheduler.wake();
      run();
    });

  const exchange: Invocation['exchange'] = (label, begin) =>
    new Promise((resolve, reject) =>
      scheduler.after(random.between(latencyMsMin, latencyMsMax), label, () =>
        begin((attempted) => {
          const delayMs = random.between(latencyMsMin, latencyMsMax) + drawFate();
          settle(`${label}, answered`, delayMs, () =>
            attempted.kind === 'returned' ? resolve(attempted.value) : reject(attempted.error),
          );
        }),
      ),
    );

  return {
    isAlive: () => isAlive,
    die: () => {
      isAlive = false;
    },
    exchange,
    io: (label, effect) => exchange(label, (answer) => answer(attempt(effect))),
    sleep: (ms) => new Promise((resolve) => settle('sleep', ms, resolve)),
  };
};

const latencyMsMin = 1;
const latencyMsMax = 15;
const pauseMsMin = 200;
const pauseMsMax = 15 * 60_000;

export const attempt = <Answer>(effect: () => Answer): Attempt<Answer> => {
  try {
    return { kind: 'returned', value: effect() };
  } catch (error) {
    // What a checker says ends the run; it is not for the code under test to catch.
    if (error instanceof Violation) throw error;
    return { kind: 'threw', error };
  }
};
