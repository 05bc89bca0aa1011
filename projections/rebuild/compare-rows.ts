/**
 * Whether the new generation's rows may take the place of the live ones.
 *
 * Two questions, each asked of its own list, so that neither way of building can hide a mistake of its own: has every
 * live row one that has seen as much (and by equal code, says the same to the byte), and has every stream of the ledger
 * a row at all? What is behind is projected once more first: live traffic writes the live row a moment earlier.
 */
import { coversCut, cutToToken, equalCuts } from '../../domain/ledger/cut.ts';
import { canonicalJson } from '../../domain/ledger/entry-hash.ts';
import type { Sleep } from '../../domain/ports/clock.ts';
import type { EventStore } from '../../domain/ports/event-store.ts';
import type { StoredView } from '../../domain/ports/view-store.ts';
import type { OrderView } from '../views/order-view.ts';
import {
  addChange,
  type ChangesByKind,
  findChange,
  noChanges,
  type OrderChange,
  standingOfRow,
} from './order-change.ts';
import type { ProgressTracker } from './rebuild-progress.ts';
import { type ReplaceRowsDeps, type RowTarget, replaceRows } from './replace-rows.ts';
import { runParts } from './run-parts.ts';

export interface RowsCompared {
  readonly liveRows: number;
  readonly ledgerStreams: number;
  /** New rows that say what their live one says: to the byte, where the same code folded both. */
  readonly equal: number;
  /** New rows that have seen more than their live one. */
  readonly ahead: number;
  /** Streams whose row had to be projected once more. */
  readonly projectedAgain: number;
  readonly differences: number;
  readonly firstDifferences: readonly RowDifference[];
  /** Orders that look different since other code folded them, not a mistake in itself. Of a resumed rebuild, those of this run. */
  readonly changes: number;
  readonly changedBy: ChangesByKind;
  readonly firstChanges: readonly OrderChange[];
}

export interface RowDifference {
  readonly stream: string;
  /** missing: no row. behind: has not seen what the live row has. differs: same cut, same code, another row. */
  readonly kind: 'missing' | 'behind' | 'differs';
  /** Names what differs, never a value: rows hold what customers wrote. */
  readonly detail: string;
}

export interface CompareRowsDeps extends ReplaceRowsDeps {
  readonly eventStore: Pick<EventStore, 'load' | 'streams'>;
  readonly sleep: Sleep;
}

/** Told one by one; the rest is counted. */
const toldMax = 20;
/** What one request of DynamoDB reads. */
const batchRows = 100;

export const compareRows = async (
  deps: CompareRowsDeps,
  target: RowTarget,
  { parts, progress, tally }: { readonly parts: number; readonly progress: ProgressTracker; readonly tally: RowsTally },
): Promise<RowsCompared> => {
  const pause = async (rows: number): Promise<void> => {
    progress.add({ compared: rows });
    await deps.sleep(0);
  };
  await runParts(parts + 1, async (part, isStopping) => {
    if (part === parts)
      for await (const batch of inBatches(deps.eventStore.streams())) {
        await findMissing(deps, target, batch, tally);
        await pause(batch.length);
        if (isStopping()) return;
      }
    else
      for await (const batch of inBatches(deps.openViews(target.live).all({ part, parts }))) {
        await compareBatch(deps, target, batch, tally);
        await pause(batch.length);
        if (isStopping()) return;
      }
  });
  return tally.result();
};

/** Streams of the ledger that have no row anywhere; where a live row stands, the comparison with that one tells. */
const findMissing = async (
  deps: CompareRowsDeps,
  target: RowTarget,
  streams: readonly string[],
  tally: RowsTally,
): Promise<void> => {
  tally.count('ledgerStreams', streams.length);
  const rows = await rowsOf(deps, target.building, streams);
  for (const stream of streams) {
    if (rows.has(stream)) continue;
    const failure = await projectAgain(deps, target, stream, tally);
    if (failure === undefined || (await deps.openViews(target.live).get(stream))) continue;
    tally.differ({ stream, kind: 'missing', detail: failure });
  }
};

const compareBatch = async (
  deps: CompareRowsDeps,
  target: RowTarget,
  liveRows: readonly StoredView<OrderView>[],
  tally: RowsTally,
): Promise<void> => {
  tally.count('liveRows', liveRows.length);
  const rows = await rowsOf(
    deps,
    target.building,
    liveRows.map(({ stream }) => stream),
  );
  for (const live of liveRows) {
    const row = rows.get(live.stream);
    if (row && !row.unsaid && coversCut(row.cut, live.cut)) compareRow(live, row, tally);
    else await compareAgain(deps, target, live, tally);
  }
};

