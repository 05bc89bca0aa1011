/**
 * The way from one replica to another: item by item, in no order, late by whatever the lag is, and not at all while it is
 * cut. What is sent is the item as it stands when it arrives: quick changes of one item coalesce.
 */
import type { RandomStreams } from '../kernel/random-streams.ts';
import type { Scheduler } from '../kernel/scheduler.ts';
import { type Change, type ItemKey, isLater, nameOf, type Replica } from './replica.ts';

export interface Link {
  readonly from: string;
  readonly to: string;
  /** Cuts nest: the link is whole when each has been healed. */
  readonly cut: () => void;
  readonly heal: () => void;
  readonly isCut: () => boolean;
  /** Multiplies the lag of what is sent from now on. */
  readonly slowDown: (factor: number) => void;
  /** What the lag is multiplied by now. */
  readonly slowness: () => number;
  readonly owes: (key: ItemKey) => boolean;
  /** Items on their way, or waiting for the link to heal. */
  readonly backlog: () => number;
}

export interface ReplicationLink extends Link {
  readonly owe: (key: ItemKey) => void;
}

export interface LinkDeps<Item> {
  readonly from: string;
  readonly to: string;
  readonly scheduler: Scheduler;
  readonly randomStreams: RandomStreams;
  readonly lagMs: number;
  readonly onChange: (change: Change<Item>) => void;
  readonly replicaOf: (region: string) => Replica<Item>;
}

export const createLink = <Item extends ItemKey>({
  from,
  to,
  lagMs,
  scheduler,
  replicaOf,
  onChange,
  ...deps
}: LinkDeps<Item>): ReplicationLink => {
  const random = deps.randomStreams(`link ${from} ${to}`);
  const owed = new Set<string>();
  const parked = new Map<string, ItemKey>();
  let cuts = 0;
  let lagFactor = 1;

  const deliver = (name: string, key: ItemKey): void => {
    if (cuts > 0) {
      parked.set(name, key);
      return;
    }
    owed.delete(name);
    const version = replicaOf(from).get(key);
    const standing = replicaOf(to).get(key);
    if (!version || (standing && !isLater(version, standing))) return;
    replicaOf(to).set(version);
    onChange({ region: to, item: version.item, before: standing?.item, from });
  };

  const send = (name: string, key: ItemKey): void =>
    scheduler.after(Math.min(lagMsMax, random.logBetween(lagMs / 10, lagMs * 10) * lagFactor), 'replicate', () =>
      deliver(name, key),
    );

  return {
    from,
    to,
    owe: ({ stream, position }: ItemKey): void => {
      const name = nameOf({ stream, position });
      if (owed.has(name)) return;
      owed.add(name);
      send(name, { stream, position });
    },
    owes: (key: ItemKey): boolean => owed.has(nameOf(key)),
    cut: (): void => {
      cuts++;
    },
    heal: (): void => {
      if (--cuts > 0) return;
      for (const [name, key] of parked) send(name, key);
      parked.clear();
    },
    isCut: (): boolean => cuts > 0,
    slowDown: (factor: number): void => {
      lagFactor *= factor;
    },
    slowness: (): number => lagFactor,
    backlog: (): number => owed.size,
  };
};

const lagMsMax = 15 * 60_000;
