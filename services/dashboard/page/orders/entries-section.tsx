/** The entries of an order: drawn, listed, and the chosen one in full. */
import { Staleness } from '../components/resource-view.tsx';
import { Unfold } from '../components/unfold.tsx';
import type { Resource } from '../live/use-resource.ts';
import { EntryDetails } from './entry-details.tsx';
import { EntryLanes } from './entry-lanes.tsx';
import { EntryTable } from './entry-table.tsx';
import { useScene } from './order-scene.ts';
import type { OrderDetails } from './read-order-details.ts';
import { WindowSteps } from './window-steps.tsx';

export interface EntriesSectionProps {
  /** Position of the entry that is shown in full. */
  readonly chosen: string | undefined;
  readonly resource: Resource<OrderDetails>;
}

export const EntriesSection = ({ chosen, resource }: EntriesSectionProps) => {
  const { graph } = useScene();
  return (
    <section class="card" aria-labelledby="entries-title">
      <h2 id="entries-title">Entries</h2>
      <Staleness resource={resource} what="the entries" />
      <WindowSteps />
      {graph.nodes.length > 0 && (
        <>
          <p class="quiet">
            Each region has a lane, and time goes from left to right. A line leads from what an entry had seen to the
            entry; where none does, the two did not know of each other.
          </p>
          <EntryLanes chosen={chosen} />
          <EntryDetails position={chosen} />
          <Unfold title="The same as a list, with what each entry had seen">{() => <EntryTable />}</Unfold>
        </>
      )}
    </section>
  );
};
