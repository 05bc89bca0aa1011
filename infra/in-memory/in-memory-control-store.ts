/**
 * Small documents in memory, under the rules of the DynamoDB adapter. Values are kept as canonical JSON, so that nobody
 * can change one after the fact and only JSON comes back here too.
 */
import type { ControlDocument, ControlStore, PageOptions } from '../../domain/ports/control-store.ts';
import { valueText } from '../dynamodb/dynamodb-control-store.ts';

export const createInMemoryControlStore = (): ControlStore => {
  const kinds = new Map<string, Map<string, ControlDocument<string>>>();

  const documentsOf = (kind: string): Map<string, ControlDocument<string>> => {
    const documents = kinds.get(kind) ?? new Map<string, ControlDocument<string>>();
    kinds.set(kind, documents);
    return documents;
  };
  const revisionOf = (kind: string, name: string): number => documentsOf(kind).get(name)?.revision ?? 0;

  return {
    get: async <Value>(kind: string, name: string) => {
      const standing = documentsOf(kind).get(name);
      return standing && readDocument<Value>(standing);
    },
    getAll: async <Value>(kind: string, names: readonly string[]) =>
      [...new Set(names)].flatMap((name) => {
        const standing = documentsOf(kind).get(name);
        return standing ? [readDocument<Value>(standing)] : [];
      }),
    put: async (kind, name, value, revision) => {
      const text = valueText(kind, name, value);
      if (revisionOf(kind, name) !== revision) return false;
      documentsOf(kind).set(name, { name, revision: revision + 1, value: text });
      return true;
    },
    remove: async (kind, name, revision) => {
      if (revisionOf(kind, name) !== revision) return false;
      return documentsOf(kind).delete(name);
    },
    list: async function* <Value>(kind: string) {
      const documents = [...documentsOf(kind).values()];
      documents.sort((left, right) => (left.name < right.name ? -1 : 1));
      for (const standing of documents) yield readDocument<Value>(standing);
    },
    page: async <Value>(kind: string, { limit, first, after }: PageOptions) =>
      [...documentsOf(kind).values()]
        .filter(({ name }) => after === undefined || (first === 'smallest' ? name > after : name < after))
        .sort((left, right) => (left.name < right.name === (first === 'smallest') ? -1 : 1))
        .slice(0, limit)
        .map((standing) => readDocument<Value>(standing)),
  };
};

const readDocument = <Value>({ name, revision, value }: ControlDocument<string>): ControlDocument<Value> => ({
  name,
  revision,
  value: JSON.parse(value),
});
