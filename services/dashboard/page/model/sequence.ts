/**
 * An order's entries as a sequence diagram: the regions side by side, time going down. An entry comes to its region from
 * outside; where a region writes something that first knows of another region's entries, a line between the two says so.
 * Pure.
 */
import type { EntryGraph, GraphEntry } from '../../../../domain/ledger/entry-graph.ts';
import { shortPosition } from './short-position.ts';

export type SequenceRow =
  | {
      readonly kind: 'entry';
      readonly lane: number;
      readonly position: string;
      /** Who brought it and what it says. */
      readonly source: string;
      readonly types: readonly string[];
      /** What became of it, where that is not simply that it was accepted. */
      readonly remark: string | undefined;
    }
  | { readonly kind: 'saw'; readonly from: number; readonly to: number; readonly position: string };

export interface Sequence {
  readonly lanes: readonly string[];
  readonly rows: readonly SequenceRow[];
}

export interface SequenceEntry extends GraphEntry {
  readonly source: string;
  readonly events: readonly { readonly type: string }[];
}

export const toSequence = (
  { lanes, nodes, edges }: EntryGraph<SequenceEntry>,
  remarkOf: (position: string) => string | undefined,
): Sequence => {
  const edgesTo = Map.groupBy(edges, ({ to }) => to);
  const rows = nodes.flatMap(({ entry, lane }, index): readonly SequenceRow[] => {
    const { position, source, events } = entry;
    const saw = (edgesTo.get(index) ?? []).flatMap(({ from }): readonly SequenceRow[] => {
      const seen = nodes[from];
      if (!seen || seen.lane === lane) return [];
      return [{ kind: 'saw', from: seen.lane, to: lane, position: seen.entry.position }];
    });
    const types = events.map(({ type }) => type);
    return [...saw, { kind: 'entry', lane, position, source, types, remark: remarkOf(position) }];
  });
  return { lanes, rows };
};

/** A row in one line. */
export const rowText = (row: SequenceRow): string => {
  if (row.kind === 'saw') return `saw ${shortPosition(row.position)}`;
  const remark = row.remark === undefined ? '' : ` (${row.remark})`;
  return `${row.source}: ${row.types.join(', ')}${remark}`;
};
