/**
 * Projects every order whose rows lack something that the ledger here holds.
 *
 * For when doorbells were lost and nobody knows whose: the records of a range that the stream has forgotten. A window of
 * ids would be cheaper and wrong, since entries of a healed partition arrive late with old ids. So all of the ledger is
 * read, and what is compared is what was seen, not when.
 */
import { coversPosition } from '../../domain/ledger/cut.ts';
import { parsePosition } from '../../domain/ledger/position.ts';
import type { EventStore, ScannedStream } from '../../domain/ports/event-store.ts';
import type { StoredView, ViewStore } from '../../domain/ports/view-store.ts';

export interface SweepDeps {
  readonly eventStore: Pick<EventStore, 'scan'>;
  /** Of the generations that are fed. */
  readonly views: readonly Pick<ViewStore<unknown>, 'getAll'>[];
  /** Throws what keeps it from being projected. */
  readonly project: (stream: string) => Promise<unknown>;
  /** Called after each few orders. May throw to end the sweep there. */
  readonly onProgress: (swept: Swept) => void;
}

export interface Swept {
  /** Orders of the ledger that were compared. */
  readonly streams: number;
  /** Of them, those that lacked something and were projected. */
  readonly behind: number;
  readonly failures: readonly SweepFailure[];
}

export interface SweepFailure {
  readonly stream: string;
  readonly error: unknown;
}

/** Throws LedgerFault where the ledger or the rows cannot be read. */
export const sweepStreams = async (deps: SweepDeps): Promise<Swept> => {
  let swept: Swept = { streams: 0, behind: 0, failures: [] };
  for await (const { streams } of deps.eventStore.scan({ part: 0, parts: 1 })) {
    const behind = await findBehind(deps, streams);
    const failures = await projectEach(deps, behind);
    swept = {
      streams: swept.streams + streams.length,
      behind: swept.behind + behind.length,
      failures: [...swept.failures, ...failures],
    };
    deps.onProgress(swept);
  }
  return swept;
};

/** An entry that waits for its predecessors is in no cut: its order is projected again, to the same row. */
const findBehind = async ({ views }: SweepDeps, streams: readonly ScannedStream[]): Promise<readonly string[]> => {
  const names = streams.map(({ stream }) => stream);
  const rowsOfViews = await Promise.all(
    views.map(async (view) => new Map((await view.getAll(names)).map((row) => [row.stream, row]))),
  );
  return streams
    .filter((scanned) => rowsOfViews.some((rows) => !isCovered(scanned, rows.get(scanned.stream))))
    .map(({ stream }) => stream);
};

/** A row that somebody died over before the alerts were out has seen all, and still needs its doorbell. */
const isCovered = ({ entries }: ScannedStream, row: StoredView<unknown> | undefined): boolean =>
  (row?.unsaid ?? []).length === 0 &&
  entries.every((entry) => {
    const position = parsePosition(entry.position);
    return !position || (row !== undefined && coversPosition(row.cut, position));
  });

const projectEach = async ({ project }: SweepDeps, streams: readonly string[]): Promise<readonly SweepFailure[]> => {
  const failures: SweepFailure[] = [];
  for (let i = 0; i < streams.length; i += concurrencyMax)
    await Promise.all(
      streams.slice(i, i + concurrencyMax).map((stream) =>
        project(stream).catch((error: unknown) => {
          failures.push({ stream, error });
        }),
      ),
    );
  return failures;
};

/** As many as the projector projects at a time. */
const concurrencyMax = 16;
