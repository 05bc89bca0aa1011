/**
 * An order and what explains it, as one region has them, kept up to date. What changes is noticed by one cheap request, the
 * order's state: only where that says something else, the rest is asked for.
 */
import { useEffect, useRef } from 'preact/hooks';
import type { OrderState } from '../../../ledger/order-state.ts';
import { type Resource, useResource } from '../live/use-resource.ts';
import { concernsOrder } from '../model/changes.ts';
import { cutSize, readWindowEnd } from '../model/entry-window.ts';
import { orderRestMs } from '../model/tick-pace.ts';
import { usePlace } from '../place.ts';
import { type OrderDetails, readOrderDetails } from './read-order-details.ts';

export interface ShownOrder {
  readonly state: Resource<OrderState>;
  readonly details: Resource<OrderDetails>;
}

/** `upTo` is where the window of entries ends, as the address has it; empty for the newest. */
export const useOrder = (orderId: string, upTo: string): ShownOrder => {
  const { api, session } = usePlace();
  const concerns = concernsOrder(session.tenant, orderId);
  const state = useResource<OrderState>({
    key: `${api.region} ${orderId}`,
    load: (signal) => api.readOrder(orderId, signal),
    concerns,
    restMs: ({ cut }) => orderRestMs(cutSize(cut)),
  });
  const details = useResource<OrderDetails>({
    key: `${api.region} ${orderId} ${upTo}`,
    load: (signal) => readOrderDetails(api, orderId, readWindowEnd(upTo), signal),
    concerns,
    // The state says when.
    restMs: () => Number.POSITIVE_INFINITY,
  });
  useRefreshWhenOther(state.value && `${state.value.token} ${state.value.pending}`, details.refresh);
  return { state, details: useKept(api.region, asCurrentAs(state, details)) };
};

/** For as long as the state is the one that they explain, the details are no older than it. */
const asCurrentAs = (state: Resource<OrderState>, details: Resource<OrderDetails>): Resource<OrderDetails> =>
  details.value !== undefined && state.value?.token === details.value.explanation.token
    ? { ...details, loadedAtMs: Math.max(details.loadedAtMs, state.loadedAtMs) }
    : details;

const useRefreshWhenOther = (mark: string | undefined, refresh: () => void): void => {
  const last = useRef<string | undefined>(undefined);
  useEffect(() => {
    if (last.current !== undefined && mark !== undefined && mark !== last.current) refresh();
    last.current = mark ?? last.current;
  }, [mark, refresh]);
};

/** Another window of entries takes the place of the one that is shown when it is there, not before. */
const useKept = <Value>(region: string, resource: Resource<Value>): Resource<Value> => {
  const kept = useRef<{ readonly region: string; readonly resource: Resource<Value> } | undefined>(undefined);
  if (resource.value !== undefined) kept.current = { region, resource };
  if (resource.value !== undefined || kept.current?.region !== region) return resource;
  return { ...kept.current.resource, problem: resource.problem, refresh: resource.refresh };
};
