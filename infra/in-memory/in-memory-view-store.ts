/**
 * Read-model rows in memory, with the rule of the DynamoDB adapter: no row goes back, in any order of puts. Rows are
 * kept as canonical JSON, so that nobody can change one after the fact and only JSON comes back here too.
 */
import { type Cut, coversCut, seqAt } from '../../domain/ledger/cut.ts';
import { canonicalJson } from '../../domain/ledger/entry-hash.ts';
import type { StoredView, ViewStore } from '../../domain/ports/view-store.ts';

export const createInMemoryViewStore = <Row>(): ViewStore<Row> => {
  const views = new Map<string, StoredView<string>>();
  return {
    put: async ({ stream, cut, row }) => {
      const standing = views.get(stream);
      if (standing && !coversCut(cut, standing.cut)) return { kind: 'behind', storedCut: standing.cut };
      views.set(stream, { stream, cut: withoutZeros(cut), row: canonicalJson(row) });
      return { kind: 'stored' };
    },
    get: async (stream) => {
      const standing = views.get(stream);
      return standing && readRow<Row>(standing);
    },
    all: async function* () {
      for (const standing of [...views.values()]) yield readRow<Row>(standing);
    },
  };
};

const readRow = <Row>({ stream, cut, row }: StoredView<string>): StoredView<Row> => ({
  stream,
  cut,
  row: JSON.parse(row),
});

const withoutZeros = (cut: Cut): Cut =>
  Object.fromEntries(
    Object.keys(cut)
      .filter((writer) => seqAt(cut, writer) > 0)
      .map((writer) => [writer, seqAt(cut, writer)]),
  );
