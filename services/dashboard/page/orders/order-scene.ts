/** What every part of an order's page may need: its entries as they are shown, what became of each, and the way to each. */
import { createContext } from 'preact';
import { useContext } from 'preact/hooks';
import type { Entry } from '../../../../domain/ledger/entry.ts';
import { type EntryGraph, entryGraph } from '../../../../domain/ledger/entry-graph.ts';
import type { OrderExplanation } from '../../../order-api/order-explanation.ts';
import { type ExplainedEntries, explainEntries } from '../model/entry-outcomes.ts';
import { type EntryWindow, formatWindowEnd, windowEndAround } from '../model/entry-window.ts';
import { orderLanes } from '../model/order-lanes.ts';
import type { Route } from '../model/route.ts';
import type { OrderDetails } from './read-order-details.ts';

export interface OrderScene {
  readonly orderId: string;
  /** Where the window ends, as the address has it. */
  readonly upTo: string;
  readonly explanation: OrderExplanation;
  readonly window: EntryWindow<Entry>;
  /** Of the window, and of what waits beyond it. */
  readonly graph: EntryGraph<Entry>;
  readonly explain: ExplainedEntries;
  /** By id, of all entries of which something is known here. */
  readonly names: ReadonlyMap<string, EntryName>;
  readonly routeTo: (name: Pick<EntryName, 'id' | 'position'>) => Route;
}

export interface EntryName {
  readonly id: string;
  readonly position: string;
  readonly types: readonly string[];
}

export interface SceneInput {
  readonly orderId: string;
  /** Where the window ends, as the address has it. */
  readonly upTo: string;
  readonly details: OrderDetails;
  /** In the order in which they are shown elsewhere. */
  readonly regions: readonly string[];
}

export const createScene = ({ orderId, upTo, details, regions }: SceneInput): OrderScene => {
  const { explanation, window, pending } = details;
  const graph = orderLanes(entryGraph([...window.entries, ...pending]), regions);
  const shown = new Set(graph.nodes.map(({ entry }) => entry.position));
  const names = new Map<string, EntryName>([
    ...explanation.history.map((step) => [step.id, step] as const),
    ...graph.nodes.map(({ entry }) => [entry.id, toName(entry)] as const),
  ]);
  return {
    orderId,
    upTo,
    explanation,
    window,
    graph,
    explain: explainEntries(explanation),
    names,
    routeTo: ({ id, position }) => ({
      page: 'order',
      orderId,
      query: {
        upTo: shown.has(position) ? upTo : formatWindowEnd(windowEndAround(explanation.history, id)),
        entry: position,
      },
    }),
  };
};

const toName = ({ id, position, events }: Entry): EntryName => ({
  id,
  position,
  types: events.map(({ type }) => type),
});

export const SceneContext = createContext<OrderScene | undefined>(undefined);

export const useScene = (): OrderScene => {
  const scene = useContext(SceneContext);
  if (!scene) throw new Error('this part of the page belongs to an order');
  return scene;
};
