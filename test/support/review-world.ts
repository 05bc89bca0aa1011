/** A world in which people decide cases, and what its callers see of that. */
import type { Region, World } from '../../infra/world/world-types.ts';
import { placed } from './builders/retail-drafts.ts';
import { createHttpOrderApi, type HttpOrderApi } from './http-order-api.ts';
import type { Reply } from './order-api-client.ts';
import { shopGrant, streamOf } from './world-client.ts';
import { secondsUntil } from './write-plan-world.ts';

/** Whoever works with the cases of one region. */
export interface Desk {
  readonly region: Region;
  readonly name: string;
  readonly api: HttpOrderApi;
  readonly place: (orderId: string) => Promise<void>;
  readonly decide: (orderId: string, type: string, data?: object) => Promise<void>;
  /** With its source. */
  readonly record: (orderId: string, type: string, source: string, data?: object) => Promise<void>;
  readonly order: (orderId: string) => Promise<Reply>;
  readonly show: (caseId: string) => Promise<Reply>;
  readonly resolve: (caseId: string, key: string, body: Decision, headers?: Record<string, string>) => Promise<Reply>;
  /** Of the region's view of the order: ids of cases that wait for a person. */
  readonly openCases: (orderId: string) => Promise<readonly string[]>;
  /** Of the case, where the region's ledger and its review agree; undefined where they do not yet, or know of none. */
  readonly state: (caseId: string) => Promise<string | undefined>;
  /** What the region's bus has said of the case, each once, in the order in which it was said first. */
  readonly said: (caseId: string) => readonly string[];
  /** Workflows of the case that run here. */
  readonly running: (caseId: string) => readonly string[];
}

export interface Decision {
  readonly outcome: { readonly status?: string; readonly fields?: Readonly<Record<string, unknown>> };
  readonly reason: string;
}

export const openDesks = async (world: World): Promise<readonly Desk[]> => {
  const token = await world.issueToken(shopGrant);
  return world.regions.map((region) => openDesk(region, token));
};

const openDesk = (region: Region, token: string): Desk => {
  const api = createHttpOrderApi(region.apiUrl, { token });
  let commands = 0;
  const post = async (path: string, body: object): Promise<void> => {
    const reply = await api.post(path, `${region.name}-${++commands}-${path}`, body);
    if (reply.status !== 201) throw new Error(`${path}: ${reply.status} ${JSON.stringify(reply.body)}`);
  };
  const show: Desk['show'] = (caseId) => api.get(`/cases/${caseId}`);
  return {
    region,
    name: region.name,
    api,
    place: (orderId) => post('/orders', { orderId, ...placed().data }),
    decide: (orderId, type, data = {}) => post(`/orders/${orderId}/decisions`, { type, data }),
    record: (orderId, type, source, data = {}) => post(`/orders/${orderId}/facts`, { type, source, data }),
    order: (orderId) => api.get(`/orders/${orderId}`),
    show,
    resolve: (caseId, key, body, headers = {}) => api.post(`/cases/${caseId}/resolution`, key, body, { headers }),
    openCases: async (orderId) => {
      const view = await region.loadView(streamOf(orderId));
      const { caseStates = {} } = (view?.row ?? {}) as { readonly caseStates?: CaseStates };
      return [...(caseStates.review ?? []), ...(caseStates.illegal ?? [])];
    },
    state: async (caseId) => {
      const reply = await show(caseId);
      const { state, life } = reply.status === 200 ? reply.body : {};
      return life?.state === state ? (state as string | undefined) : undefined;
    },
    said: (caseId) => [
      ...new Set((region.recentAlerts() as readonly Said[]).flatMap((it) => (it.caseid === caseId ? [it.type] : []))),
    ],
    running: (caseId) => region.runningReviews().filter((name) => name.startsWith(caseId)),
  };
};

interface Said {
  readonly type: string;
  readonly caseid?: string;
}

interface CaseStates {
  readonly review?: readonly string[];
  readonly illegal?: readonly string[];
}

/** The case that the region's view of the order has, once there is one. */
export const untilCase = async (desk: Desk, orderId: string): Promise<string> => {
  let found: string | undefined;
  await secondsUntil(
    `a case of ${orderId} in ${desk.name}`,
    async () => {
      [found] = await desk.openCases(orderId);
      return found !== undefined;
    },
    30,
  );
  return found as string;
};

export const untilState = async (desk: Desk, caseId: string, state: string, secondsMax = 30): Promise<void> => {
  await secondsUntil(
    `the case ${caseId} ${state} in ${desk.name}`,
    async () => (await desk.state(caseId)) === state,
    secondsMax,
  );
};
