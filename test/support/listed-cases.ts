/** Orders with cases that wait, what a region remembers of them, and its list of cases, page by page, over the order API. */
import type { Entry } from '../../domain/ledger/entry.ts';
import { beginCaseLife, type CaseLifeEvent, stepCaseLife } from '../../domain/review/case-life.ts';
import { createLiveViews } from '../../projections/read-models/live-views.ts';
import { createCaseLives } from '../../services/review/case-lives.ts';
import { createLedger } from './builders/ledger-builder.ts';
import { cancelled, delivered, packed, paid, placed, shipped } from './builders/retail-drafts.ts';
import { createTestApi, startMs } from './order-api-client.ts';
import { createProjectedRegion } from './projected-orders.ts';

const ledgerOf = (order: number, tenant = 'acme') =>
  createLedger({ stream: `order/${tenant}/${1000 + order}`, startMs: startMs + order * 60_000, seed: order });

/** Shipped in one region and cancelled in the other. */
export const disputed = (order: number, tenant?: string): readonly Entry[] => {
  const ledger = ledgerOf(order, tenant);
  const [us, eu] = [ledger.at('us-east-1'), ledger.at('eu-west-1')];
  us.append([placed(), paid()]);
  ledger.replicateAll();
  us.append([packed(), shipped()]);
  eu.append(cancelled());
  return ledger.entries();
};

/** Reported delivered so many times, and never sent. */
export const early = (order: number, times: number): readonly Entry[] => {
  const us = ledgerOf(order).at('us-east-1');
  us.append(placed());
  return [...us.entries(), ...Array.from({ length: times }, () => us.append(delivered()))];
};

export type ListedCaseText = { readonly caseId: string; readonly orderId: string; readonly state: string };
export type Query = Readonly<Record<string, string>>;

export const createListedCases = async (entries: readonly Entry[]) => {
  const region = await createProjectedRegion(entries);
  const lives = createCaseLives(region.controlStore);
  const api = createTestApi(region.eventStore, { views: createLiveViews(region), lives });
  const remember = async (entry: Entry, atMs: number, events: readonly CaseLifeEvent[]) => {
    const { id: caseId, stream, position, region: acceptedIn } = entry;
    const before = await lives.read({ stream, caseId });
    let life = before.life ?? beginCaseLife({ caseId, stream, position, acceptedIn }, atMs);
    for (const event of events) life = stepCaseLife(life, event, atMs) ?? life;
    await lives.replace(life, before.revision);
  };
  const list = async (query: Query = {}) => {
    const reply = await api.get('/cases', { query });
    if (reply.status !== 200) throw new Error(`answered ${reply.status}: ${JSON.stringify(reply.body)}`);
    return reply.body as { readonly cases: readonly ListedCaseText[]; readonly cursor?: string };
  };
  /** From the first to the last. */
  const pages = async (query: Query): Promise<readonly (readonly ListedCaseText[])[]> => {
    const found: (readonly ListedCaseText[])[] = [];
    for (let cursor: string | undefined; ; ) {
      const page = await list({ ...query, ...(cursor !== undefined && { cursor }) });
      found.push(page.cases);
      cursor = page.cursor;
      if (cursor === undefined) return found;
    }
  };
  return { api, lives, region, remember, list, pages };
};
