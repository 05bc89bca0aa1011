/** Every region's own word on how it stands, each asked by itself, so that a slow one holds up no other. */
import type { TotalsAnswer } from '../../../order-api/read-totals.ts';
import type { TrafficAnswer } from '../../../order-api/read-traffic.ts';
import type { OrderApi } from '../api/order-api.ts';
import { Problem } from '../api/problem.ts';
import { type Resource, useResource } from '../live/use-resource.ts';
import type { Change } from '../model/changes.ts';
import { type RegionReading, reachOf, type Standing } from '../model/region-reading.ts';
import { usePlace } from '../place.ts';

export interface WatchedRegion extends RegionReading {
  readonly standingResource: Resource<Standing | null>;
  /** Null where the deployment does not count it. */
  readonly traffic: Resource<TrafficAnswer | null>;
  readonly totals: Resource<TotalsAnswer>;
}

export const useRegions = (): readonly WatchedRegion[] => {
  const { apis } = usePlace();
  // As many as the configuration names, always in its order: so the hooks come in one order, too.
  return apis.map(useRegion);
};

const useRegion = (api: OrderApi): WatchedRegion => {
  const { region } = api;
  const standing = useResource<Standing | null>({
    key: `standing ${region}`,
    load: (signal) => orNone(readStanding(api, signal)),
    concerns: isTick,
  });
  const traffic = useResource<TrafficAnswer | null>({
    key: `traffic ${region}`,
    load: (signal) => orNone(api.readTraffic(signal)),
    concerns: isTick,
  });
  const totals = useResource<TotalsAnswer>({
    key: `totals ${region}`,
    load: (signal) => api.readTotals(signal),
    concerns: (change) => isTick(change) || change.region === region,
  });
  return { region, reach: reachOf(standing), standing: standing.value, standingResource: standing, traffic, totals };
};

const isTick = (change: Change): change is Extract<Change, { readonly kind: 'tick' }> => change.kind === 'tick';

const readStanding = async (api: OrderApi, signal: AbortSignal): Promise<Standing> => {
  const [plan, replication] = await Promise.all([api.readPlan(signal), api.readReplication(signal)]);
  return { plan, replication };
};

const notImplemented = 501;

/** Null where this deployment has no such thing. */
const orNone = async <Value>(asked: Promise<Value>): Promise<Value | null> =>
  asked.catch((error: unknown) => {
    if (error instanceof Problem && error.status === notImplemented) return null;
    throw error;
  });
