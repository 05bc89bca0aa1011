/**
 * What every control store promises, run by each adapter alike; above all that of all who read a revision one replaces it.
 */
import { describe, expect, it } from 'vitest';
import type { ControlStore } from '../../../domain/ports/control-store.ts';
import { collect } from '../collect.ts';

/** `createStore` gives an empty store each time. */
export const controlStoreContract = (name: string, createStore: () => Promise<ControlStore>): void => {
  describe(`${name} keeps the control store contract`, () => {
    const [kind, other] = ['generations', 'checkpoints'];

    it('has no document that nobody put', async () => {
      const store = await createStore();
      expect(await store.get(kind, 'order')).toBeUndefined();
      expect(await collect(store.list(kind))).toEqual([]);
      expect(await store.remove(kind, 'order', 1)).toBe(false);
      expect(await store.put(kind, 'order', 'x', 1)).toBe(false);
      expect(await store.get(kind, 'order')).toBeUndefined();
    });

    it.each([
      ['an object', { b: [1, { c: null }], a: 'é 👩‍👧', 'd.e': -1.5 }],
      ['a text', ''],
      ['a number', 0],
      ['a truth', false],
      ['nothing', null],
      ['a list', []],
    ])('gives back %s as it was put', async (_, value) => {
      const store = await createStore();
      expect(await store.put(kind, 'order', value, 0)).toBe(true);
      expect(await store.get(kind, 'order')).toEqual({ name: 'order', revision: 1, value });
      expect(await collect(store.list(kind))).toEqual([{ name: 'order', revision: 1, value }]);
    });

    it('replaces the revision that was read, and no other', async () => {
      const store = await createStore();
      for (const revision of [0, 1, 2]) expect(await store.put(kind, 'order', revision, revision)).toBe(true);
      for (const revision of [0, 1, 2, 4]) expect(await store.put(kind, 'order', 'late', revision)).toBe(false);
      expect(await store.get(kind, 'order')).toEqual({ name: 'order', revision: 3, value: 2 });
    });

    it('refuses a late put even of the value that stands', async () => {
      const store = await createStore();
      await store.put(kind, 'order', 'same', 0);
      expect(await store.put(kind, 'order', 'same', 0)).toBe(false);
    });

    it('removes the revision that was read, and no other', async () => {
      const store = await createStore();
      await store.put(kind, 'order', 'first', 0);
      await store.put(kind, 'order', 'second', 1);
      for (const revision of [1, 3]) expect(await store.remove(kind, 'order', revision)).toBe(false);
      expect(await store.remove(kind, 'order', 2)).toBe(true);
      expect(await store.get(kind, 'order')).toBeUndefined();
      expect(await store.remove(kind, 'order', 2)).toBe(false);
      expect(await store.put(kind, 'order', 'again', 0)).toBe(true);
    });

    it('has one winner when many put, or remove, the same revision at once', async () => {
      const store = await createStore();
      for (let revision = 0; revision < 4; revision++) {
        const rivals = Array.from({ length: 8 }, (_, i) => ({ rival: i }));
        const answers = await Promise.all(rivals.map((value) => store.put(kind, 'order', value, revision)));
        const winners = rivals.filter((_, i) => answers[i]);
        expect(winners).toHaveLength(1);
        expect(await store.get(kind, 'order')).toEqual({ name: 'order', revision: revision + 1, value: winners[0] });
      }
      const removals = await Promise.all(Array.from({ length: 8 }, () => store.remove(kind, 'order', 4)));
      expect(removals.filter((isDone) => isDone)).toHaveLength(1);
    });

    it('lists the documents of one kind by name', async () => {
      const store = await createStore();
      const names = ['order/acme/1#us-east-1/0000000002', 'b', 'a', 'a/b', 'Z', '10', '9'];
      for (const [i, document] of names.entries()) await store.put(kind, document, i, 0);
      await store.put(other, 'c', 'elsewhere', 0);
      const listed = await collect(store.list(kind));
      expect(listed.map(({ name: document }) => document)).toEqual([...names].sort());
      expect(listed.map(({ value }) => value)).toEqual([...names].sort().map((document) => names.indexOf(document)));
    });

    it('lists more than fit one answer', async () => {
      const store = await createStore();
      const names = Array.from({ length: 12 }, (_, i) => `large-${10 + i}`);
      for (const document of names) await store.put(kind, document, 'x'.repeat(200_000), 0);
      expect((await collect(store.list(kind))).map(({ name: document }) => document)).toEqual(names);
    });

    it('finds many at once, each once, and leaves out what is not there', async () => {
      const store = await createStore();
      const names = Array.from({ length: 130 }, (_, i) => `document-${i}`);
      await Promise.all(names.map((document, i) => store.put(kind, document, { i }, 0)));
      await store.put(other, 'elsewhere', 1, 0);
      const found = await store.getAll(kind, [...names, 'document-7', 'elsewhere', 'none']);
      expect(found).toHaveLength(names.length);
      expect(new Map(found.map((document) => [document.name, document]))).toEqual(
        new Map(names.map((document, i) => [document, { name: document, revision: 1, value: { i } }])),
      );
      expect(await store.getAll(kind, [])).toEqual([]);
      expect(await store.getAll('nothing', names)).toEqual([]);
    });

    it('gives pages of any size from either end, and any text is a place to go on from', async () => {
      const store = await createStore();
      const names = ['0', 'A', 'Z', 'a', 'a!', 'a/b', 'b', 'large'];
      for (const document of names) await store.put(kind, document, 'x'.repeat(120_000), 0);
      await store.put(other, 'aa', 'elsewhere', 0);
      for (const [first, expected] of [
        ['smallest', names],
        ['largest', names.toReversed()],
      ] as const) {
        for (const limit of [1, 3, 8, 100]) {
          const found: string[] = [];
          for (let after: string | undefined; ; after = found.at(-1)) {
            const page = await store.page(kind, { limit, first, after });
            found.push(...page.map((document) => document.name));
            if (page.length < limit) break;
          }
          expect(found).toEqual(expected);
        }
        for (const after of ['', 'aaa', '~', '👩‍👧']) {
          const beyond = (await store.page(kind, { limit: 100, first, after })).map((document) => document.name);
          expect(beyond).toEqual(expected.filter((it) => (first === 'smallest' ? it > after : it < after)));
        }
      }
    });

    it('refuses a value that no item can hold as a fault that no retry cures', async () => {
      const store = await createStore();
      await expect((async () => store.put(kind, 'order', 'x'.repeat(420_000), 0))()).rejects.toMatchObject({
        code: 'entry-too-large',
        retryable: false,
      });
      expect(await store.get(kind, 'order')).toBeUndefined();
    });

    it('keeps no tie to the value that was put or read', async () => {
      const store = await createStore();
      const value = { names: ['a'] };
      await store.put(kind, 'order', value, 0);
      value.names.push('b');
      const read = await store.get<{ names: string[] }>(kind, 'order');
      read?.value.names.push('c');
      expect((await store.get(kind, 'order'))?.value).toEqual({ names: ['a'] });
    });
  });
};
