/**
 * Requests to a region's tables, as they go wrong: no answer from the region, throttled, or done and the answer lost.
 */
import { LedgerFault } from '../../../domain/ports/event-store.ts';
import type { FaultDice } from '../faults/fault-dice.ts';
import type { Invocation } from '../kernel/invocation.ts';
import type { RandomStream } from '../kernel/random-streams.ts';

export type Request = <Answer>(label: string, effect: () => Answer) => Promise<Answer>;

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

export const createFaultyRequests =
  ({ region, random, isReachable, dice }: FaultyRequestsDeps, invocation: Invocation): Request =>
  (label, effect) =>
    invocation.io(label, () => {
      if (!isReachable()) throw new LedgerFault('unavailable', `${region} does not answer`);
      if (dice.strikes('throttle', random)) {
        dice.reached('request throttled');
        throw new LedgerFault('throttled', `${region} throttles`);
      }
      const answer = effect();
      if (dice.strikes('lostAnswer', random)) throw new LostAnswer();
      return answer;
    });
