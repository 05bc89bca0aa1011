/**
 * A region's views table: the rows and totals of every generation, as they lie there.
 */
import { canonicalJson } from '../../../domain/ledger/entry-hash.ts';
import type { StoredView, Totals } from '../../../domain/ports/view-store.ts';
import type { OrderView } from '../../../projections/views/order-view.ts';

export interface ViewRow {
  readonly view: StoredView<OrderView>;
  /** Canonical JSON of what cut and version decide: two rows that agree in those are equal text. */
  readonly text: string;
}

export interface RowChange {
  readonly generation: string;
  readonly stream: string;
  /** Undefined for a row that was removed. */
  readonly row: ViewRow | undefined;
  readonly before: ViewRow | undefined;
}

/** Unconditional: conditions are the store's. */
export interface ViewTables {
  readonly get: (generation: string, stream: string) => ViewRow | undefined;
  readonly rows: (generation: string) => ReadonlyMap<string, ViewRow>;
  /** By tenant. */
  readonly totals: (generation: string) => ReadonlyMap<string, Totals>;
  /** Row, and the difference to its tenant's totals. */
  readonly put: (generation: string, view: StoredView<OrderView>) => void;
  /** The totals alone: nobody does that who is in his right mind. */
  readonly addTotals: (generation: string, tenant: string, difference: Totals) => void;
  readonly remove: (generation: string, stream: string) => void;
  readonly removeTotals: (generation: string) => void;
}

interface GenerationTable {
  readonly rows: Map<string, ViewRow>;
  readonly totals: Map<string, Record<string, number>>;
}

export const createViewTables = (onChange: (change: RowChange) => void): ViewTables => {
  const tables = new Map<string, GenerationTable>();
  const tableOf = (generation: string): GenerationTable => {
    const table = tables.get(generation) ?? { rows: new Map(), totals: new Map() };
    tables.set(generation, table);
    return table;
  };

  const addTotals = (generation: string, tenant: string, difference: Totals): void => {
    const { totals } = tableOf(generation);
    const ofTenant = totals.get(tenant) ?? {};
    for (const [name, amount] of Object.entries(difference)) ofTenant[name] = (ofTenant[name] ?? 0) + amount;
    totals.set(tenant, ofTenant);
  };

  return {
    get: (generation, stream) => tables.get(generation)?.rows.get(stream),
    rows: (generation) => tables.get(generation)?.rows ?? noRows,
    totals: (generation) => tables.get(generation)?.totals ?? noTotals,
    addTotals,
    put: (generation, view) => {
      const { rows } = tableOf(generation);
      const before = rows.get(view.stream);
      const row = { view, text: viewText(view) };
      rows.set(view.stream, row);
      addTotals(generation, view.listing.tenant, differenceOf(view.contribution, before?.view.contribution));
      onChange({ generation, stream: view.stream, row, before });
    },
    remove: (generation, stream) => {
      const before = tables.get(generation)?.rows.get(stream);
      if (!before) return;
      tables.get(generation)?.rows.delete(stream);
      onChange({ generation, stream, row: undefined, before });
    },
    removeTotals: (generation) => tables.get(generation)?.totals.clear(),
  };
};

const noRows: ReadonlyMap<string, ViewRow> = new Map();
const noTotals: ReadonlyMap<string, Totals> = new Map();

export const viewText = ({ row, listing, contribution }: StoredView<OrderView>): string => {
  const text = texts.get(row) ?? canonicalJson({ row, listing, contribution });
  texts.set(row, text);
  return text;
};

/** One fold's row goes into several generations, and twice where something is unsaid. */
const texts = new WeakMap<OrderView, string>();

export const differenceOf = (after: Totals, before: Totals = {}): Totals => {
  const difference: Record<string, number> = { ...after };
  for (const [name, amount] of Object.entries(before)) difference[name] = (difference[name] ?? 0) - amount;
  return difference;
};
