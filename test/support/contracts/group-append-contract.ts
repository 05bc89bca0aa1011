/**
 * What every store promises of a group, the entries of one command over several orders: all of it or nothing, once.
 * Part of the event store contract.
 */
import { describe, expect, it } from 'vitest';
import { entryBytesMax, groupEntriesMax } from '../../../domain/kernel/limits.ts';
import type { Entry } from '../../../domain/ledger/entry.ts';
import { entryBody } from '../../../domain/ledger/entry-hash.ts';
import type { EventStore } from '../../../domain/ports/event-store.ts';
import { collect } from '../collect.ts';
import { firstEntry, type Group, groupOf, rivalsAt } from './contract-entries.ts';

export const groupAppendContract = (createStore: () => Promise<EventStore>): void => {
  const loadAll = async (store: EventStore, entries: readonly Entry[]): Promise<readonly Entry[]> => {
    const loaded = await Promise.all(entries.map(({ stream }) => store.load(stream)));
    return loaded.flatMap((it) => it.entries);
  };

  describe('of a group of entries', () => {
    it('keeps each in its own stream, byte for byte', async () => {
      const store = await createStore();
      const group = groupOf(['a', 'b', 'c']);
      expect(await store.appendAll(group)).toEqual({ kind: 'appended' });
      for (const entry of group) {
        const { entries, damaged } = await store.load(entry.stream);
        expect([entries, damaged]).toEqual([[entry], []]);
        expect(entries.map(entryBody)).toEqual([entryBody(entry)]);
      }
    });

    it('takes the same group twice as one', async () => {
      const store = await createStore();
      const group = groupOf(['a', 'b']);
      expect(await store.appendAll(group)).toEqual({ kind: 'appended' });
      expect(await store.appendAll(group)).toEqual({ kind: 'appended' });
      expect(await store.appendAll(structuredClone(group))).toEqual({ kind: 'appended' });
      expect(await loadAll(store, group)).toEqual(group);
    });

    it.each([0, 1, 2])('keeps nothing when the position of entry %i is taken', async (taken) => {
      const store = await createStore();
      const group = groupOf(['a', 'b', 'c']);
      const [winner] = rivalsAt(group[taken] as Entry, 1) as readonly [Entry];
      await store.append(winner);
      expect(await store.appendAll(group)).toEqual({ kind: 'position-taken' });
      expect(await loadAll(store, group)).toEqual([winner]);
    });

    it('does not acknowledge a group of which one entry stands with another content', async () => {
      const store = await createStore();
      const [first, second] = groupOf(['a', 'b']);
      await store.appendAll([first, second]);
      const [other] = rivalsAt(second, 1) as [Entry];
      expect(await store.appendAll([first, other])).toEqual({ kind: 'position-taken' });
      expect(await loadAll(store, [first, second])).toEqual([first, second]);
    });

    it('says that a position is taken where a part of it stands, and adds no other part', async () => {
      const store = await createStore();
      const [first, second] = groupOf(['a', 'b']);
      await store.append(first);
      expect(await store.appendAll([first, second])).toEqual({ kind: 'position-taken' });
      expect(await loadAll(store, [first, second])).toEqual([first]);
    });

    it('lets one of 8 groups have the position that all of them want, and keeps nothing of the other 7', async () => {
      const store = await createStore();
      const wanted = rivalsAt(firstEntry({ stream: 'order/acme/hot' }), 8);
      const groups = wanted.map((hot, i): Group => [hot, ...groupOf([`own-${i}`, `own-${i}-too`])]);
      const results = await Promise.all(groups.map((group) => store.appendAll(group)));
      const winners = groups.filter((_, i) => results[i]?.kind === 'appended');
      expect(winners).toHaveLength(1);
      expect(results.filter(({ kind }) => kind === 'position-taken')).toHaveLength(7);
      expect((await store.load('order/acme/hot')).entries).toEqual([winners[0]?.[0]]);
      const standing = (await collect(store.streams())).sort();
      expect(standing).toEqual(winners.flatMap((group) => group.map(({ stream }) => stream)).sort());
    });

    it('lets groups that want each other’s positions go on: every position has one owner, and no group half of its own', async () => {
      const store = await createStore();
      const ring = Array.from({ length: 6 }, (_, i) => `ring-${i}`);
      const groups = ring.map((name, i): Group => {
        const [mine, theirs] = groupOf([name, ring[(i + 1) % ring.length] as string]);
        return [rivalsAt(mine, 20)[i] as Entry, rivalsAt(theirs, 20)[i + 10] as Entry];
      });
      const results = await Promise.all(groups.map((group) => store.appendAll(group)));
      const winners = groups.filter((_, i) => results[i]?.kind === 'appended');
      expect(winners.length).toBeGreaterThan(0);
      const standing = await loadAll(
        store,
        groups.map(([first]) => first),
      );
      expect(standing.map(({ id }) => id).sort()).toEqual(
        winners
          .flat()
          .map(({ id }) => id)
          .sort(),
      );
    });

    it('lets a group and a single entry race for a position, and one of them have it', async () => {
      const store = await createStore();
      for (let round = 0; round < 10; round++) {
        const group = groupOf([`a-${round}`, `b-${round}`]);
        const [single] = rivalsAt(group[1], 1) as [Entry];
        const [ofGroup, ofSingle] = await Promise.all([store.appendAll(group), store.append(single)]);
        expect([ofGroup.kind, ofSingle.kind].sort()).toEqual(['appended', 'position-taken']);
        expect(await loadAll(store, group)).toEqual(ofGroup.kind === 'appended' ? group : [single]);
      }
    });

    it('shows nobody who reads order after order one entry without the others', async () => {
      const store = await createStore();
      const findAll = async ([first, ...others]: Group): Promise<readonly Entry[]> => {
        for (let reads = 0; reads < 2_000; reads++) {
          const { entries } = await store.load(first.stream);
          if (entries.length > 0) return [...entries, ...(await loadAll(store, others))];
        }
        return [];
      };
      for (let round = 0; round < 20; round++) {
        const group = groupOf(['a', 'b', 'c', 'd'].map((name) => `${name}-${round}`));
        const [found] = await Promise.all([findAll(group), store.appendAll(group)]);
        expect(found).toEqual(group);
      }
    });

    it('keeps nothing when one of them is too large', async () => {
      const store = await createStore();
      const group: Group = [
        firstEntry({ stream: 'order/acme/a' }),
        firstEntry({ stream: 'order/acme/b', noteChars: entryBytesMax }),
      ];
      await expect(store.appendAll(group)).rejects.toMatchObject({ code: 'entry-too-large', retryable: false });
      expect(await collect(store.streams())).toEqual([]);
    });

    it('takes as many as a group may have, each as large as an entry may be', async () => {
      const store = await createStore();
      const overhead = Buffer.byteLength(entryBody(firstEntry({ stream: 'order/acme/0', noteChars: 1_000 }))) - 1_000;
      const group = Array.from({ length: groupEntriesMax }, (_, i) =>
        firstEntry({ stream: `order/acme/${i}`, noteChars: entryBytesMax - overhead }),
      ) as unknown as Group;
      expect(Buffer.byteLength(entryBody(group[0]))).toBe(entryBytesMax);
      expect(await store.appendAll(group)).toEqual({ kind: 'appended' });
      expect(await loadAll(store, group)).toEqual(group);
    });

    it('takes a group of one, of too many or of two entries of one stream as a bug', async () => {
      const store = await createStore();
      const [entry] = groupOf(['a', 'b']);
      const names = Array.from({ length: groupEntriesMax + 1 }, (_, i) => `${i}`);
      for (const group of [[entry], groupOf(names), [entry, firstEntry({ stream: entry.stream, region: 'eu-west-1' })]])
        await expect(store.appendAll(group as unknown as Group)).rejects.toThrow('Invariant broken');
      expect(await collect(store.streams())).toEqual([]);
    });
  });
};