const compareAgain = async (
  deps: CompareRowsDeps,
  target: RowTarget,
  live: StoredView<OrderView>,
  tally: RowsTally,
): Promise<void> => {
  const { stream } = live;
  const failure = await projectAgain(deps, target, stream, tally);
  const row = await deps.openViews(target.building).get(stream);
  if (row && coversCut(row.cut, live.cut)) return compareRow(live, row, tally);
  const seen = `the live row has seen ${cutToToken(live.cut)}`;
  const detail = [...(row ? [`${seen}, the new one ${cutToToken(row.cut)}`] : [seen]), failure ?? lacking].join('; ');
  tally.differ({ stream, kind: row ? 'behind' : 'missing', detail });
};

const lacking = 'the ledger here has no such entries: repair it first';

/** Why not, if not. */
const projectAgain = async (
  deps: CompareRowsDeps,
  target: RowTarget,
  stream: string,
  tally: RowsTally,
): Promise<string | undefined> => {
  tally.count('projectedAgain', 1);
  const loaded = await deps.eventStore.load(stream);
  const { changes, failed } = await replaceRows(deps, target, [{ stream, ...loaded }]);
  for (const change of changes) tally.change(change);
  return failed.get(stream);
};

const compareRow = (live: StoredView<OrderView>, row: StoredView<OrderView>, tally: RowsTally): void => {
  if (!equalCuts(live.cut, row.cut)) {
    tally.count('ahead', 1);
    return;
  }
  if (live.version !== row.version) {
    const change = findChange(live.stream, standingOfRow(live.row), standingOfRow(row.row));
    if (change) tally.change(change);
    else tally.count('equal', 1);
    return;
  }
  const names = [
    ...differingNames('listing', live.listing, row.listing),
    ...differingNames('contribution', live.contribution, row.contribution),
    ...differingNames('row', live.row, row.row),
  ];
  if (names.length === 0) tally.count('equal', 1);
  else tally.differ({ stream: live.stream, kind: 'differs', detail: names.join(', ') });
};

const differingNames = (prefix: string, left: object, right: object): readonly string[] => {
  // Stores give back what was canonical, so nearly every row ends here.
  if (JSON.stringify(left) === JSON.stringify(right)) return [];
  const [before, after] = [left, right] as Record<string, unknown>[];
  return [...new Set([...Object.keys(left), ...Object.keys(right)])]
    .filter((name) => canonicalJson(before?.[name]) !== canonicalJson(after?.[name]))
    .map((name) => `${prefix}.${name}`);
};

const rowsOf = async (
  { openViews }: CompareRowsDeps,
  generation: string,
  streams: readonly string[],
): Promise<ReadonlyMap<string, StoredView<OrderView>>> =>
  new Map((await openViews(generation).getAll(streams)).map((row) => [row.stream, row]));

async function* inBatches<Item>(items: AsyncIterable<Item>): AsyncGenerator<readonly Item[]> {
  let batch: Item[] = [];
  for await (const item of items) {
    batch.push(item);
    if (batch.length < batchRows) continue;
    yield batch;
    batch = [];
  }
  if (batch.length > 0) yield batch;
}

type Count = 'liveRows' | 'ledgerStreams' | 'equal' | 'ahead' | 'projectedAgain';

/** What is found out while the rows are written, and while they are compared. */
export interface RowsTally {
  readonly count: (name: Count, more: number) => void;
  readonly differ: (difference: RowDifference) => void;
  readonly change: (change: OrderChange) => void;
  readonly result: () => RowsCompared;
}

export const createRowsTally = (): RowsTally => {
  const counts: Record<Count, number> = { liveRows: 0, ledgerStreams: 0, equal: 0, ahead: 0, projectedAgain: 0 };
  const firstDifferences: RowDifference[] = [];
  const firstChanges: OrderChange[] = [];
  let [differences, changes, changedBy] = [0, 0, noChanges];
  return {
    count: (name, more) => {
      counts[name] += more;
    },
    differ: (difference) => {
      if (differences++ < toldMax) firstDifferences.push(difference);
    },
    change: (change) => {
      changedBy = addChange(changedBy, change);
      if (changes++ < toldMax) firstChanges.push(change);
    },
    result: () => ({ ...counts, differences, firstDifferences, changes, changedBy, firstChanges }),
  };
};
