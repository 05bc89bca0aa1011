/**
 * What every ledger store promises, run by each adapter alike. Results are asserted, never the calls that led to them.
 */
import { describe, expect, it } from 'vitest';
import { entryBytesMax } from '../../../domain/kernel/limits.ts';
import type { Entry } from '../../../domain/ledger/entry.ts';
import { entryBody } from '../../../domain/ledger/entry-hash.ts';
import type { EventStore, ScannedStream, ScanOptions } from '../../../domain/ports/event-store.ts';
import { collect } from '../collect.ts';
import { entriesOf, firstEntry, rewrite, rivalsAt, stream } from './contract-entries.ts';
import { groupAppendContract } from './group-append-contract.ts';

/** `createStore` gives an empty store each time. */
export const eventStoreContract = (name: string, createStore: () => Promise<EventStore>): void => {
  describe(`${name} keeps the event store contract`, () => {
    it('loads nothing of a stream that nobody wrote', async () => {
      const store = await createStore();
      expect(await store.load(stream)).toEqual({ entries: [], damaged: [] });
      expect(await collect(store.readPages(stream))).toEqual([]);
      expect(await collect(store.streams())).toEqual([]);
      expect(await collect(store.scan({ part: 0, parts: 1 }))).toEqual([]);
    });

    it('lets one of 16 writers have a position and tells the other 15 that it is taken', async () => {
      const store = await createStore();
      const rivals = rivalsAt(firstEntry(), 16);
      const results = await Promise.all(rivals.map((entry) => store.append(entry)));
      const winners = rivals.filter((_, i) => results[i]?.kind === 'appended');
      expect(winners).toHaveLength(1);
      expect(results.filter(({ kind }) => kind === 'position-taken')).toHaveLength(15);
      expect((await store.load(stream)).entries).toEqual(winners);
    });

    it('takes the same entry twice as one', async () => {
      const store = await createStore();
      const entry = firstEntry();
      expect(await store.append(entry)).toEqual({ kind: 'appended' });
      expect(await store.append(entry)).toEqual({ kind: 'appended' });
      expect(await store.append(structuredClone(entry))).toEqual({ kind: 'appended' });
      expect((await store.load(stream)).entries).toEqual([entry]);
    });

    it('does not acknowledge another content under an id that stands', async () => {
      const store = await createStore();
      const entry = firstEntry();
      await store.append(entry);
      expect(await store.append(rewrite(entry, { actor: 'somebody else' }))).toEqual({ kind: 'position-taken' });
      expect((await store.load(stream)).entries).toEqual([entry]);
    });

    it('loads what was appended, byte for byte and in order of position', async () => {
      const store = await createStore();
      const entries = entriesOf(12);
      for (const entry of [...entries].reverse()) await store.append(entry);
      const loaded = await store.load(stream);
      expect(loaded.damaged).toEqual([]);
      expect(loaded.entries.map(entryBody)).toEqual(entries.map(entryBody));
      expect(loaded.entries).toEqual(entries);
    });

    it('keeps text of every script as it is', async () => {
      const store = await createStore();
      const note = 'São Paulo \u0000 \u2028 e\u0301 é 中文 👩‍👩‍👧 " \\ </script>';
      const first = firstEntry();
      const event = { id: first.id, type: 'NoteChanged', v: 1, data: { note } };
      const entry = rewrite(first, { events: [event], idempotencyKey: `${note}!` });
      await store.append(entry);
      expect((await store.load(stream)).entries).toEqual([entry]);
    });

    it('loads streams of several megabytes whole', async () => {
      const store = await createStore();
      const entries = entriesOf(24, { noteChars: 150_000 });
      for (const entry of entries) await store.append(entry);
      expect((await store.load(stream)).entries).toEqual(entries);
      const pages = await collect(store.readPages(stream));
      expect(pages.flatMap((page) => page.entries)).toEqual(entries);
    });

    it('fills a page up to its limit, however large its entries are', async () => {
      const store = await createStore();
      const entries = entriesOf(23, { noteChars: 150_000 });
      for (const entry of entries) await store.append(entry);
      const pages = await collect(store.readPages(stream, { limit: 10 }));
      expect(pages.map((page) => page.entries.length)).toEqual([10, 10, 3]);
      expect(pages.flatMap((page) => page.entries)).toEqual(entries);
    });

    it('ends with a full page where the entries end there', async () => {
      const store = await createStore();
      const entries = entriesOf(6);
      for (const entry of entries) await store.append(entry);
      const pages = await collect(store.readPages(stream, { limit: 3 }));
      expect(pages.map((page) => page.entries)).toEqual([entries.slice(0, 3), entries.slice(3)]);
    });

    it('reads on after a position, without it, also where nothing stands at it', async () => {
      const store = await createStore();
      const entries = entriesOf(6);
      for (const entry of entries) await store.append(entry);
      const readAfter = async (position: string) =>
        (await collect(store.readPages(stream, { after: position, limit: 4 }))).map((page) => page.entries);
      expect(await readAfter('us-east-1/0000000002')).toEqual([entries.slice(2)]);
      expect(await readAfter('eu-west-1/0000000009')).toEqual([entries.slice(0, 4), entries.slice(4)]);
      expect(await readAfter('us-east-1/0000000006')).toEqual([]);
      expect(await readAfter('us-east-1/0000000007')).toEqual([]);
    });

    it('orders the regions of a stream by name', async () => {
      const store = await createStore();
      const parts = ['us-east-1', 'eu-west-1', 'eu-west-10'].map((region) => entriesOf(2, { region }));
      for (const entry of parts.flat()) await store.append(entry);
      const positions = (await store.load(stream)).entries.map((entry) => entry.position);
      expect(positions).toEqual([
        'eu-west-1/0000000001',
        'eu-west-1/0000000002',
        'eu-west-10/0000000001',
        'eu-west-10/0000000002',
        'us-east-1/0000000001',
        'us-east-1/0000000002',
      ]);
    });

    it('keeps streams apart whose names begin alike', async () => {
      const store = await createStore();
      const names = ['order/acme/1', 'order/acme/10', 'order/acme/1.0', 'order/acmes/1'];
      for (const streamName of names) await store.append(firstEntry({ stream: streamName }));
      for (const streamName of names)
        expect((await store.load(streamName)).entries).toEqual([firstEntry({ stream: streamName })]);
    });

    it('names every stream once, however many entries it has', async () => {
      const store = await createStore();
      const names = Array.from({ length: 30 }, (_, i) => `order/acme/${i}`);
      const parts = names.map((streamName, i) => entriesOf(1 + (i % 3), { stream: streamName, noteChars: 30_000 }));
      for (const round of [0, 1, 2])
        for (const entry of parts.flatMap((part) => part[round] ?? [])) await store.append(entry);
      expect((await collect(store.streams())).sort()).toEqual([...names].sort());
    });

    it('names orders only, and not the plan', async () => {
      const store = await createStore();
      await store.append(firstEntry());
      await store.append(firstEntry({ stream: 'plan' }));
      expect(await collect(store.streams())).toEqual([stream]);
      const scanned = await collect(store.scan({ part: 0, parts: 1 }));
      expect(scanned.flatMap(({ streams }) => streams.map((it) => it.stream))).toEqual([stream]);
      expect((await store.load('plan')).entries).toHaveLength(1);
    });

    it('refuses an entry that is too large and stores nothing of it', async () => {
      const store = await createStore();
      const large = firstEntry({ noteChars: entryBytesMax });
      await expect(store.append(large)).rejects.toMatchObject({ code: 'entry-too-large', retryable: false });
      expect(await collect(store.streams())).toEqual([]);
    });

    it('measures an entry in bytes, not in characters', async () => {
      const store = await createStore();
      const first = firstEntry();
      const data = { note: '中'.repeat(entryBytesMax / 3) };
      const entry = rewrite(first, { events: [{ id: first.id, type: 'NoteChanged', v: 1, data }] });
      await expect(store.append(entry)).rejects.toMatchObject({ code: 'entry-too-large' });
    });

    it('takes an entry of exactly the size that is allowed', async () => {
      const store = await createStore();
      const overhead = Buffer.byteLength(entryBody(firstEntry({ noteChars: 1_000 }))) - 1_000;
      const entry = firstEntry({ noteChars: entryBytesMax - overhead });
      expect(Buffer.byteLength(entryBody(entry))).toBe(entryBytesMax);
      expect(await store.append(entry)).toEqual({ kind: 'appended' });
      expect((await store.load(stream)).entries).toEqual([entry]);
    });

    it('treats an entry that would not read back as a bug', async () => {
      const store = await createStore();
      const entry = firstEntry();
      await expect(store.append({ ...entry, source: 'changed after hashing' })).rejects.toThrow('Invariant broken');
      await expect(store.append(rewrite(entry, { seq: 2 }))).rejects.toThrow('Invariant broken');
      expect(await collect(store.streams())).toEqual([]);
    });

    groupAppendContract(createStore);

    describe('as a whole, in parts', () => {
      const fill = async (store: EventStore, orders: number, entriesMax = 3) => {
        const names = Array.from({ length: orders }, (_, i) => `order/acme/${i}`);
        const parts = names.map((name, i) => entriesOf(1 + (i % entriesMax), { stream: name, noteChars: 30_000 }));
        for (let round = 0; round < entriesMax; round++)
          await Promise.all(parts.flatMap((part) => part.slice(round, round + 1)).map((entry) => store.append(entry)));
        return names.map((name, i) => ({ stream: name, entries: parts[i] ?? [], damaged: [] }));
      };
      const scanAll = async (store: EventStore, options: ScanOptions) =>
        (await collect(store.scan(options))).flatMap(({ streams }) => streams);
      const byName = (left: ScannedStream, right: ScannedStream) => (left.stream < right.stream ? -1 : 1);

      it('gives every stream once and whole, in one of the parts', async () => {
        const store = await createStore();
        const filled = await fill(store, 40);
        for (const parts of [1, 3, 8]) {
          const scanned = await Promise.all(
            Array.from({ length: parts }, (_, part) => scanAll(store, { part, parts })),
          );
          expect(scanned.flat().sort(byName)).toEqual([...filled].sort(byName));
        }
      });

      it('goes on from any place with exactly the rest', async () => {
        const store = await createStore();
        await fill(store, 60);
        const pages = await collect(store.scan({ part: 1, parts: 2 }));
        expect(pages.length).toBeGreaterThan(1);
        for (const [i, { place }] of pages.entries()) {
          const rest = await scanAll(store, { part: 1, parts: 2, after: JSON.parse(JSON.stringify(place)) });
          expect(rest).toEqual(pages.slice(i + 1).flatMap(({ streams }) => streams));
        }
      });

      it('gives a stream of several megabytes whole, between others', async () => {
        const store = await createStore();
        const filled = await fill(store, 10);
        const large = entriesOf(24, { stream: 'order/acme/large', noteChars: 150_000 });
        for (const entry of large) await store.append(entry);
        const scanned = await scanAll(store, { part: 0, parts: 1 });
        expect(scanned.find((it) => it.stream === 'order/acme/large')?.entries).toEqual(large);
        expect(scanned).toHaveLength(filled.length + 1);
      });

      it('shows no stream without its beginning when entries are appended meanwhile', async () => {
        const store = await createStore();
        await fill(store, 60, 1);
        const late = entriesOf(2, { stream: 'order/acme/7', noteChars: 30_000 }).slice(1);
        const [early] = entriesOf(1, { stream: 'order/acme/7', region: 'eu-west-1' });
        const seen = new Map<string, readonly string[]>();
        let pages = 0;
        for await (const { streams } of store.scan({ part: 0, parts: 1 })) {
          for (const it of streams) {
            expect(seen.has(it.stream)).toBe(false);
            seen.set(
              it.stream,
              it.entries.map(({ position }) => position),
            );
          }
          if (pages++ === 0) for (const entry of [...late, ...(early ? [early] : [])]) await store.append(entry);
        }
        expect(pages).toBeGreaterThan(1);
        expect(seen.size).toBe(60);
        expect(seen.get('order/acme/7')).toContain('us-east-1/0000000001');
      });

      it('leaves out what was appended to the stream of a place', async () => {
        const store = await createStore();
        await fill(store, 30, 1);
        const [first] = await collect(store.scan({ part: 0, parts: 1 }));
        const last = first?.streams.at(-1)?.stream ?? '';
        await store.append(entriesOf(2, { stream: last })[1] as Entry);
        await store.append(firstEntry({ stream: last, region: 'eu-west-1' }));
        const rest = await scanAll(store, { part: 0, parts: 1, after: first?.place });
        expect(rest.map(({ stream }) => stream)).not.toContain(last);
        expect(rest.length + (first?.streams.length ?? 0)).toBe(30);
      });

      it('takes a part that is none as a bug', async () => {
        const store = await createStore();
        for (const part of [-1, 2, 0.5])
          await expect(collect(store.scan({ part, parts: 2 }))).rejects.toThrow('Invariant broken');
      });
    });
  });
};
