/** The lanes of a graph in the order in which the regions are shown everywhere; those of no known region come last. Pure. */
import type { EntryGraph, GraphEntry } from '../../../../domain/ledger/entry-graph.ts';

export const orderLanes = <Item extends GraphEntry>(
  { lanes, nodes, edges }: EntryGraph<Item>,
  regions: readonly string[],
): EntryGraph<Item> => {
  const placeOf = (region: string): number => (regions.includes(region) ? regions.indexOf(region) : regions.length);
  const ordered = lanes.toSorted((left, right) => placeOf(left) - placeOf(right));
  const laneAt = lanes.map((region) => ordered.indexOf(region));
  return { lanes: ordered, nodes: nodes.map((node) => ({ ...node, lane: laneAt[node.lane] ?? node.lane })), edges };
};
