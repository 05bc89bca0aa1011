/**
 * Asks a region for what it takes to explain an order: the fold's choices, and the entries of one window. That is a handful
 * of requests, however long the order is.
 */
import { type Cut, coversEntry } from '../../../../domain/ledger/cut.ts';
import type { Entry } from '../../../../domain/ledger/entry.ts';
import { parsePosition } from '../../../../domain/ledger/position.ts';
import type { OrderExplanation } from '../../../order-api/order-explanation.ts';
import type { OrderApi } from '../api/order-api.ts';
import { unionOfCuts } from '../model/compare-regions.ts';
import {
  cutSize,
  type EntryWindow,
  type PartRange,
  partRanges,
  takeWindow,
  windowEntriesMax,
} from '../model/entry-window.ts';

export interface OrderDetails {
  readonly explanation: OrderExplanation;
  readonly window: EntryWindow<Entry>;
  /** Those that wait for a predecessor, as far as they were read: with the newest window only. */
  readonly pending: readonly Entry[];
}

/** `windowEnd` is undefined for the newest entries. Throws Problem. */
export const readOrderDetails = async (
  api: Pick<OrderApi, 'explainOrder' | 'readEntries'>,
  orderId: string,
  windowEnd: Cut | undefined,
  signal: AbortSignal,
): Promise<OrderDetails> => {
  const explanation = await api.explainOrder(orderId, signal);
  const upTo = windowEnd ?? explanation.cut;
  const end = windowEnd ?? unionOfCuts([explanation.cut, ...explanation.pending.flatMap(cutAt)]);
  // An order that fits is read from its beginning, as it stands.
  const ranges: readonly Range[] = cutSize(end) <= windowEntriesMax ? [wholeOrder] : partRanges(upTo, end);
  const parts = await Promise.all(ranges.map((range) => readRange(api, orderId, range, signal)));
  const entries = parts.flat();
  const pending = windowEnd ? [] : entries.filter((entry) => !coversEntry(explanation.cut, entry));
  return { explanation, window: takeWindow(entries, upTo), pending };
};

const cutAt = ({ position }: { readonly position: string }): Cut[] => {
  const { writer, seq } = parsePosition(position) ?? {};
  return writer === undefined || seq === undefined ? [] : [{ [writer]: seq }];
};

type Range = Pick<PartRange, 'after'> & Partial<PartRange>;

const wholeOrder: Range = { after: undefined };

/** Of 2 MB and 100 entries at most, each: as many as a window and as much again that waits. */
const pagesMax = 5;

const readRange = async (
  api: Pick<OrderApi, 'explainOrder' | 'readEntries'>,
  orderId: string,
  { after: start, writer, lastSeq = Number.POSITIVE_INFINITY }: Range,
  signal: AbortSignal,
): Promise<readonly Entry[]> => {
  const found: Entry[] = [];
  let after = start;
  for (let pages = 0; pages < pagesMax; pages++) {
    const page = await api.readEntries(orderId, { after, limit: '100' }, signal);
    const wanted = page.entries.filter(({ position }) => {
      const at = parsePosition(position);
      return writer === undefined || (at?.writer === writer && at.seq <= lastSeq);
    });
    found.push(...wanted);
    after = page.nextAfter;
    const isBeyond = writer !== undefined && wanted.length < page.entries.length && found.length > 0;
    if (after === undefined || isBeyond) break;
  }
  return found;
};
