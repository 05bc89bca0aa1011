/**
 * A DynamoDB global table with eventual consistency (MREC), as its documentation promises it and no better.
 *
 * A replica per region. A condition sees the local replica alone. A write carries a timestamp that only the table knows;
 * of two versions of one item the later wins, everywhere. Items replicate one by one, in no order, and what is sent is
 * the item as it stands when it is sent: quick changes of one item coalesce. A link that is cut keeps what it owes.
 */
import type { RandomStreams } from '../kernel/random-streams.ts';
import type { Scheduler } from '../kernel/scheduler.ts';

export interface ItemKey {
  readonly stream: string;
  readonly position: string;
}

export interface Change<Item> {
  readonly region: string;
  readonly item: Item;
  readonly before: Item | undefined;
  /** The region that it was replicated from; undefined for a write here. */
  readonly from: string | undefined;
}

export interface GlobalTable<Item extends ItemKey> {
  readonly get: (region: string, key: ItemKey) => Item | undefined;
  /** In order of position. */
  readonly query: (region: string, stream: string) => readonly Item[];
  readonly streams: (region: string) => readonly string[];
  /** Writes whatever stands there: the caller has checked its condition on this replica. */
  readonly put: (region: string, item: Item) => void;
  /** Behind everybody's back: no timestamp, no replication, no stream record. */
  readonly corrupt: (region: string, item: Item) => void;
  /** As if it had never been written: what a restore to an earlier point does. */
  readonly lose: (region: string, key: ItemKey) => void;
  readonly writtenAfter: (region: string, ms: number) => readonly Item[];
  readonly link: (from: string, to: string) => Link;
  readonly links: readonly Link[];
}

export interface Link {
  readonly from: string;
  readonly to: string;
  /** Cuts nest: the link is whole when each has been healed. */
  readonly cut: () => void;
  readonly heal: () => void;
  readonly isCut: () => boolean;
  /** Multiplies the lag of what is sent from now on. */
  readonly slowDown: (factor: number) => void;
  readonly owes: (key: ItemKey) => boolean;
  /** Items on their way, or waiting for the link to heal. */
  readonly backlog: () => number;
}

export interface GlobalTableDeps<Item> {
  readonly regions: readonly string[];
  readonly scheduler: Scheduler;
  readonly randomStreams: RandomStreams;
  readonly lagMs: number;
  readonly onChange: (change: Change<Item>) => void;
}

export const createGlobalTable = <Item extends ItemKey>(deps: GlobalTableDeps<Item>): GlobalTable<Item> => {
  const { regions, scheduler, onChange } = deps;
  const replicas = new Map(regions.map((region): [string, Replica<Item>] => [region, createReplica()]));
  const replicaOf = (region: string): Replica<Item> => {
    const replica = replicas.get(region);
    if (!replica) throw new Error(`no replica in ${region}`);
    return replica;
  };
  const links = regions.flatMap((from) =>
    regions.filter((to) => to !== from).map((to) => createLink({ ...deps, from, to, replicaOf })),
  );

  const put = (region: string, item: Item): void => {
    const replica = replicaOf(region);
    const before = replica.get(item);
    const writtenMs = Math.max(scheduler.nowMs(), (before?.writtenMs ?? 0) + timestampStepMs);
    replica.set({ item, writtenMs, writer: region });
    onChange({ region, item, before: before?.item, from: undefined });
    for (const link of links) if (link.from === region) link.owe(item);
  };

  return {
    put,
    get: (region, key) => replicaOf(region).get(key)?.item,
    query: (region, stream) => replicaOf(region).query(stream),
    streams: (region) => replicaOf(region).streams(),
    corrupt: (region, item) => {
      const standing = replicaOf(region).get(item);
      if (standing) replicaOf(region).set({ ...standing, item });
    },
    lose: (region, key) => replicaOf(region).remove(key),
    writtenAfter: (region, ms) => replicaOf(region).writtenAfter(ms),
    links,
    link: (from, to) => {
      const link = links.find((it) => it.from === from && it.to === to);
      if (!link) throw new Error(`no link from ${from} to ${to}`);
      return link;
    },
  };
};

const timestampStepMs = 0.001;

interface Version<Item> {
  readonly item: Item;
  readonly writtenMs: number;
  readonly writer: string;
}

const isLater = <Item>(version: Version<Item>, than: Version<Item>): boolean =>
  version.writtenMs > than.writtenMs || (version.writtenMs === than.writtenMs && version.writer > than.writer);

interface Replica<Item> {
  readonly get: (key: ItemKey) => Version<Item> | undefined;
  readonly set: (version: Version<Item>) => void;
  readonly query: (stream: string) => readonly Item[];
  readonly streams: () => readonly string[];
  readonly remove: (key: ItemKey) => void;
  readonly writtenAfter: (ms: number) => readonly Item[];
}

interface Partition<Item> {
  readonly versions: Map<string, Version<Item>>;
  /** In order of position, once somebody has asked. */
  sorted: readonly Item[] | undefined;
}

const createReplica = <Item extends ItemKey>(): Replica<Item> => {
  const partitions = new Map<string, Partition<Item>>();
  return {
    get: ({ stream, position }) => partitions.get(stream)?.versions.get(position),
    set: (version) => {
      const { stream, position } = version.item;
      const partition = partitions.get(stream) ?? { versions: new Map<string, Version<Item>>(), sorted: undefined };
      partition.versions.set(position, version);
      partition.sorted = undefined;
      partitions.set(stream, partition);
    },
    query: (stream) => {
      const partition = partitions.get(stream);
      if (!partition) return [];
      partition.sorted ??= [...partition.versions.values()]
        .map(({ item }) => item)
        .sort((left, right) => (left.position < right.position ? -1 : 1));
      return partition.sorted;
    },
    streams: () => [...partitions.keys()],
    remove: ({ stream, position }) => {
      const partition = partitions.get(stream);
      if (partition?.versions.delete(position)) partition.sorted = undefined;
      if (partition?.versions.size === 0) partitions.delete(stream);
    },
    writtenAfter: (ms) =>
      [...partitions.values()].flatMap(({ versions }) =>
        [...versions.values()].filter(({ writtenMs }) => writtenMs > ms).map(({ item }) => item),
      ),
  };
};

interface LinkDeps<Item> extends GlobalTableDeps<Item> {
  readonly from: string;
  readonly to: string;
  readonly replicaOf: (region: string) => Replica<Item>;
}

const createLink = <Item extends ItemKey>({
  from,
  to,
  lagMs,
  scheduler,
  replicaOf,
  onChange,
  ...deps
}: LinkDeps<Item>) => {
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
    backlog: (): number => owed.size,
  };
};

const lagMsMax = 15 * 60_000;

const nameOf = ({ stream, position }: ItemKey): string => `${stream} ${position}`;
