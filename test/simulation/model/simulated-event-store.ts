/**
 * The event store port on a region's replica: the items and checks of the DynamoDB adapter, each request an I/O step.
 *
 * An answer that gets lost leaves the outcome unknown; as in the DynamoDB adapter it is settled by reading back, which can
 * fail as well, and then the fault is thrown for what did happen.
 */
import type { Entry } from '../../../domain/ledger/entry.ts';
import {
  type AppendResult,
  type EventStore,
  LedgerFault,
  type LoadedStream,
  type ScannedStream,
} from '../../../domain/ports/event-store.ts';
import { judgeAppend } from '../../../infra/dynamodb/append-outcome.ts';
import { type LedgerItem, readItems, toItem } from '../../../infra/dynamodb/entry-codec.ts';
import { groupToItems } from '../../../infra/dynamodb/entry-group.ts';
import type { RequestRetry } from '../../../infra/dynamodb/request-retry.ts';
import { sha256 } from '../../../infra/node/sha256.ts';
import type { FaultDice } from '../faults/fault-dice.ts';
import { attempt } from '../kernel/invocation.ts';
import { LostAnswer, type Requests } from './faulty-requests.ts';
import type { GlobalTable, PutOutcome } from './global-table.ts';
import { partOf } from './simulated-view-store.ts';

export interface SimulatedEventStoreDeps {
  readonly region: string;
  readonly table: GlobalTable<LedgerItem>;
  readonly dice: Pick<FaultDice, 'reached'>;
  /** The adapter's own: of what can come here it repeats a put that met another region's. */
  readonly retry: RequestRetry;
}

export const createSimulatedEventStore = (deps: SimulatedEventStoreDeps, requests: Requests): EventStore => {
  const { region, table, dice, retry } = deps;
  const { request, exchange } = requests;

  const putIfFree = (item: LedgerItem): Promise<AppendResult> =>
    exchange('put', (answer) =>
      table.putIfFree(region, item, (outcome) => answer(attempt(() => readOutcome(item, outcome, dice)))),
    );

  const readStrongly = <Found>(read: () => Found | undefined): Found => {
    const found = read();
    if (found !== undefined) return found;
    dice.reached('isolated region refuses a read');
    throw new LedgerFault('unavailable', `${region} has no quorum`);
  };

  const readBack = async (item: LedgerItem): Promise<LedgerItem | undefined> => {
    const items = await request('read back', () => readStrongly(() => table.readStrongly(region, item.stream)));
    return items.find(({ position }) => position === item.position);
  };

  const putAllIfFree = (items: readonly LedgerItem[]): Promise<AppendResult> =>
    request('put a group', () => {
      const outcome = table.putAllIfFree(region, items);
      if (outcome.kind === 'refused') throw new LedgerFault('unavailable', 'the table has no transactions');
      return outcome.kind === 'put' ? { kind: 'appended' } : judgeOrFault(items, outcome.standing);
    });

  const noteLostRace = (): void => {
    dice.reached('race for a position lost');
    if (table.links.some((link) => link.isCut())) dice.reached('partition during a race for a position');
  };

  /** An answer that got lost is looked for, one key after the other. */
  const settle = async (items: readonly LedgerItem[], put: () => Promise<AppendResult>): Promise<AppendResult> => {
    try {
      const result = await put();
      if (result.kind === 'position-taken') noteLostRace();
      return result;
    } catch (error) {
      if (!(error instanceof LostAnswer)) throw error;
      dice.reached('answer lost after success');
      const standing: (LedgerItem | undefined)[] = [];
      for (const item of items) standing.push(await readBack(item));
      return judgeOrFault(items, standing);
    }
  };

  const append: EventStore['append'] = async (entry) => {
    const item = toItem(entry);
    return settle([item], () => unlessFault(retry, `append ${item.position}`, () => putIfFree(item)));
  };

  const appendAll: EventStore['appendAll'] = async (entries) => {
    const items = groupToItems(entries, sha256);
    return settle(items, () => putAllIfFree(items));
  };

  const load: EventStore['load'] = (stream) =>
    request('query', () =>
      loadItems(
        stream,
        readStrongly(() => table.readStrongly(region, stream)),
      ),
    );

  const scanPage = (after: string, isOfPart: (stream: string) => boolean): readonly ScannedStream[] =>
    table
      .streams(region)
      .filter((stream) => stream > after && isOfPart(stream))
      .sort()
      .slice(0, scanPageStreams)
      .map((stream) => ({
        stream,
        ...loadItems(
          stream,
          readStrongly(() => table.readStrongly(region, stream)),
        ),
      }));

  return {
    append,
    appendAll,
    load,
    readPages: async function* (stream) {
      yield await load(stream);
    },
    streams: async function* () {
      yield* await request('scan', () => table.streams(region));
    },
    scan: async function* ({ part, parts, after }) {
      for (let last = after?.['stream'] ?? ''; ; ) {
        const page = await request('scan', () => scanPage(last, (stream) => partOf(stream, parts) === part));
        if (page.length === 0) return;
        last = page.at(-1)?.stream ?? last;
        yield { streams: page, place: { stream: last } };
      }
    },
  };
};

/** Few, so that much can happen between two pages. */
const scanPageStreams = 4;

/** Named as DynamoDB names it: the retry goes by the name. */
class ReplicatedWriteConflict extends Error {
  override readonly name = 'ReplicatedWriteConflictException';
}

const readOutcome = (
  item: LedgerItem,
  outcome: PutOutcome<LedgerItem>,
  { reached }: SimulatedEventStoreDeps['dice'],
): AppendResult => {
  switch (outcome.kind) {
    case 'put':
      return { kind: 'appended' };
    case 'taken':
      return judgeOrFault([item], [outcome.standing]);
    case 'conflict':
      reached('puts of one item in two regions');
      throw new ReplicatedWriteConflict('another region writes this item');
    case 'isolated':
      reached('isolated region refuses a put');
      throw new LedgerFault('unavailable', 'no quorum');
    case 'unknown':
      reached('put without an answer');
      throw new LostAnswer();
  }
};

/** Faults go to the caller at once: here they are drawn, and clients repeat what failed. */
const unlessFault = async <Done>(retry: RequestRetry, label: string, tryOnce: () => Promise<Done>): Promise<Done> => {
  const settled = await retry(label, () =>
    tryOnce().then(
      (done) => ({ done }),
      (fault: unknown) => {
        if (fault instanceof LedgerFault) return { fault };
        throw fault;
      },
    ),
  );
  if ('fault' in settled) throw settled.fault;
  return settled.done;
};

const judgeOrFault = (items: readonly LedgerItem[], standing: readonly (LedgerItem | undefined)[]): AppendResult => {
  const judged = judgeAppend(items, standing);
  if (!judged) throw new LedgerFault('unavailable', 'the put did not arrive');
  return judged;
};

/** As the adapters read them. An item is read once: it is immutable, so reading it again would say the same. */
export const loadItems = (stream: string, items: readonly LedgerItem[]): LoadedStream => {
  const entries: Entry[] = [];
  const damaged: LoadedStream['damaged'][number][] = [];
  for (const item of items) {
    const read = loadedItems.get(item) ?? readItems(stream, [item], sha256);
    loadedItems.set(item, read);
    entries.push(...read.entries);
    damaged.push(...read.damaged);
  }
  return { entries, damaged };
};

const loadedItems = new WeakMap<LedgerItem, LoadedStream>();
