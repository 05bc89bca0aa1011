/**
 * Sends the traffic's commands to the regions' order APIs and counts what becomes of them.
 *
 * It is a client as a shop should have one: a command that a region does not take is sent to another, under the same
 * key, so that it has one effect wherever it lands. What a region takes is not known before it answers, as in life.
 */
import { commandToRequest, readAnswer } from '../play/ledger-target.ts';
import type { OrderClient } from '../play/order-client.ts';
import type { OrderCommand } from '../play/timed-command.ts';
import type { Region } from '../world-types.ts';

export interface OrderSender {
  readonly send: (command: OrderCommand, region: Region) => Promise<Fate>;
  /** In the order given, until one has taken it; returns that one. Asks no other where a region judged and refused. */
  readonly sendToOneOf: (command: OrderCommand, regions: readonly Region[]) => Promise<Region | undefined>;
  readonly counts: () => Counts;
}

/** `elsewhere`: the region takes no such command now, and another one does. `failed`: it was not heard of in time. */
export type Fate = 'taken' | 'refused' | 'elsewhere' | 'failed';

/** Of commands, each counted for every region that it was sent to. Nothing is under way when the others add up to `sent`. */
export interface Counts {
  readonly sent: number;
  readonly taken: number;
  readonly refused: number;
  readonly failed: number;
}

export interface OrderSenderDeps {
  readonly client: Pick<OrderClient, 'post'>;
  readonly token: string;
  /** A region; the others wait for their turn. */
  readonly requestsInFlightMax: number;
  /** Nothing more is sent, and what was not sent has failed without being counted. */
  readonly isOver: () => boolean;
}

export const noCounts: Counts = { sent: 0, taken: 0, refused: 0, failed: 0 };

export const createOrderSender = (deps: OrderSenderDeps): OrderSender => {
  const { client, token, requestsInFlightMax, isOver } = deps;
  const counts = { ...noCounts };
  const turnsByRegion = new Map<string, Turns>();

  const turnsOf = ({ name }: Region): Turns => {
    const turns = turnsByRegion.get(name) ?? createTurns(requestsInFlightMax);
    turnsByRegion.set(name, turns);
    return turns;
  };

  const sendNow = async (command: OrderCommand, { apiUrl }: Region): Promise<Fate> => {
    if (isOver()) return 'failed';
    counts.sent++;
    const outcome = await client.post(commandToRequest(command, apiUrl, token));
    const answer = outcome.kind === 'answered' ? readAnswer(outcome.answer) : outcome;
    if (answer.kind === 'gave-up') {
      counts.failed++;
      return 'failed';
    }
    if (answer.kind !== 'refused') {
      counts.taken++;
      return 'taken';
    }
    counts.refused++;
    return answer.reason === 'not-admitted' ? 'elsewhere' : 'refused';
  };

  const send: OrderSender['send'] = (command, region) => turnsOf(region)(() => sendNow(command, region));

  return {
    send,
    sendToOneOf: async (command, regions) => {
      for (const region of regions) {
        const fate = await send(command, region);
        if (fate === 'taken') return region;
        if (fate === 'refused') return undefined;
      }
      return undefined;
    },
    counts: () => ({ ...counts }),
  };
};

type Turns = <Result>(work: () => Promise<Result>) => Promise<Result>;

/** At most `max` at once, first come, first served. */
const createTurns = (max: number): Turns => {
  let free = max;
  const waiting: (() => void)[] = [];
  return async (work) => {
    if (free > 0) free--;
    else await new Promise<void>((resolve) => waiting.push(resolve));
    try {
      return await work();
    } finally {
      const next = waiting.shift();
      if (next) next();
      else free++;
    }
  };
};
