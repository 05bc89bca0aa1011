import { describe, expect, it } from 'vitest';
import type { Entry } from '../../../domain/ledger/entry.ts';
import { hotEntriesMin, hotWindowMs } from '../../../domain/ledger/key-class.ts';
import { createInMemoryEventStore, type InMemoryEventStore } from '../../../infra/in-memory/in-memory-event-store.ts';
import { sha256 } from '../../../infra/node/sha256.ts';
import { type AppendDeps, appendCommand, appendTriesMax } from '../../../services/ledger/append-commands.ts';
import { createLedger } from '../../support/builders/ledger-builder.ts';
import { paid, placed, tagAdded } from '../../support/builders/retail-drafts.ts';
import { createTestDeps } from '../../support/test-deps.ts';
import { startMs } from '../../support/test-tokens.ts';

const stream = 'order/acme/1001';

describe('lost races for a position', () => {
  it('are counted by the class of the order: hot where it has had ten entries within a minute', async () => {
    expect(await conflictsAt(bornAgo(11, 11_000))).toEqual(['hot']);
    expect(await conflictsAt(bornAgo(11, 11_000 + hotWindowMs))).toEqual(['normal']);
    expect(await conflictsAt(bornAgo(hotEntriesMin - 1, hotEntriesMin * 1_000))).toEqual(['normal']);
  });

  it('are all counted, the one after which the command gives up included', async () => {
    const counted = await countsOf(bornAgo(2, 2_000), appendTriesMax);

    expect(counted.filter(([name]) => name === 'AppendConflicts')).toHaveLength(appendTriesMax);
    expect(counted.at(-1)).toEqual(['AppendGaveUp']);
  });
});

/** So many entries, one a second, of which the first was written so long ago. */
const bornAgo = (count: number, agoMs: number): readonly Entry[] => {
  const order = createLedger({ stream, startMs: startMs - agoMs }).at('us-east-1');
  return [order.append(placed()), ...Array.from({ length: count - 1 }, (_, i) => order.append(tagAdded(`t${i}`)))];
};

const conflictsAt = async (entries: readonly Entry[]) =>
  (await countsOf(entries, 1)).map(([, , dimensions]) => (dimensions as { keyClass: string }).keyClass);

/** Of one command that loses so many races. */
const countsOf = async (entries: readonly Entry[], races: number) => {
  const store = createInMemoryEventStore({ sha256 });
  for (const entry of entries) store.replicate(entry);
  const counted: Parameters<AppendDeps['metrics']['count']>[] = [];
  const deps = {
    ...createTestDeps('us-east-1'),
    eventStore: losing(store, races),
    metrics: { count: (...said: Parameters<AppendDeps['metrics']['count']>) => void counted.push(said) },
  };
  const { source, type, data } = paid();
  await appendCommand(deps, stream, { kind: 'fact', source, events: [{ type, data }], idempotencyKey: 'k-1' });
  return counted;
};

const losing = (store: InMemoryEventStore, races: number): InMemoryEventStore => {
  let lost = 0;
  return { ...store, append: async (entry) => (lost++ < races ? { kind: 'position-taken' } : store.append(entry)) };
};
