/**
 * An SQS queue and the event source mapping that reads it for a function.
 *
 * At least once and in no order: a message that is not deleted in time is there again, while the slow invocation may still
 * be at work, and one that is deleted may come again all the same. After so many receipts it is a dead letter.
 */
import type { FaultDice } from '../faults/fault-dice.ts';
import type { RandomStream } from '../kernel/random-streams.ts';
import type { Scheduler } from '../kernel/scheduler.ts';

export interface MessageQueue<Body> {
  readonly send: (body: Body) => void;
  /** No message waits for its deletion, and none will come again. */
  readonly isDrained: () => boolean;
}

export interface MessageQueueDeps<Body> {
  readonly scheduler: Scheduler;
  readonly random: RandomStream;
  readonly dice: FaultDice;
  readonly isReachable: () => boolean;
  /** Starts an invocation; calls back, at most once, with the places of those that failed. */
  readonly invoke: (bodies: readonly Body[], onAnswer: (failed: readonly number[]) => void) => void;
  readonly onDeadLetter: (body: Body, sentAtMs: number) => void;
}

interface Message<Body> {
  readonly body: Body;
  readonly sentAtMs: number;
  receipts: number;
  isDeleted: boolean;
}

export const createMessageQueue = <Body>(deps: MessageQueueDeps<Body>): MessageQueue<Body> => {
  const { scheduler, random, dice } = deps;
  let visible: Message<Body>[] = [];
  let undeleted = 0;
  let isPolling = false;

  const show = (message: Message<Body>): void => {
    visible.push(message);
    pollSoon();
  };

  const showLater = (message: Message<Body>, delayMs: number): void =>
    scheduler.after(delayMs, 'message is visible', () => {
      if (!message.isDeleted) show(message);
    });

  const pollSoon = (): void => {
    if (isPolling || visible.length === 0) return;
    isPolling = true;
    const delayMs = deps.isReachable() ? random.between(pollMsMin, pollMsMax) : outagePollMs;
    scheduler.after(delayMs, 'receive messages', () => {
      isPolling = false;
      if (deps.isReachable()) receive();
      pollSoon();
    });
  };

  const receive = (): void => {
    const shuffled = random.shuffle(visible);
    const received = shuffled.slice(0, random.integer(1, batchMessagesMax));
    visible = shuffled.slice(received.length);
    const batch = received.filter((message) => {
      message.receipts++;
      if (message.receipts <= receiptsMax) return true;
      forget(message);
      dice.reached('message gone to the dead-letter queue');
      deps.onDeadLetter(message.body, message.sentAtMs);
      return false;
    });
    if (batch.length === 0) return;
    for (const message of batch) showLater(message, visibilityMs);
    deps.invoke(
      batch.map(({ body }) => body),
      (failed) => {
        for (const [i, message] of batch.entries()) if (!failed.includes(i)) forget(message);
      },
    );
  };

  const forget = (message: Message<Body>): void => {
    if (message.isDeleted) return;
    message.isDeleted = true;
    undeleted--;
    visible = visible.filter((it) => it !== message);
  };

  const add = (body: Body, delayMs: number): void => {
    undeleted++;
    showLater({ body, sentAtMs: scheduler.nowMs(), receipts: 0, isDeleted: false }, delayMs);
  };

  return {
    send: (body) => {
      if (dice.strikes('lostMessage', random)) return dice.reached('message lost');
      add(body, random.logBetween(arrivalMsMin, arrivalMsMax));
      if (dice.strikes('duplicateMessage', random)) add(body, random.logBetween(arrivalMsMin, repeatMsMax));
    },
    isDrained: () => undeleted === 0,
  };
};

const batchMessagesMax = 10;
/** As in infra/cloudformation/bus.yml. */
const receiptsMax = 5;
const visibilityMs = 60_000;
const pollMsMin = 10;
const pollMsMax = 500;
const outagePollMs = 20_000;
const arrivalMsMin = 10;
const arrivalMsMax = 5_000;
const repeatMsMax = 3_600_000;
