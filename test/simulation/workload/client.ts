/**
 * A client of the order API: sends a command, waits, and when it hears nothing or a fault, sends the same command again,
 * here or in another region, as every client of an at-least-once world must.
 */
import type { Command } from '../../../domain/decide/command.ts';
import { retail } from '../../../domain/lifecycle/retail.ts';
import type { EventDraft } from '../../support/builders/retail-drafts.ts';
import type { FaultDice } from '../faults/fault-dice.ts';
import type { RandomStream } from '../kernel/random-streams.ts';
import type { Scheduler } from '../kernel/scheduler.ts';
import type { ApiAnswer } from '../region/order-api.ts';
import type { Region } from '../region/region.ts';

export interface Client {
  readonly send: (stream: string, command: Command, region: Region) => void;
  /** Commands on which nobody has given up yet. */
  readonly waiting: () => number;
}

export interface ClientDeps {
  readonly scheduler: Scheduler;
  readonly random: RandomStream;
  readonly regions: readonly Region[];
  readonly dice: FaultDice;
  readonly onSent: (stream: string, command: Command) => void;
}

export const createClient = (deps: ClientDeps): Client => {
  const { scheduler, random, regions, onSent } = deps;
  let waiting = 0;

  const tryOnce = (stream: string, command: Command, region: Region, triesLeft: number): void => {
    let isDone = false;
    const finish = (answer: ApiAnswer | 'silence'): void => {
      if (isDone) return;
      isDone = true;
      if (triesLeft > 0 && isWorthAnotherTry(answer)) retry(stream, command, region, triesLeft - 1);
      else waiting--;
    };
    scheduler.after(timeoutMs, 'client time-out', () => finish('silence'));
    scheduler.after(random.between(1, 40), 'request arrives', () =>
      region.handle(stream, command, (answer) => {
        if (deps.dice.strikes('lostAcknowledgement', random)) {
          deps.dice.reached('acknowledgement lost on the way to the client');
          return;
        }
        scheduler.after(random.between(1, 40), 'answer arrives', () => finish(answer));
      }),
    );
  };

  const retry = (stream: string, command: Command, region: Region, triesLeft: number): void => {
    const next = random.chance(0.4) ? random.pick(regions) : region;
    scheduler.after(random.logBetween(100, 60_000), 'client retries', () => tryOnce(stream, command, next, triesLeft));
  };

  return {
    waiting: () => waiting,
    send: (stream, command, region) => {
      waiting++;
      onSent(stream, command);
      tryOnce(stream, command, region, retriesMax);
    },
  };
};

const timeoutMs = 10_000;
const retriesMax = 6;

const isWorthAnotherTry = (answer: ApiAnswer | 'silence'): boolean =>
  answer === 'silence' || ['failed', 'busy', 'part-not-closed', 'unknown-order'].includes(answer.kind);

export const draftCommand = (
  idempotencyKey: string,
  drafts: readonly [EventDraft, ...EventDraft[]],
  expected?: Command['expected'],
): Command => {
  const [{ source, type }] = drafts;
  const events = drafts.map(({ type, data }) => ({ type, data })) as unknown as Command['events'];
  const kind = retail.eventTypes.get(type)?.kind ?? 'fact';
  return { kind, source, events, idempotencyKey, expected };
};
