/**
 * Replication from one region to another, as global tables do it: item by item, in no particular order, at least once.
 *
 * Nobody may rely on an order that AWS does not promise, so this link takes care to break it: every item has its own
 * delay, and what is due together is applied shuffled and many at a time. What a region received by replication is not
 * sent on. While the link is cut, changes wait; when it heals they drain. The link knows neither tables nor engines.
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
  /** Changes that were read and not yet applied. */
  readonly backlogItems: () => number;
  /** Resolves when all that the source wrote before this call has been applied. */
  readonly caughtUp: () => Promise<void>;
  readonly stop: () => Promise<void>;
}

/** Past this the link stops reading and the rest waits in the stream. */
const queueItemsMax = 20_000;
const applyItemsMax = 1_000;
const applyConcurrency = 16;

export const startReplicationLink = <Change>(options: ReplicationLinkOptions<Change>): ReplicationLink => {
  const { read, isOwn, apply, condition, clock, random, sleep, onFault } = options;
  let queue: readonly Queued<Change>[] = [];

  const round = async (): Promise<Round> => {
    const changes = queue.length < queueItemsMax ? await read() : [];
    const readAtMs = clock.nowMs();
    const arrived = changes.filter(isOwn).map((change) => ({ change, readAtMs, jitter: 0.5 + random() }));
    queue = [...queue, ...arrived];
    const due = takeDue();
    await applyAll(due);
    if (changes.length > 0 || due.length > 0) return 'busy';
    return queue.length === 0 ? 'idle' : 'waiting';
  };

  /** The lag is asked for now, not when the change was read: a lag that heals lets go of what it held. */
  const takeDue = (): readonly Queued<Change>[] => {
    const { isCut, lagMs } = condition();
    if (isCut || queue.length === 0) return [];
    const nowMs = clock.nowMs();
    const due = queue.filter((it) => it.readAtMs + it.jitter * lagMs <= nowMs).slice(0, applyItemsMax);
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

  const loop = startPollLoop({ round, sleep, onFault });
  const { from, to, table } = options;
  return { from, to, table, backlogItems: () => queue.length, caughtUp: loop.caughtUp, stop: loop.stop };
};

interface Queued<Change> {
  readonly change: Change;
  readonly readAtMs: number;
  /** 0.5 to 1.5: this item's share of the lag. */
  readonly jitter: number;
}

const shuffle = <Item>(items: readonly Item[], random: Random): readonly Item[] => {
  const shuffled = [...items];
  for (let i = shuffled.length - 1; i > 0; i--) {
    const j = Math.floor(random() * (i + 1));
    [shuffled[i], shuffled[j]] = [shuffled[j] as Item, shuffled[i] as Item];
  }
  return shuffled;
};
