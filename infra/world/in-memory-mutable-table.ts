/**
 * The table of mutable items where Java is missing: the same rules in memory. Items are kept as JSON text, so that
 * nobody holds a piece of one.
 */
import type { Clock } from '../../domain/ports/clock.ts';
import { regionAttributeOf, stampItem } from './dynamodb-mutable-table.ts';
import type { MutableItem, MutableTable, MutableTableDefinition } from './world-types.ts';

export interface InMemoryMutableTable extends MutableTable {
  /** Calls back for every item that this region wrote itself. */
  readonly onWrite: (subscriber: (item: MutableItem) => void) => void;
  /** Takes a replicated item if nothing newer stands. */
  readonly replicate: (item: MutableItem) => void;
}

export interface InMemoryMutableTableOptions {
  readonly definition: MutableTableDefinition;
  readonly region: string;
  readonly clock: Clock;
}

export const createInMemoryMutableTable = (options: InMemoryMutableTableOptions): InMemoryMutableTable => {
  const { definition, region, clock } = options;
  const { keyAttribute } = definition;
  const items = new Map<string, string>();
  const subscribers: ((item: MutableItem) => void)[] = [];
  const find = (key: string): MutableItem | undefined => {
    const text = items.get(key);
    return text === undefined ? undefined : JSON.parse(text);
  };
  return {
    onWrite: (subscriber) => void subscribers.push(subscriber),
    get: async (key) => find(key),
    update: async (key, change) => {
      const current = find(key);
      const changed = change(current);
      if (changed === undefined) return current;
      const item = stampItem({ ...changed, [keyAttribute]: key }, { current, definition, region, clock });
      items.set(key, JSON.stringify(item));
      for (const subscriber of subscribers) subscriber(item);
      return item;
    },
    replicate: (item) => {
      const key = String(item[keyAttribute]);
      const standing = find(key);
      if (!standing || isNewer(item, standing, definition)) items.set(key, JSON.stringify(item));
    },
    all: async function* () {
      for (const text of [...items.values()]) yield JSON.parse(text);
    },
  };
};

const isNewer = (item: MutableItem, standing: MutableItem, definition: MutableTableDefinition): boolean => {
  const byTime = Number(item[definition.lwwAttribute]) - Number(standing[definition.lwwAttribute]);
  const region = regionAttributeOf(definition);
  return byTime > 0 || (byTime === 0 && String(item[region]) > String(standing[region]));
};
