/**
 * What became of the rival's rows: which acknowledged updates the surviving row no longer holds, and where its status is
 * not what the same commands make of the order.
 *
 * What an order became is what Rejoin folds from everything that was acknowledged. Where Rejoin itself asks a person,
 * nobody knows yet, so such an order counts as undecided and never as wrong, whatever its row says.
 */
import type { OrderOutcome } from './inspect-ledger.ts';
import type { LastWriterWinsOrders, MutableOrderRow, RowAnswer } from './last-writer-wins.ts';
import type { RegionPair, TimedCommand } from './timed-command.ts';

export interface RowsInspection {
  /** Both regions hold the same rows, as they must once replication is done. */
  readonly rowsEqual: boolean;
  readonly updatesAcknowledged: number;
  /** Acknowledged, and absent from the row that survived. Nobody was told. */
  readonly updatesLost: number;
  /** Facts that the row's state machine refused: they happened all the same. */
  readonly factsRefused: number;
  readonly decisionsRefused: number;
  /** Orders that lost an update. */
  readonly ordersOverwritten: number;
  readonly wrongStatus: number;
  /** Of those: the order had lost an update. In the others a fact had been refused. */
  readonly wrongStatusOverwritten: number;
  /** The row's status differs from one that Rejoin asks a person about. */
  readonly undecidedStatus: number;
  readonly rowByOrderId: ReadonlyMap<string, RowOutcome>;
}

export interface RowOutcome {
  readonly status: string;
  readonly money: Readonly<Record<string, number>>;
  readonly writtenIn: string;
  readonly lostKeys: readonly string[];
  readonly isWrongStatus: boolean;
}

export interface InspectRows {
  readonly orders: LastWriterWinsOrders;
  readonly regions: RegionPair;
  readonly answers: ReadonlyMap<TimedCommand, RowAnswer>;
  readonly ledgerOutcomes: ReadonlyMap<string, OrderOutcome>;
}

export const inspectRows = async ({
  orders,
  regions,
  answers,
  ledgerOutcomes,
}: InspectRows): Promise<RowsInspection> => {
  const [rows, otherRows] = await Promise.all(regions.map((region) => readRows(orders, region)));
  if (!rows || !otherRows) throw new Error('The rival runs in two regions.');
  const acknowledged = acknowledgedKeys(answers);
  const rowByOrderId = new Map<string, RowOutcome>();
  for (const [orderId, ledger] of ledgerOutcomes) {
    const row = rows.get(orderId);
    const status = row?.status ?? 'none';
    rowByOrderId.set(orderId, {
      status,
      money: row?.money ?? {},
      writtenIn: row?.updatedAtRegion ?? '',
      lostKeys: [...(acknowledged.get(orderId) ?? [])].filter((key) => !row?.commandKeys.includes(key)),
      isWrongStatus: status !== ledger.status && ledger.openCases === 0,
    });
  }
  const outcomes = [...rowByOrderId.entries()];
  const wrong = outcomes.filter(([, { isWrongStatus }]) => isWrongStatus);
  const refused = [...answers].filter(([, { kind }]) => kind === 'refused');
  return {
    rowsEqual: sameRows(rows, otherRows),
    updatesAcknowledged: [...acknowledged.values()].reduce((total, keys) => total + keys.size, 0),
    updatesLost: outcomes.reduce((total, [, { lostKeys }]) => total + lostKeys.length, 0),
    factsRefused: refused.filter(([{ kind }]) => kind === 'fact').length,
    decisionsRefused: refused.filter(([{ kind }]) => kind === 'decision').length,
    ordersOverwritten: outcomes.filter(([, { lostKeys }]) => lostKeys.length > 0).length,
    wrongStatus: wrong.length,
    wrongStatusOverwritten: wrong.filter(([, { lostKeys }]) => lostKeys.length > 0).length,
    undecidedStatus: outcomes.filter(([orderId, { status }]) => {
      const ledger = ledgerOutcomes.get(orderId);
      return ledger !== undefined && ledger.openCases > 0 && ledger.status !== status;
    }).length,
    rowByOrderId,
  };
};

/** A retry in the other region is the same update: one key, counted once. */
const acknowledgedKeys = (answers: InspectRows['answers']): Map<string, Set<string>> => {
  const keys = new Map<string, Set<string>>();
  for (const [{ orderId, idempotencyKey }, { kind }] of answers)
    if (kind !== 'refused') keys.set(orderId, (keys.get(orderId) ?? new Set()).add(idempotencyKey));
  return keys;
};

type RowSummary = Pick<MutableOrderRow, 'status' | 'money' | 'commandKeys' | 'updatedAt' | 'updatedAtRegion'>;

const readRows = async (orders: LastWriterWinsOrders, region: string): Promise<Map<string, RowSummary>> => {
  const rows = new Map<string, RowSummary>();
  for await (const { orderId, status, money, commandKeys, updatedAt, updatedAtRegion } of orders.all(region))
    rows.set(orderId, { status, money, commandKeys, updatedAt, updatedAtRegion });
  return rows;
};

const sameRows = (rows: ReadonlyMap<string, RowSummary>, others: ReadonlyMap<string, RowSummary>): boolean =>
  rows.size === others.size &&
  [...rows].every(([orderId, row]) => {
    const other = others.get(orderId);
    return (
      other?.updatedAt === row.updatedAt && other.updatedAtRegion === row.updatedAtRegion && other.status === row.status
    );
  });
