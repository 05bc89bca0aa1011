/**
 * The control store port of one region: small documents under compare-and-set, each request an I/O step. An answer that
 * gets lost is settled by reading back, which can fail as well.
 */
import { canonicalJson } from '../../../domain/ledger/entry-hash.ts';
import type { ControlDocument, ControlStore, PageOptions } from '../../../domain/ports/control-store.ts';
import { LostAnswer, type Requests } from './faulty-requests.ts';

export interface ControlChange {
  readonly kind: string;
  readonly name: string;
  /** Undefined for a document that was removed. */
  readonly value: unknown;
}

export interface ControlTable {
  readonly get: (kind: string, name: string) => ControlDocument<unknown> | undefined;
  readonly list: (kind: string) => readonly ControlDocument<unknown>[];
  readonly putIf: (kind: string, name: string, value: unknown, revision: number) => boolean;
  readonly removeIf: (kind: string, name: string, revision: number) => boolean;
}

export const createControlTable = (onChange: (change: ControlChange) => void): ControlTable => {
  const documents = new Map<string, Map<string, ControlDocument<unknown>>>();
  const get: ControlTable['get'] = (kind, name) => documents.get(kind)?.get(name);
  const isAt = (kind: string, name: string, revision: number): boolean => (get(kind, name)?.revision ?? 0) === revision;
  return {
    get,
    list: (kind) => [...(documents.get(kind)?.values() ?? [])].sort((left, right) => (left.name < right.name ? -1 : 1)),
    putIf: (kind, name, value, revision) => {
      if (!isAt(kind, name, revision)) return false;
      const ofKind = documents.get(kind) ?? new Map<string, ControlDocument<unknown>>();
      documents.set(kind, ofKind.set(name, { name, revision: revision + 1, value: JSON.parse(canonicalJson(value)) }));
      onChange({ kind, name, value });
      return true;
    },
    removeIf: (kind, name, revision) => {
      if (!isAt(kind, name, revision)) return false;
      documents.get(kind)?.delete(name);
      onChange({ kind, name, value: undefined });
      return true;
    },
  };
};

export const createSimulatedControlStore = (
  table: ControlTable,
  { request }: Pick<Requests, 'request'>,
): ControlStore => {
  const settled = async (label: string, once: () => boolean, isDone: () => boolean): Promise<boolean> => {
    try {
      return await request(label, once);
    } catch (error) {
      if (!(error instanceof LostAnswer)) throw error;
      return await request(`${label}, read back`, isDone);
    }
  };
  return {
    get: <Value>(kind: string, name: string) =>
      request('get document', () => table.get(kind, name) as ControlDocument<Value> | undefined),
    getAll: <Value>(kind: string, names: readonly string[]) =>
      request(
        'get documents',
        () => names.flatMap((name) => table.get(kind, name) ?? []) as readonly ControlDocument<Value>[],
      ),
    put: (kind, name, value, revision) =>
      settled(
        'put document',
        () => table.putIf(kind, name, value, revision),
        () => {
          const standing = table.get(kind, name);
          return standing?.revision === revision + 1 && canonicalJson(standing.value) === canonicalJson(value);
        },
      ),
    remove: (kind, name, revision) =>
      settled(
        'remove document',
        () => table.removeIf(kind, name, revision),
        () => table.get(kind, name) === undefined,
      ),
    list: async function* <Value>(kind: string) {
      yield* (await request('list documents', () => table.list(kind))) as readonly ControlDocument<Value>[];
    },
    page: <Value>(kind: string, { limit, first, after }: PageOptions) =>
      request('page documents', () => {
        const documents = table.list(kind) as readonly ControlDocument<Value>[];
        return (first === 'smallest' ? documents : documents.toReversed())
          .filter(({ name }) => after === undefined || (first === 'smallest' ? name > after : name < after))
          .slice(0, limit);
      }),
  };
};
