/**
 * The view store port of one region, with the rule of the adapters: no row goes back. Each request is an I/O step.
 */
import { type Cut, coversCut } from '../../../domain/ledger/cut.ts';
import { canonicalJson } from '../../../domain/ledger/entry-hash.ts';
import type { PutViewResult, StoredView, ViewStore } from '../../../domain/ports/view-store.ts';
import type { OrderView } from '../../../projections/views/order-view.ts';
import type { Request } from './faulty-requests.ts';

/** A row as it lies in the table. */
export interface ViewRow {
  readonly cut: Cut;
  /** Canonical JSON. */
  readonly row: string;
}

export interface ViewTable {
  readonly get: (stream: string) => ViewRow | undefined;
  /** Unconditional: what the condition guards. */
  readonly overwrite: (view: StoredView<OrderView>) => void;
}

export const createViewTable = (
  onChange: (stream: string, row: ViewRow, before: ViewRow | undefined) => void,
): ViewTable => {
  const rows = new Map<string, ViewRow>();
  return {
    get: (stream) => rows.get(stream),
    overwrite: ({ stream, cut, row }) => {
      const before = rows.get(stream);
      const after = { cut, row: canonicalJson(row) };
      rows.set(stream, after);
      onChange(stream, after, before);
    },
  };
};

export type ViewPutPort = Pick<ViewStore<OrderView>, 'put'>;

export interface SimulatedViewStoreDeps {
  readonly table: ViewTable;
  readonly onRefused: () => void;
}

export const createSimulatedViewStore = (deps: SimulatedViewStoreDeps, request: Request): ViewPutPort => ({
  put: (view) => request('put view', () => putIfCovering(view, deps)),
});

const putIfCovering = (view: StoredView<OrderView>, { table, onRefused }: SimulatedViewStoreDeps): PutViewResult => {
  const standing = table.get(view.stream);
  if (standing && !coversCut(view.cut, standing.cut)) {
    onRefused();
    return { kind: 'behind', storedCut: standing.cut };
  }
  table.overwrite(view);
  return { kind: 'stored' };
};
