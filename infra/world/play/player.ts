/**
 * Plays a schedule into a target, as fast as the target takes it, in the histories' order.
 *
 * The histories' clock is compressed to nothing: what waits for what is kept, not how long. So the commands of one order
 * follow each other, and a bounded number of orders is in flight. In life hours lie between two steps of an order and
 * replication takes a second; played this fast it would look like a partition all the time. Hence while the regions are
 * linked a command waits until its region holds what the order's last command left in the other.
 */
import type { Schedule, SchedulePhase } from './schedule.ts';
import type { TimedCommand } from './timed-command.ts';

/** What is played into: the ledger's API, or the rival. */
export interface PlayTarget {
  send(command: TimedCommand): Promise<void>;
  /** Resolves when the command's region holds what the order was last given, or after a bounded time. */
  untilReplicated(command: TimedCommand): Promise<void>;
}

export interface PlayNetwork {
  partition(): Promise<void>;
  /** Ends the partition and resolves when everything has crossed. */
  healAndDrain(): Promise<void>;
}

export interface PlayOptions {
  readonly inFlightMax?: number;
  readonly onCommand?: (phase: SchedulePhase['name']) => void;
}

/** Rejects with the first fault of the target; commands in flight are awaited before. */
export const playSchedule = async (
  schedule: Schedule,
  target: PlayTarget,
  network: PlayNetwork,
  options: PlayOptions = {},
): Promise<void> => {
  for (const phase of schedule.phases) {
    const isLinked = phase.name !== 'partition';
    if (!isLinked) await network.partition();
    await playPhase(phase, isLinked, target, options);
    if (!isLinked) await network.healAndDrain();
  }
};

const playPhase = async (
  phase: SchedulePhase,
  isLinked: boolean,
  target: PlayTarget,
  options: PlayOptions,
): Promise<void> => {
  const { inFlightMax = inFlightMaxDefault, onCommand } = options;
  const lastOfOrder = new Map<string, Promise<void>>();
  const inFlight = new Set<Promise<void>>();
  const faults: unknown[] = [];
  const playOne = async (command: TimedCommand, previous: Promise<void> | undefined): Promise<void> => {
    await previous;
    if (faults.length > 0) return;
    try {
      if (isLinked) await target.untilReplicated(command);
      await target.send(command);
      onCommand?.(phase.name);
    } catch (error) {
      faults.push(error);
    }
  };
  for (const command of phase.commands) {
    while (inFlight.size >= inFlightMax) await Promise.race(inFlight);
    if (faults.length > 0) break;
    const played = playOne(command, lastOfOrder.get(command.orderId)).finally(() => {
      inFlight.delete(played);
      if (lastOfOrder.get(command.orderId) === played) lastOfOrder.delete(command.orderId);
    });
    inFlight.add(played);
    lastOfOrder.set(command.orderId, played);
  }
  await Promise.all(inFlight);
  if (faults.length > 0) throw faults[0];
};

/** Most of them wait for replication; few enough that the order of time is kept closely. */
const inFlightMaxDefault = 96;
