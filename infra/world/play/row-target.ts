/** Plays the same commands into the rival, and remembers what it acknowledged. */
import type { Clock, Random, Sleep } from '../../../domain/ports/clock.ts';
import type { LastWriterWinsOrders, RowAnswer, RowVersion } from './last-writer-wins.ts';
import type { PlayTarget } from './player.ts';
import type { TimedCommand } from './timed-command.ts';
import { untilReplicated } from './until-replicated.ts';

export interface RowTarget extends PlayTarget {
  readonly answers: ReadonlyMap<TimedCommand, RowAnswer>;
}

export interface RowTargetDeps extends Clock {
  readonly orders: LastWriterWinsOrders;
  readonly random: Random;
  readonly sleep: Sleep;
}

export const createRowTarget = ({ orders, nowMs, random, sleep }: RowTargetDeps): RowTarget => {
  const answers = new Map<TimedCommand, RowAnswer>();
  const lastByOrderId = new Map<string, { readonly version: RowVersion; readonly writtenAtMs: number }>();
  /** A write of unknown outcome is sent again: if it was done, the row knows its key. */
  const sendUntilAnswered = async (command: TimedCommand): Promise<RowAnswer> => {
    for (let tries = 1; ; tries++)
      try {
        return await orders.send(command);
      } catch (fault) {
        if (tries === triesMax) throw fault;
        await sleep(random() * firstPauseMsMax * 2 ** tries);
      }
  };
  return {
    answers,
    send: async (command) => {
      const answer = await sendUntilAnswered(command);
      answers.set(command, answer);
      if (answer.kind !== 'applied') return;
      lastByOrderId.set(command.orderId, { version: answer.version, writtenAtMs: nowMs() });
      await sleep(stepApartMs);
    },
    untilReplicated: async ({ orderId, region }) => {
      const last = lastByOrderId.get(orderId);
      if (!last || last.version.updatedAtRegion === region) return;
      const isThere = async () => ((await orders.get(region, orderId))?.updatedAt ?? 0) >= last.version.updatedAt;
      await untilReplicated({ isThere, writtenAtMs: last.writtenAtMs, nowMs, sleep });
    },
  };
};

/** In life the next step is minutes away; here it must at least not carry the same millisecond, or a tie would decide. */
const stepApartMs = 2;
const triesMax = 6;
const firstPauseMsMax = 100;
