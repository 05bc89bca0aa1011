import { describe, expect, it } from 'vitest';
import { fold } from '../../../domain/fold/fold.ts';
import { retail } from '../../../domain/lifecycle/retail.ts';
import { createInMemoryViews } from '../../../infra/in-memory/in-memory-view-store.ts';
import { type SweepDeps, sweepStreams } from '../../../projections/repair/sweep-streams.ts';
import { foldedToOrderView, type OrderView } from '../../../projections/views/order-view.ts';
import { createLedger } from '../../support/builders/ledger-builder.ts';
import { paid, placed } from '../../support/builders/retail-drafts.ts';
import { createTamperableLedger } from '../../support/tamperable-ledger.ts';

const writeOrder = (orderId: string) => {
  const us = createLedger({ stream: `order/acme/${orderId}` }).at('us-east-1');
  return [us.append(placed()), us.append(paid(9980))] as const;
};

const toView = (entries: Parameters<typeof fold>[0]) =>
  foldedToOrderView(fold(entries, retail), { version: '1', foldedAtMs: 1 });

const start = async () => {
  const [complete, behind, unseen] = ['complete', 'behind', 'unseen'].map(writeOrder) as [
    ReturnType<typeof writeOrder>,
    ReturnType<typeof writeOrder>,
    ReturnType<typeof writeOrder>,
  ];
  const openViews = createInMemoryViews<OrderView>();
  const live = openViews('g0001');
  await live.replace({ view: toView(complete), over: undefined });
  await live.replace({ view: toView([behind[0]]), over: undefined });
  const projected: string[] = [];
  const sweep = (more: Partial<SweepDeps> = {}) =>
    sweepStreams({
      eventStore: createTamperableLedger([...complete, ...behind, ...unseen]).eventStore,
      views: [live],
      project: async (stream) => void projected.push(stream),
      onProgress: () => undefined,
      ...more,
    });
  return { sweep, projected, openViews };
};

describe('sweep streams', () => {
  it('projects the orders whose row lacks an entry, or that have none, and no others', async () => {
    const { sweep, projected } = await start();
    expect(await sweep()).toEqual({ streams: 3, behind: 2, failures: [] });
    expect(projected.sort()).toEqual(['order/acme/behind', 'order/acme/unseen']);
  });

  it('asks every generation that is fed', async () => {
    const { sweep, projected, openViews } = await start();
    await sweep({ views: [openViews('g0001'), openViews('g0002')] });
    expect(projected).toHaveLength(3);
  });

  it('tells which orders failed, and goes on', async () => {
    const { sweep } = await start();
    const swept = await sweep({ project: async (stream) => Promise.reject(new Error(stream)) });
    expect(swept.behind).toBe(2);
    expect(swept.failures.map(({ stream }) => stream).sort()).toEqual(['order/acme/behind', 'order/acme/unseen']);
  });

  it('tells how far it is, and ends where it is told to', async () => {
    const { sweep } = await start();
    const told: number[] = [];
    await sweep({ onProgress: ({ streams }) => void told.push(streams) });
    expect(told).toEqual([1, 2, 3]);
    const stop = () => {
      throw new Error('stopped');
    };
    await expect(sweep({ onProgress: stop })).rejects.toThrow('stopped');
  });
});
