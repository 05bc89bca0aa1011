/**
 * Runs a region's functions: an invocation for every request and batch, each of which may die or sleep by itself, and all
 * of which die together when the region goes down or is deployed anew.
 */
import type { FaultDice } from '../faults/fault-dice.ts';
import { createInvocation, type Invocation } from '../kernel/invocation.ts';
import type { RandomStreams } from '../kernel/random-streams.ts';
import type { Scheduler } from '../kernel/scheduler.ts';

export interface LambdaHost {
  readonly invoke: (role: string, work: (invocation: Invocation) => Promise<void>) => void;
  readonly killAll: () => void;
}

export interface LambdaHostDeps {
  readonly name: string;
  readonly scheduler: Scheduler;
  readonly randomStreams: RandomStreams;
  readonly dice: FaultDice;
}

export const createLambdaHost = ({ name, scheduler, randomStreams, dice }: LambdaHostDeps): LambdaHost => {
  const living = new Set<Invocation>();
  return {
    invoke: (role, work) => {
      const invocation = createInvocation({ scheduler, random: randomStreams(`${role} ${name}`), dice });
      living.add(invocation);
      scheduler.wake();
      work(invocation)
        .catch(scheduler.fail)
        .finally(() => living.delete(invocation));
    },
    killAll: () => {
      for (const invocation of living) invocation.die();
      living.clear();
    },
  };
};
