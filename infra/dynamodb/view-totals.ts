/**
 * Totals as the sum of what every row says it contributes. Only differences are ever added, and always together with the
 * row that causes them, so that repetitions and races cannot count anything twice.
 *
 * One item a tenant would be written by everybody at once, so its totals lie in several; only their sum means anything.
 */
import type { Totals } from '../../domain/ports/view-store.ts';
import type { FlatItem } from './flat-item.ts';
import type { ItemKey } from './view-keys.ts';

/** Of what changes; empty if nothing does. */
export const totalsDifference = (before: Totals, after: Totals): Totals =>
  sumTotals([after, Object.fromEntries(Object.entries(before).map(([name, amount]) => [name, -amount]))]);

/** Without the zeros. */
export const sumTotals = (parts: Iterable<Totals>): Totals => {
  const sums = new Map<string, number>();
  for (const part of parts)
    for (const [name, amount] of Object.entries(part)) sums.set(name, (sums.get(name) ?? 0) + amount);
  return Object.fromEntries([...sums].filter(([, amount]) => amount !== 0));
};

/** `difference` is not empty. */
export const totalsUpdate = (tableName: string, { stream, view }: ItemKey, difference: Totals) => {
  const changes = Object.entries(difference);
  return {
    TableName: tableName,
    Key: { stream, view },
    UpdateExpression: `ADD ${changes.map((_, i) => `#t${i} :t${i}`).join(', ')}`,
    ExpressionAttributeNames: Object.fromEntries(changes.map(([name], i) => [`#t${i}`, `${totalPrefix}${name}`])),
    // As BigInt, since the document client refuses numbers past 2^53.
    ExpressionAttributeValues: Object.fromEntries(changes.map(([, amount], i) => [`:t${i}`, BigInt(amount)])),
  };
};

export const itemToTotals = (item: FlatItem): Totals =>
  Object.fromEntries(
    Object.entries(item)
      .filter(([name]) => name.startsWith(totalPrefix))
      .map(([name, amount]) => [name.slice(totalPrefix.length), Number(amount)]),
  );

/** Keeps names of totals apart from the key's. */
const totalPrefix = 'total_';
