import { describe, expect, it } from 'vitest';
import type { Entry } from '../../../domain/ledger/entry.ts';
import { createInMemoryEventStore } from '../../../infra/in-memory/in-memory-event-store.ts';
import { cutSize } from '../../../services/dashboard/page/model/entry-window.ts';
import { readOrderDetails } from '../../../services/dashboard/page/orders/read-order-details.ts';
import { sha256 } from '../../support/builders/ledger-builder.ts';
import { longOrder } from '../../support/builders/long-orders.ts';
import { createTestApi } from '../../support/order-api-client.ts';

const { signal } = new AbortController();
const [us, eu] = ['us-east-1', 'eu-west-1'] as const;

/** A region's API that holds the entries; counts what it is asked. */
const holding = (entries: readonly Entry[]) => {
  const eventStore = createInMemoryEventStore({ sha256 });
  for (const entry of entries) eventStore.replicate(entry);
  const client = createTestApi(eventStore);
  const asked: string[] = [];
  const get = async (path: string, query: Readonly<Record<string, string | undefined>> = {}) => {
    asked.push(path);
    const given = Object.entries(query).filter((pair): pair is [string, string] => pair[1] !== undefined);
    return (await client.get(path, { query: Object.fromEntries(given) })).body;
  };
  return {
    asked,
    explainOrder: (orderId: string) => get(`/orders/${orderId}/explanation`),
    readEntries: (orderId: string, query: Readonly<Record<string, string | undefined>>) =>
      get(`/orders/${orderId}/entries`, query),
  };
};

const ids = (entries: readonly Entry[]): readonly string[] => entries.map(({ id }) => id);

describe('the details of an order', () => {
  it('are all entries of an order that fits, read from its beginning', async () => {
    const entries = longOrder('short', 150);
    const api = holding(entries);
    const { window, pending, explanation } = await readOrderDetails(api, 'short', undefined, signal);

    expect(ids(window.entries)).toEqual(ids(entries));
    expect(cutSize(window.before)).toBe(0);
    expect(pending).toEqual([]);
    expect(explanation.history).toHaveLength(150);
    expect(api.asked).toHaveLength(3);
  });

  it('are the newest entries of a long order and then those before, in a few requests each', async () => {
    const entries = longOrder('long', 500);
    const api = holding(entries);
    const newest = await readOrderDetails(api, 'long', undefined, signal);

    expect(ids(newest.window.entries)).toEqual(ids(entries.slice(300)));
    expect(newest.window.before).toEqual({ [us]: 150, [eu]: 150 });
    expect(api.asked.length).toBeLessThan(8);

    const earlier = await readOrderDetails(api, 'long', newest.window.before, signal);
    expect(ids(earlier.window.entries)).toEqual(ids(entries.slice(100, 300)));
  });

  it('are with the newest entries those that wait for one that is missing, too', async () => {
    const entries = longOrder('gap', 300);
    const missing = entries[290];
    const api = holding(entries.filter((entry) => entry !== missing));
    const { window, pending, explanation } = await readOrderDetails(api, 'gap', undefined, signal);

    expect(ids(window.entries)).toEqual(ids(entries.slice(90, 290)));
    expect(ids(pending).toSorted()).toEqual(ids(entries.slice(291)));
    expect(explanation.pending).toHaveLength(9);
    const earlier = await readOrderDetails(api, 'gap', window.before, signal);
    expect(earlier.pending).toEqual([]);
  });
});
