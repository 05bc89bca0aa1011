/**
 * The ledger in memory: the world's engine where Java is missing, and the simulator's.
 *
 * It keeps the same items as the DynamoDB adapter, bodies as canonical strings, and reads them back through the same
 * codec, so what is damage there is damage here. Its `onAppend` is the region's stream, and `replicate` is what the
 * other end of a global table does: item by item, last writer wins, no question asked.
 */
import { invariant } from '../../domain/kernel/invariant.ts';
import type { Entry } from '../../domain/ledger/entry.ts';
import type { Sha256 } from '../../domain/ports/digest.ts';
import type { AppendResult, EventStore, ScanOptions } from '../../domain/ports/event-store.ts';
import { isSame, judgeAppend } from '../dynamodb/append-outcome.ts';
import { entryToItem, type LedgerItem, readItems, toItem } from '../dynamodb/entry-codec.ts';
import { groupToItems } from '../dynamodb/entry-group.ts';
import { orderStreamPrefix } from '../dynamodb/ledger-keys.ts';

export interface InMemoryEventStore extends EventStore {
  /**
   * Calls back, once it is stored, for every entry that is new or changed here, appended and replicated alike, in the
   * order of storing. As with DynamoDB Streams an entry that stands already is no news, so two stores may be linked
   * both ways. Returns the way to end it.
   */
  readonly onAppend: (subscriber: (entry: Entry) => void) => () => void;
  /** Stores an entry of another region as it is, over whatever stands at its position. */
  readonly replicate: (entry: Entry) => void;
}

export const createInMemoryEventStore = ({ sha256 }: { readonly sha256: Sha256 }): InMemoryEventStore => {
  const itemsByStream = new Map<string, Map<string, LedgerItem>>();
  const subscribers = new Set<(entry: Entry) => void>();

  const itemsOf = (stream: string): Map<string, LedgerItem> => {
    const items = itemsByStream.get(stream) ?? new Map<string, LedgerItem>();
    itemsByStream.set(stream, items);
    return items;
  };

  const store = (item: LedgerItem, entry: Entry): void => {
    itemsOf(item.stream).set(item.position, item);
    // After this call, so that a subscriber's mistake cannot make a stored entry look refused.
    for (const subscriber of subscribers) queueMicrotask(() => subscribers.has(subscriber) && subscriber(entry));
  };

  /** The plan lies here, too. */
  const orderStreams = (): readonly string[] =>
    [...itemsByStream.keys()].filter((stream) => stream.startsWith(orderStreamPrefix));

  const standingAt = ({ stream, position }: LedgerItem): LedgerItem | undefined =>
    itemsByStream.get(stream)?.get(position);

  /** All in one turn, so that nobody sees one without the others. */
  const appendItems = (items: readonly LedgerItem[], entries: readonly Entry[]): AppendResult => {
    const judged = judgeAppend(items, items.map(standingAt));
    if (judged) return judged;
    items.forEach((item, i) => {
      store(item, entries[i] as Entry);
    });
    return { kind: 'appended' };
  };

  const append: EventStore['append'] = async (entry) => appendItems([entryToItem(entry, sha256)], [entry]);

  const appendAll: EventStore['appendAll'] = async (entries) => appendItems(groupToItems(entries, sha256), entries);

  const replicate: InMemoryEventStore['replicate'] = (entry) => {
    const item = toItem(entry);
    const standing = standingAt(item);
    if (!standing || !isSame(standing, item) || standing.body !== item.body) store(item, entry);
  };

  const sortedItems = (stream: string, after = ''): readonly LedgerItem[] =>
    [...(itemsByStream.get(stream)?.values() ?? [])]
      .filter((item) => item.position > after)
      .sort((left, right) => (left.position < right.position ? -1 : 1));

  return {
    append,
    appendAll,
    replicate,
    load: async (stream) => readItems(stream, sortedItems(stream), sha256),
    readPages: async function* (stream, { after, limit = pageItemsMax } = {}) {
      invariant(Number.isInteger(limit) && limit >= 1, 'a page has a limit of 1 or more');
      for (let last = after; ; ) {
        const page = sortedItems(stream, last).slice(0, limit);
        if (page.length === 0) return;
        last = page.at(-1)?.position;
        yield readItems(stream, page, sha256);
      }
    },
    streams: async function* () {
      yield* orderStreams();
    },
    scan: async function* ({ part, parts, after }) {
      assertPart({ part, parts });
      for (let last = after?.['stream'] ?? ''; ; ) {
        const names = orderStreams()
          .filter((stream) => stream > last && partOf(stream, parts) === part)
          .sort()
          .slice(0, pageStreamsMax);
        if (names.length === 0) return;
        last = names.at(-1) ?? last;
        const streams = names.map((stream) => ({ stream, ...readItems(stream, sortedItems(stream), sha256) }));
        yield { streams, place: { stream: last } };
      }
    },
    onAppend: (subscriber) => {
      subscribers.add(subscriber);
      return () => {
        subscribers.delete(subscriber);
      };
    },
  };
};

/** Where the caller names no limit; DynamoDB would end such a page at 1 MB. */
const pageItemsMax = 1_000;

/** Few, so that whoever scans meets several pages. */
const pageStreamsMax = 10;

const assertPart = ({ part, parts }: ScanOptions): void =>
  invariant(Number.isInteger(part) && part >= 0 && part < parts, 'parts are counted from 0');

/** FNV-1a. */
const partOf = (stream: string, parts: number): number => {
  let hash = 0x811c9dc5;
  for (let i = 0; i < stream.length; i++) hash = Math.imul(hash ^ stream.charCodeAt(i), 0x01000193);
  return (hash >>> 0) % parts;
};
