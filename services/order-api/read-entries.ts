/**
 * `GET /orders/{id}/entries`: the stored entries, in order of position, page by page, for audits and for other readers
 * that fold themselves. A page is bounded in number and in bytes, since one entry may be large. With a token, the order as
 * a whole is here up to that, and the page is cut from it.
 */
import { Buffer } from 'node:buffer';
import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import type { Entry } from '../../domain/ledger/entry.ts';
import { entryBody } from '../../domain/ledger/entry-hash.ts';
import type { Consistency } from '../../domain/ledger/position.ts';
import { parsePosition } from '../../domain/ledger/position.ts';
import { orderStream } from '../../domain/ledger/stream-name.ts';
import type { DamagedItem, LoadedStream } from '../../domain/ports/event-store.ts';
import { type Covering, loadCovering } from '../ledger/load-covering.ts';
import { readWhatIsHere } from '../ledger/read-what-is-here.ts';
import { type Answer, answerOk, answerProblem, readHeader, tokenHeader } from './http-answer.ts';
import type { OrderApiDeps } from './order-api-deps.ts';
import { readPageLimit } from './page-limit.ts';
import { readDemand } from './read-wait.ts';
import { type ApiRequest, type Read, read, refuse } from './request.ts';
import { readPathOrderId } from './take-command.ts';

/** A Lambda may answer with 6 MB, in which the body stands as a string: escaped, it may be twice as long. */
const pageBytesMax = 2 * 1024 * 1024;

export const readEntries =
  (deps: OrderApiDeps) =>
  async (apiRequest: ApiRequest): Promise<Answer> => {
    const { event, caller } = apiRequest;
    const orderId = readPathOrderId(event);
    if (orderId.kind === 'refused') return answerProblem(orderId.refusal);
    const query = readPageQuery(event);
    if (query.kind === 'refused') return answerProblem(query.refusal);
    const demand = readDemand(apiRequest, deps);
    if (demand.kind === 'refused') return answerProblem(demand.refusal);
    const stream = orderStream({ tenant: caller.tenant, orderId: orderId.value });
    // Only who asks for it pays for more than the page.
    const known = demand.value.after && (await loadCovering(deps, stream, demand.value));
    if (known?.kind === 'not-covered') return answerProblem(known);
    const { page, consistency } = known ? await cutPage(known, query.value) : await readPage(deps, stream, query.value);
    if (isEmpty(page) && query.value.after === undefined) return answerProblem({ kind: 'unknown-order' });
    return answerOk(page, { ...(known && tokenHeader(known.folded.cut)), ...readHeader(consistency) });
  };

interface PageQuery {
  readonly after: string | undefined;
  readonly limit: number;
}

export interface EntriesPage {
  readonly entries: readonly Entry[];
  readonly damaged: readonly DamagedItem[];
  /** `after` of the next page; absent on the last. */
  readonly nextAfter?: string;
}

const readPageQuery = (event: APIGatewayProxyEventV2): Read<PageQuery> => {
  const limit = readPageLimit(event);
  if (limit.kind === 'refused') return limit;
  const { after } = event.queryStringParameters ?? {};
  if (after !== undefined && !parsePosition(after))
    return refuse({ kind: 'invalid-query', name: 'after', detail: 'A position, such as us-east-1/0000000007.' });
  return read({ after, limit: limit.value });
};

type Item =
  | { readonly entry: Entry; readonly position: string }
  | { readonly damaged: DamagedItem; readonly position: string };

interface ReadPage {
  readonly page: EntriesPage;
  readonly consistency: Consistency;
}

const cutPage = async ({ loaded, read }: Covered, { after = '', limit }: PageQuery): Promise<ReadPage> => {
  const isNext = ({ position }: { readonly position: string }): boolean => position > after;
  const rest = { entries: loaded.entries.filter(isNext), damaged: loaded.damaged.filter(isNext) };
  return { page: await collectPage([rest], limit), consistency: read };
};

type Covered = Extract<Covering, { readonly kind: 'covered' }>;

/** Asks for one item more than the page holds, to know whether there is a next page. */
const readPage = async (
  { eventStore, consistency }: Pick<OrderApiDeps, 'eventStore' | 'consistency'>,
  stream: string,
  { after, limit }: PageQuery,
): Promise<ReadPage> => {
  const range = { ...(after !== undefined && { after }), limit: limit + 1 };
  const { found: page, fault } = await readWhatIsHere(consistency, (reading) =>
    collectPage(eventStore.readPages(stream, { ...range, consistency: reading }), limit),
  );
  if (fault && isEmpty(page) && after === undefined) throw fault;
  return { page, consistency: fault ? 'eventual' : 'strong' };
};

const isEmpty = ({ entries, damaged }: EntriesPage): boolean => entries.length === 0 && damaged.length === 0;

const collectPage = async (
  pages: AsyncIterable<LoadedStream> | readonly LoadedStream[],
  limit: number,
): Promise<EntriesPage> => {
  const items: Item[] = [];
  let bytes = 0;
  for await (const { entries, damaged } of pages) {
    const next = [
      ...entries.map((entry): Item => ({ entry, position: entry.position })),
      ...damaged.map((it): Item => ({ damaged: it, position: it.position })),
    ].sort((left, right) => (left.position < right.position ? -1 : 1));
    for (const item of next) {
      if (items.length === limit || (bytes > pageBytesMax && items.length > 0)) return toPage(items, true);
      items.push(item);
      if ('entry' in item) bytes += Buffer.byteLength(entryBody(item.entry));
    }
  }
  return toPage(items, false);
};

const toPage = (items: readonly Item[], hasMore: boolean): EntriesPage => {
  const last = items.at(-1);
  return {
    entries: items.flatMap((item) => ('entry' in item ? [item.entry] : [])),
    damaged: items.flatMap((item) => ('damaged' in item ? [item.damaged] : [])),
    ...(hasMore && last && { nextAfter: last.position }),
  };
};
