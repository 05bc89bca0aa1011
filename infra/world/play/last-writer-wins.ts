/**
 * The rival: the same order service as most shops have it, one mutable row an order in a global table, last writer wins.
 *
 * It is not made of straw. It reads the row, checks the same lifecycle on what its region knows, writes under a
 * condition on the row's version, answers a repeated key without doing it twice, and facts that come too early are
 * refused like anything else that the state machine forbids. What it cannot do is know the other region's row
 * during a partition; when the regions rejoin, replication copies whole items and the later one stands. Each row
 * carries the keys of the commands that it took in, so that afterwards one can see what it no longer holds.
 */
import { statusAfter } from '../../../domain/decide/legal-moves.ts';
import { invariant } from '../../../domain/kernel/invariant.ts';
import type { FieldWrite, Lifecycle } from '../../../domain/lifecycle/define-lifecycle.ts';
import { noStatus } from '../../../domain/lifecycle/define-lifecycle.ts';
import type { MutableItem, MutableTable, MutableTableDefinition } from '../world-types.ts';
import type { TimedCommand } from './timed-command.ts';

export type RowAnswer =
  | { readonly kind: 'applied'; readonly version: RowVersion }
  | { readonly kind: 'repeated' }
  | { readonly kind: 'refused'; readonly reason: 'unknown-order' | 'illegal-transition'; readonly status: string };

/** Of two versions of a row the one with the later time stands, and of equal times the one with the larger region. */
export interface RowVersion {
  readonly updatedAt: number;
  readonly updatedAtRegion: string;
}

export interface MutableOrderRow extends RowVersion {
  readonly orderId: string;
  readonly status: string;
  readonly fields: Readonly<Record<string, unknown>>;
  readonly money?: Readonly<Record<string, number>> | undefined;
  /** Keys of the commands that this row has taken in, oldest first. */
  readonly commandKeys: readonly string[];
}

export interface LastWriterWinsOrders {
  send(command: TimedCommand): Promise<RowAnswer>;
  get(region: string, orderId: string): Promise<MutableOrderRow | undefined>;
  all(region: string): AsyncIterable<MutableOrderRow>;
}

export const orderRowTable = (name: string): MutableTableDefinition => ({
  name,
  keyAttribute: 'orderId',
  lwwAttribute: 'updatedAt',
});

export const createLastWriterWinsOrders = (
  tables: ReadonlyMap<string, MutableTable>,
  lifecycle: Lifecycle,
): LastWriterWinsOrders => {
  const tableOf = (region: string): MutableTable => {
    const table = tables.get(region);
    if (!table) throw new Error(`There is no table of order rows in ${region}.`);
    return table;
  };
  return {
    send: async (command) => {
      let change: RowChange | undefined;
      const written = await tableOf(command.region).update(command.orderId, (item) => {
        change = applyCommand(item as MutableOrderRow | undefined, command, lifecycle);
        return change.kind === 'applied' ? change.row : undefined;
      });
      invariant(change, 'an update calls its change');
      return change.kind === 'applied' ? { kind: 'applied', version: written as MutableItem & RowVersion } : change;
    },
    get: async (region, orderId) => (await tableOf(region).get(orderId)) as MutableOrderRow | undefined,
    all: (region) => tableOf(region).all() as AsyncIterable<MutableOrderRow>,
  };
};

export type RowChange =
  | { readonly kind: 'applied'; readonly row: MutableItem }
  | Exclude<RowAnswer, { kind: 'applied' }>;

/** The row after the command, without its version, or why it stays as it is. */
export const applyCommand = (
  row: MutableOrderRow | undefined,
  command: TimedCommand,
  lifecycle: Lifecycle,
): RowChange => {
  const status = row?.status ?? noStatus;
  if (row?.commandKeys.includes(command.idempotencyKey)) return { kind: 'repeated' };
  const eventType = lifecycle.eventTypes.get(command.type);
  const next = eventType && statusAfter(lifecycle, status, eventType);
  if (!eventType || next === undefined || (!row && next === noStatus)) {
    const reason = row ? 'illegal-transition' : 'unknown-order';
    return { kind: 'refused', reason, status };
  }
  const { writes = {}, money = {} } = eventType;
  return {
    kind: 'applied',
    row: {
      orderId: command.orderId,
      status: next,
      fields: writeFields(row?.fields ?? {}, writes, command.data),
      ...addMoney(row?.money, money, command.data),
      commandKeys: [...(row?.commandKeys ?? []), command.idempotencyKey],
    },
  };
};

const writeFields = (
  fields: MutableOrderRow['fields'],
  writes: Readonly<Record<string, FieldWrite>>,
  data: TimedCommand['data'],
): MutableOrderRow['fields'] => {
  const changed: Record<string, unknown> = { ...fields };
  for (const [field, write] of Object.entries(writes)) {
    const value = data[Object.values(write)[0] as string];
    if (value === undefined) continue;
    if ('set' in write) changed[field] = value;
    else if ('increase' in write) changed[field] = Number(changed[field] ?? 0) + Number(value);
    else {
      const others = ((changed[field] ?? []) as readonly unknown[]).filter((it) => it !== value);
      changed[field] = 'add' in write ? [...others, value] : others;
    }
  }
  return changed;
};

/** Left out while there is none: DynamoDB Local's streams lose an empty map. */
const addMoney = (
  money: MutableOrderRow['money'],
  kinds: Readonly<Record<string, string>>,
  data: TimedCommand['data'],
): Pick<MutableOrderRow, 'money'> => {
  const changed: Record<string, number> = { ...money };
  for (const [kind, property] of Object.entries(kinds)) changed[kind] = (changed[kind] ?? 0) + Number(data[property]);
  return Object.keys(changed).length > 0 ? { money: changed } : {};
};
