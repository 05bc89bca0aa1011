/**
 * Replication from one region to another, as global tables do it: item by item, in no particular order, at least once.
 *
 * Nobody may rely on an order that AWS does not promise, so this link takes care to break it: every item has its own
 * delay, and what is due together is applied shuffled and many at a time. What a region received by replication is not
 * sent on. While the link is cut, changes wait; when it heals they drain. The link knows neither tables nor engines.
 *
 * Quick changes of one mutable item coalesce, as AWS has it: one that is due lets all before it go, and a region that is
 * cut off for an hour owes its peer one heartbeat. One that is not due yet lets nothing go: under a lag of seconds a beat
 * a second would otherwise overtake every other, and none would ever arrive.
 */
import type { Clock, Random, Sleep } from '../../domain/ports/clock.ts';
import type { LinkCondition } from './faults.ts';
import { type Round, startPollLoop } from './poll-loop.ts';

export interface ReplicationLinkOptions<Change> {
  readonly from: string;
  readonly to: string;
  readonly table: string;
  /** The source's next changes, in the order of its stream; none where it has no more for now. */
  readonly read: () => Promise<readonly Change[]>;
  /** Whether the source wrote it itself. */
  readonly isOwn: (change: Change) => boolean;
  /** Of a mutable item: a later change of the same key replaces this one. Undefined of what is written once. */
  readonly keyOf?: (change: Change) => string | undefined;
  /** False of what comes for ever and of which the last is enough, whatever else waits: nobody is behind for lack of it. */
  readonly isBacklog?: (change: Change) => boolean;
  /** Must bear repetition: a change whose outcome is unknown is applied again. */
  readonly apply: (change: Change) => Promise<void>;
  readonly condition: () => LinkCondition;
  readonly clock: Clock;
  readonly random: Random;
  readonly sleep: Sleep;
  readonly onFault: (fault: unknown) => void;
}

export interface ReplicationLink {
  readonly from: string;
  readonly to: string;
  readonly table: string;
  /** Changes that were read and not yet applied, as far as they count. */
  readonly backlogItems: () => number;
  /** Resolves when all that the source wrote before this call has been applied. */
  readonly caughtUp: () => Promise<void>;
  readonly stop: () => Promise<void>;
}

/** Past this the link stops reading and the rest waits in the stream. */
const queueItemsMax = 20_000;
/**
 * Of one round: all regions share this machine, so a backlog that came in at once would stand in the way of the APIs. A long
 * one gets a share of itself, so that it ends.
 */
const applyItemsMin = 8;
const applyShare = 0.02;
const applyConcurrency = 4;

export const startReplicationLink = <Change>(options: ReplicationLinkOptions<Change>): ReplicationLink => {
  const {
    read,
    isOwn,
    keyOf = () => undefined,
    isBacklog = () => true,
    apply,
    condition,
    clock,
    random,
    sleep,
  } = options;
  let queue: readonly Queued<Change>[] = [];
  let lastNumber = 0;

  const round = async (): Promise<Round> => {
    const isFull = queue.length >= queueItemsMax;
    const changes = isFull ? [] : await read();
    const readAtMs = clock.nowMs();
    const arrived = changes.filter(isOwn).map((change): Queued<Change> => {
      const number = ++lastNumber;
      return { change, key: keyOf(change), number, owedSince: number, readAtMs, jitter: 0.5 + random() };
    });
    queue = [...queue, ...arrived];
    const due = takeDue();
    await applyAll(due);
    return {
      isBusy: changes.length > 0 || due.length > 0,
      readToEnd: isFull || changes.length > 0 ? undefined : lastNumber,
      doneTo: queue.reduce((to, { owedSince }) => Math.min(to, owedSince - 1), lastNumber),
    };
  };

  /** The lag is asked for now, not when the change was read: a lag that heals lets go of what it held. */
  const takeDue = (): readonly Queued<Change>[] => {
    const { isCut, lagMs } = condition();
    const nowMs = clock.nowMs();
    const isDue = (it: Queued<Change>): boolean => it.readAtMs + it.jitter * lagMs <= nowMs;
    queue = coalesce(queue, isDue);
    if (isCut || queue.length === 0) return [];
    const applyItemsMax = Math.max(applyItemsMin, Math.ceil(queue.length * applyShare));
    const due = queue.filter(isDue).slice(0, applyItemsMax);
    const taken = new Set(due);
    queue = queue.filter((it) => !taken.has(it));
    return shuffle(due, random);
  };

  const applyAll = async (due: readonly Queued<Change>[]): Promise<void> => {
    const rest = [...due];
    const failures: unknown[] = [];
    const applyNext = async (): Promise<void> => {
      for (let next = rest.pop(); next; next = rest.pop()) {
        try {
          await apply(next.change);
        } catch (failure) {
          failures.push(failure);
          queue = [...queue, next];
        }
      }
    };
    await Promise.all(Array.from({ length: applyConcurrency }, applyNext));
    if (failures.length > 0) throw failures[0];
  };

  const { from, to, table, onFault } = options;
  const loop = startPollLoop({ round, sleep, onFault });
  const backlogItems = () => queue.filter(({ change }) => isBacklog(change)).length;
  return { from, to, table, backlogItems, caughtUp: loop.caughtUp, stop: loop.stop };
};

interface Queued<Change> {
  readonly change: Change;
  readonly key: string | undefined;
  /** From 1, in the order of reading. */
  readonly number: number;
  /** The lowest number among those that this one stands for. */
  readonly owedSince: number;
  readonly readAtMs: number;
  /** 0.5 to 1.5: this item's share of the lag. */
  readonly jitter: number;
}

/** One for all the changes of a key up to the last that is due; it owes what they owed. */
const coalesce = <Change>(
  queue: readonly Queued<Change>[],
  isDue: (queued: Queued<Change>) => boolean,
): readonly Queued<Change>[] => {
  const lastDue = new Map<string, Queued<Change>>();
  const lastDueOf = ({ key }: Queued<Change>) => (key === undefined ? undefined : lastDue.get(key));
  for (const it of queue)
    if (it.key !== undefined && it.number > (lastDueOf(it)?.number ?? 0) && isDue(it)) lastDue.set(it.key, it);
  if (lastDue.size === 0) return queue;
  const rest: Queued<Change>[] = [];
  for (const it of queue) {
    const last = lastDueOf(it);
    if (it.key === undefined || !last || it.number > last.number) rest.push(it);
    else lastDue.set(it.key, { ...last, owedSince: Math.min(last.owedSince, it.owedSince) });
  }
  // First: in a table that spreads over many machines a heartbeat waits for no backlog of others.
  return [...lastDue.values(), ...rest];
};

const shuffle = <Item>(items: readonly Item[], random: Random): readonly Item[] => {
  const shuffled = [...items];
  for (let i = shuffled.length - 1; i > 0; i--) {
    const j = Math.floor(random() * (i + 1));
    [shuffled[i], shuffled[j]] = [shuffled[j] as Item, shuffled[i] as Item];
  }
  return shuffled;
};
