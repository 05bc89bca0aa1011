/**
 * A DynamoDB global table with eventual consistency (MREC), as its documentation promises it and no better; and what it
 * has in common with the strongly consistent one (strong-table.ts).
 *
 * A replica per region. A condition sees the local replica alone. A write carries a timestamp that only the table knows;
 * of two versions of one item the later wins, everywhere. Items replicate one by one, in no order, and what is sent is
 * the item as it stands when it is sent: quick changes of one item coalesce. A link that is cut keeps what it owes.
 */
import type { ItemKey } from './replica.ts';
import { createReplicaSet, type ReplicaSetDeps, type Replicas } from './replica-set.ts';

export interface GlobalTable<Item extends ItemKey> extends Replicas<Item> {
  /** Undefined where the region cannot answer: it is cut off from the quorum. */
  readonly readStrongly: (region: string, stream: string) => readonly Item[] | undefined;
  /** `answer` is called once, now or later. */
  readonly putIfFree: (region: string, item: Item, answer: (outcome: PutOutcome<Item>) => void) => void;
  /** A transaction: all of them in this region at one moment, or none. Other regions get them one by one. */
  readonly putAllIfFree: (region: string, items: readonly Item[]) => TransactionOutcome<Item>;
  /** Writes whatever stands there: the caller has looked with `standing`. */
  readonly put: (region: string, item: Item) => void;
  /** What would answer a strongly consistent read, whether or not the region can make one now: for who knows all. */
  readonly committed: (region: string, stream: string) => readonly Item[];
  readonly standing: (region: string, key: ItemKey) => Item | undefined;
  readonly isIsolated: (region: string) => boolean;
  /** Nothing is on its way any more. */
  readonly isQuiet: () => boolean;
}

export type PutOutcome<Item> =
  | { readonly kind: 'put' }
  | { readonly kind: 'taken'; readonly standing: Item }
  /** Another region writes this item just now: nothing is done. */
  | { readonly kind: 'conflict' }
  /** No quorum: nothing is done. */
  | { readonly kind: 'isolated' }
  /** No answer in time; it may be done, or still get done. */
  | { readonly kind: 'unknown' };

export type TransactionOutcome<Item> =
  | { readonly kind: 'put' }
  /** By the item's place: what stands there. */
  | { readonly kind: 'taken'; readonly standing: readonly (Item | undefined)[] }
  /** A strongly consistent table has no transactions: nothing is done. */
  | { readonly kind: 'refused' };

export const createGlobalTable = <Item extends ItemKey>(deps: ReplicaSetDeps<Item>): GlobalTable<Item> => {
  const { replicas, links, write } = createReplicaSet(deps);
  const put = (region: string, item: Item): void => write(item, region);
  return {
    ...replicas,
    put,
    putIfFree: (region, item, answer) => {
      const standing = replicas.get(region, item);
      if (!standing) put(region, item);
      answer(standing ? { kind: 'taken', standing } : { kind: 'put' });
    },
    putAllIfFree: (region, items) => {
      const standing = items.map((item) => replicas.get(region, item));
      if (standing.some((it) => it !== undefined)) return { kind: 'taken', standing };
      for (const item of items) put(region, item);
      return { kind: 'put' };
    },
    readStrongly: replicas.query,
    committed: replicas.query,
    standing: replicas.get,
    isIsolated: () => false,
    isQuiet: () => links.every((link) => link.backlog() === 0),
  };
};
