/**
 * What both models of a global table are made of: a replica per region, a link each way between any two, and what can be
 * done to one replica alone.
 */
import type { RandomStreams } from '../kernel/random-streams.ts';
import type { Scheduler } from '../kernel/scheduler.ts';
import { type Change, createReplica, type ItemKey, type Replica } from './replica.ts';
import { createLink, type Link, type ReplicationLink } from './replication-link.ts';

/** What one region's copy holds: an eventually consistent read. */
export interface Replicas<Item extends ItemKey> {
  readonly get: (region: string, key: ItemKey) => Item | undefined;
  /** In order of position. */
  readonly query: (region: string, stream: string) => readonly Item[];
  readonly streams: (region: string) => readonly string[];
  /** Behind everybody's back: no timestamp, no replication, no stream record. */
  readonly corrupt: (region: string, item: Item) => void;
  /** As if it had never been written: what a restore to an earlier point does. */
  readonly lose: (region: string, key: ItemKey) => void;
  readonly writtenAfter: (region: string, ms: number) => readonly Item[];
  readonly link: (from: string, to: string) => Link;
  readonly links: readonly Link[];
}

export interface ReplicaSetDeps<Item> {
  readonly regions: readonly string[];
  readonly scheduler: Scheduler;
  readonly randomStreams: RandomStreams;
  readonly lagMs: number;
  readonly onChange: (change: Change<Item>) => void;
}

export interface ReplicaSet<Item extends ItemKey> {
  readonly replicas: Replicas<Item>;
  readonly replicaOf: (region: string) => Replica<Item>;
  readonly links: readonly ReplicationLink[];
  /** Writes to `region`, and to `ally` in the same moment; everybody else hears of it by and by. */
  readonly write: (item: Item, region: string, ally?: string) => void;
}

export const createReplicaSet = <Item extends ItemKey>(deps: ReplicaSetDeps<Item>): ReplicaSet<Item> => {
  const { regions, scheduler, onChange } = deps;
  const replicaByRegion = new Map(regions.map((region): [string, Replica<Item>] => [region, createReplica()]));
  const replicaOf = (region: string): Replica<Item> => {
    const replica = replicaByRegion.get(region);
    if (!replica) throw new Error(`no replica in ${region}`);
    return replica;
  };
  const links = regions.flatMap((from) =>
    regions.filter((to) => to !== from).map((to) => createLink({ ...deps, from, to, replicaOf })),
  );

  const write = (item: Item, region: string, ally?: string): void => {
    const holders = ally === undefined ? [region] : [region, ally];
    const before = holders.map((holder) => replicaOf(holder).get(item));
    const writtenMs = Math.max(scheduler.nowMs(), ...before.map((it) => (it?.writtenMs ?? 0) + timestampStepMs));
    for (const holder of holders) replicaOf(holder).set({ item, writtenMs, writer: region });
    holders.forEach((holder, i) => {
      const from = holder === region ? undefined : region;
      onChange({ region: holder, item, before: before[i]?.item, from });
    });
    for (const link of links) if (holders.includes(link.from) && !holders.includes(link.to)) link.owe(item);
  };

  return {
    replicaOf,
    links,
    write,
    replicas: {
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
    },
  };
};

const timestampStepMs = 0.001;
