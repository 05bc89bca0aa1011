/**
 * Names of the views table's keys, lists and shards, in one place. They ARE the storage format.
 *
 * Names of tenants and generations hold no `/`, so no two keys can meet, and an order's stream begins with `order/`, so
 * no order can be taken for totals. Numbers of shards only ever grow: what stands stays where it is found.
 */
import { invariant } from '../../domain/kernel/invariant.ts';
import type { ListQuery } from '../../domain/ports/view-store.ts';
import { sha256 } from '../node/sha256.ts';

export interface ItemKey {
  readonly stream: string;
  readonly view: string;
}

export interface ListIndex {
  readonly indexName: string;
  readonly partitionKey: 'statusList' | 'customerList' | 'caseList';
  readonly sortKey: 'place' | 'openCase';
  /** One partition key takes 1,000 writes a second: enough for a customer, not for every order that is delivered. */
  readonly shards: number;
  /** Unless a query says otherwise. */
  readonly isNewestFirst: boolean;
}

export const listIndexes = {
  status: {
    indexName: 'by-status',
    partitionKey: 'statusList',
    sortKey: 'place',
    shards: 8,
    isNewestFirst: true,
  },
  customer: {
    indexName: 'by-customer',
    partitionKey: 'customerList',
    sortKey: 'place',
    shards: 1,
    isNewestFirst: true,
  },
  'open-cases': {
    indexName: 'open-cases',
    partitionKey: 'caseList',
    sortKey: 'openCase',
    shards: 8,
    isNewestFirst: false,
  },
} as const satisfies Record<ListQuery['list'], ListIndex>;

export const isNewestFirst = ({ list, sort }: Pick<ListQuery, 'list' | 'sort'>): boolean =>
  sort === undefined ? listIndexes[list].isNewestFirst : sort === 'newest';

export const rowView = (generation: string): string => `${generation}/order`;
export const totalsView = (generation: string): string => `${generation}/totals`;

export const totalsKey = (generation: string, tenant: string, shard: number): ItemKey => ({
  stream: `totals/${tenant}/${twoDigits(shard)}`,
  view: totalsView(generation),
});

export const tenantOfTotals = (stream: string): string => stream.split('/')[1] ?? '';

/** From 0. A stream stays in its shard for as long as `shards` does. */
export const shardOfStream = (stream: string, shards: number): number =>
  Number.parseInt(sha256(stream).slice(0, 8), 16) % shards;

/** Where one list lies: a key for each of its shards. */
export const listPartitions = (generation: string, query: ListQuery): readonly string[] => {
  const { shards } = listIndexes[query.list];
  return Array.from({ length: shards }, (_, shard) => listPartition(generation, query, shard));
};

type NamedList =
  | { readonly list: 'status'; readonly status: string }
  | { readonly list: 'customer'; readonly customerId: string }
  | { readonly list: 'open-cases' };

export const listPartition = (
  generation: string,
  list: NamedList & { readonly tenant: string },
  shard: number,
): string => {
  const owner = `${generation}/${list.tenant}`;
  switch (list.list) {
    case 'status':
      return `${owner}/${keyText(list.status)}/${twoDigits(shard)}`;
    case 'customer':
      return `${owner}/${keyText(list.customerId)}`;
    case 'open-cases':
      return `${owner}/${twoDigits(shard)}`;
  }
};

/** DynamoDB takes 2,048 bytes of partition key. Whoever shares a hash is told apart when the rows are read. */
const keyText = (text: string): string => (Buffer.byteLength(text) > keyTextBytesMax ? `#${sha256(text)}` : text);
const keyTextBytesMax = 1_024;

export const assertKeyName = (name: string): void =>
  invariant(name !== '' && !name.includes('/'), 'tenants and generations have names without a slash');

const twoDigits = (shard: number): string => String(shard).padStart(2, '0');
