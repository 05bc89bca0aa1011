/**
 * Items of strings and numbers, read as DynamoDB sends them. The document client would read them too, but not the item
 * of a failed condition, and it refuses sums past 2^53, which would make one tenant's money everybody's fault.
 */
import type { AttributeValue } from '@aws-sdk/client-dynamodb';

export type FlatItem = Readonly<Record<string, string | number>>;

export const toFlatItem = (item: Record<string, AttributeValue>): FlatItem =>
  Object.fromEntries(Object.entries(item).map(([name, value]) => [name, value.S ?? Number(value.N)]));
