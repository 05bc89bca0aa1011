/**
 * One region's copy of a table: the newest version that has come there of each item.
 */
export interface ItemKey {
  readonly stream: string;
  readonly position: string;
}

export const nameOf = ({ stream, position }: ItemKey): string => `${stream} ${position}`;

export interface Change<Item> {
  readonly region: string;
  readonly item: Item;
  readonly before: Item | undefined;
  /** The region that it was replicated from; undefined for a write here. */
  readonly from: string | undefined;
}

export interface Version<Item> {
  readonly item: Item;
  readonly writtenMs: number;
  readonly writer: string;
}

export const isLater = <Item>(version: Version<Item>, than: Version<Item>): boolean =>
  version.writtenMs > than.writtenMs || (version.writtenMs === than.writtenMs && version.writer > than.writer);

export interface Replica<Item> {
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

export const createReplica = <Item extends ItemKey>(): Replica<Item> => {
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
