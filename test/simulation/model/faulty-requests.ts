/**
 * Requests to a region's tables, as they go wrong: no answer from the region, throttled, or done and the answer lost.
 */
import { LedgerFault } from '../../../domain/ports/event-store.ts';
import type { FaultDice } from '../faults/fault-dice.ts';
import { attempt, type Invocation } from '../kernel/invocation.ts';
import type { RandomStream } from '../kernel/random-streams.ts';

export type Request = <Answer>(label: string, effect: () => Answer) => Promise<Answer>;

export interface Requests {
  readonly request: Request;
  readonly exchange: Invocation['exchange'];
}

export interface FaultyRequestsDeps {
  readonly region: string;
  readonly random: RandomStream;
  readonly isReachable: () => boolean;
  readonly dice: FaultDice;
}

/** What the request did is done; who asked cannot know. */
export class LostAnswer extends LedgerFault {
  constructor() {
    super('unavailable', 'the answer was lost');
  }
}

export const createFaultyRequests = (deps: FaultyRequestsDeps, invocation: Invocation): Requests => {
  const { region, random, isReachable, dice } = deps;

  const exchange: Requests['exchange'] = (label, begin) =>
    invocation.exchange(label, (answer) => {
      const fail = (error: LedgerFault): void => answer({ kind: 'threw', error });
      if (!isReachable()) return fail(new LedgerFault('unavailable', `${region} does not answer`));
      if (dice.strikes('throttle', random)) {
        dice.reached('request throttled');
        return fail(new LedgerFault('throttled', `${region} throttles`));
      }
      begin((attempted) => {
        if (attempted.kind === 'returned' && dice.strikes('lostAnswer', random)) fail(new LostAnswer());
        else answer(attempted);
      });
    });

  return { exchange, request: (label, effect) => exchange(label, (answer) => answer(attempt(effect))) };
};
