/** One order: how it stands here and elsewhere, what was written where and who knew of what, and what the fold made of it. */
import { useMemo } from 'preact/hooks';
import { ResourceView } from '../components/resource-view.tsx';
import type { Query } from '../model/route.ts';
import { usePlace } from '../place.ts';
import { EntriesSection } from './entries-section.tsx';
import { HistorySection } from './history-section.tsx';
import { OrderFields } from './order-fields.tsx';
import { OrderHead } from './order-head.tsx';
import { OrderNow } from './order-now.tsx';
import { OrderRegions } from './order-regions.tsx';
import { createScene, SceneContext } from './order-scene.ts';
import { RemarksSection } from './remarks-section.tsx';
import { SequenceSection } from './sequence-section.tsx';
import { useOrder } from './use-order.ts';

export interface OrderPageProps {
  readonly orderId: string;
  readonly query: Query;
}

export const OrderPage = ({ orderId, query }: OrderPageProps) => {
  const { api, config } = usePlace();
  const { upTo = '', entry } = query;
  const { state, details } = useOrder(orderId, upTo);
  const { value } = details;
  // No region has to be asked about what cannot be an order.
  const isNoId = state.value === undefined && state.problem?.status === 400;
  const regions = useMemo(() => config.regions.map(({ name }) => name), [config]);
  const scene = useMemo(
    () => value && createScene({ orderId, upTo, details: value, regions }),
    [orderId, upTo, value, regions],
  );
  // Walking along the entries is quick because this stays.
  const account = useMemo(
    () =>
      scene && (
        <>
          <HistorySection />
          <RemarksSection />
          <SequenceSection />
        </>
      ),
    [scene],
  );
  return (
    <>
      <OrderHead orderId={orderId} state={state.value} />
      <div class="order-top">
        <section class="card" aria-labelledby="now-title">
          <h2 id="now-title">As {api.region} has it now</h2>
          <ResourceView resource={state} what={`the order as ${api.region} has it`}>
            {(order) => <OrderNow order={order} />}
          </ResourceView>
        </section>
        {state.value && <OrderFields order={state.value} />}
        {!isNoId && <OrderRegions orderId={orderId} state={state} />}
      </div>
      {state.value !== undefined && !scene && (
        <ResourceView resource={details} what="its entries and their explanation">
          {() => null}
        </ResourceView>
      )}
      {scene && (
        <SceneContext.Provider value={scene}>
          <EntriesSection chosen={entry} resource={details} />
          {account}
        </SceneContext.Provider>
      )}
    </>
  );
};
