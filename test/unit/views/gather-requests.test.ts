import { describe, expect, it } from 'vitest';
import { LedgerFault } from '../../../domain/ports/event-store.ts';
import type { OpenViews, Replacement, ViewStore } from '../../../domain/ports/view-store.ts';
import { createInMemoryViews } from '../../../infra/in-memory/in-memory-view-store.ts';
import { gatherRequests } from '../../../projections/views/gather-requests.ts';

const row = (orderId: string): Replacement<string> => ({
  view: {
    stream: `order/acme/${orderId}`,
    cut: { 'us-east-1': 1 },
    version: '0001.0001',
    foldedAtMs: 1,
    listing: { tenant: 'acme', place: orderId, status: 'placed' },
    contribution: { orders: 1 },
    row: orderId,
  },
  over: undefined,
});

/** Each write waits until the test lets it go. */
const gatedViews = () => {
  const openViews = createInMemoryViews<string>();
  const writes: { readonly rows: readonly string[]; readonly go: () => void }[] = [];
  const gated: OpenViews<string> = (generation) => ({
    ...openViews(generation),
    replaceAll: async (replacements) => {
      await new Promise<void>((go) => writes.push({ rows: replacements.map(({ view }) => view.row), go }));
      if (replacements.some(({ view }) => view.row === 'large')) throw new LedgerFault('entry-too-large', 'too large');
      return openViews(generation).replaceAll(replacements);
    },
  });
  return { openViews, gathered: gatherRequests(gated), writes };
};

const turn = () => new Promise((wake) => setImmediate(wake));

describe('gathering replacements', () => {
  it('lets what comes while a write is under way go together with the next, and answers each by itself', async () => {
    const { openViews, gathered, writes } = gatedViews();
    await openViews('g0002').replace(row('d'));
    const handIn = (...names: readonly string[]): ReturnType<ViewStore<string>['replaceAll']> =>
      gathered('g0002').replaceAll(names.map(row));
    const ended = Promise.all([handIn('a'), handIn('b'), handIn('c', 'd'), handIn(), handIn('e')]);
    await turn();
    expect(writes.map(({ rows }) => rows)).toEqual([['a']]);
    writes[0]?.go();
    await turn();
    expect(writes.map(({ rows }) => rows)).toEqual([['a'], ['b', 'c', 'd', 'e']]);
    writes[1]?.go();
    expect(await ended).toEqual([['replaced'], ['replaced'], ['replaced', 'lost'], [], ['replaced']]);
  });

  it('keeps generations apart', async () => {
    const { gathered, writes } = gatedViews();
    const ended = Promise.all(['g0002', 'g0003'].map((name) => gathered(name).replaceAll([row('a')])));
    await turn();
    for (const { go } of writes) go();
    expect(await ended).toEqual([['replaced'], ['replaced']]);
  });

  it('tells only those of a failure whose rows it is about', async () => {
    const { openViews, gathered, writes } = gatedViews();
    const ended = Promise.allSettled(
      ['a', 'b', 'c', 'large', 'e'].map((name) => gathered('g0002').replaceAll([row(name)])),
    );
    for (let written = 0; written < 6; written++) {
      await turn();
      for (const { go } of writes) go();
    }
    expect((await ended).map(({ status }) => status)).toEqual([
      'fulfilled',
      'fulfilled',
      'fulfilled',
      'rejected',
      'fulfilled',
    ]);
    expect(await openViews('g0002').getAll(['order/acme/c', 'order/acme/e'])).toHaveLength(2);
  });
});
