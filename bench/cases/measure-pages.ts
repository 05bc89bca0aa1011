/** How long pages of the lists take, as a client of the order API sees it: over HTTP, with a token, one request at a time. */
import type { OrderApiClient } from '../../test/support/order-api-client.ts';
import { quantile } from '../append/quantile.ts';

export interface MeasuredPage {
  readonly name: string;
  /** Items of the page. */
  readonly items: number;
  readonly p50Ms: number;
  readonly worstMs: number;
}

export interface AskedPage {
  readonly name: string;
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
}

/** In turns, after a round that does not count: whatever else the machine does meets all alike. */
export const measurePages = async (
  api: OrderApiClient,
  pages: readonly AskedPage[],
  rounds: number,
): Promise<readonly MeasuredPage[]> => {
  const measured = pages.map((page) => ({ page, items: 0, tookMs: [] as number[] }));
  for (let round = 0; round <= rounds; round++)
    for (const it of measured) {
      const startedAtMs = performance.now();
      it.items = (await readPage(api, it.page.path, it.page.query)).items;
      if (round > 0) it.tookMs.push(performance.now() - startedAtMs);
    }
  return measured.map(({ page: { name }, items, tookMs }) => ({
    name,
    items,
    p50Ms: quantile(tookMs, 0.5),
    worstMs: Math.max(...tookMs),
  }));
};

export interface Walk {
  readonly pages: number;
  readonly items: number;
  readonly ms: number;
  /** Of the last page; undefined where there is only one. */
  readonly lastCursor: string | undefined;
}

export const walkPages = async (api: OrderApiClient, { path, query }: AskedPage): Promise<Walk> => {
  const startedAtMs = performance.now();
  let [pages, items] = [0, 0];
  let lastCursor: string | undefined;
  for (let cursor: string | undefined; ; ) {
    const page = await readPage(api, path, { ...query, ...(cursor !== undefined && { cursor }) });
    pages += 1;
    items += page.items;
    if (page.cursor === undefined) return { pages, items, ms: performance.now() - startedAtMs, lastCursor };
    cursor = page.cursor;
    lastCursor = cursor;
  }
};

const readPage = async (api: OrderApiClient, path: string, query: AskedPage['query']) => {
  const { status, body } = await api.get(path, { query: { ...query } });
  if (status !== 200) throw new Error(`${path} was answered ${status}: ${JSON.stringify(body)}`);
  return { items: (body.cases ?? body.orders).length as number, cursor: body.cursor as string | undefined };
};
