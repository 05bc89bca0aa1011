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
} from '../../../domain/ports/event-store.ts';
import { type LedgerItem, readItems, toItem } from '../../../infra/dynamodb/entry-codec.ts';
import { sha256 } from '../../../infra/node/sha256.ts';
import type { FaultDice } from '../faults/fault-dice.ts';
import { LostAnswer, type Request } from './faulty-requests.ts';
import type { GlobalTable } from './global-table.ts';

export interface SimulatedEventStoreDeps {
  readonly region: string;
  readonly table: GlobalTable<LedgerItem>;
  readonly dice: Pick<FaultDice, 'reached'>;
}

export const createSimulatedEventStore = (deps: SimulatedEventStoreDeps, request: Request): EventStore => {
  const { region, table } = deps;

  const putIfFree = (item: LedgerItem): AppendResult => {
    const standing = table.get(region, item);
    if (!standing) table.put(region, item);
    return standing ? judge(item, standing) : { kind: 'appended' };
  };

  const readBack = async (item: LedgerItem): Promise<AppendResult> => {
    const standing = await request('read back', () => table.get(region, item));
    if (!standing) throw new LedgerFault('unavailable', 'the put did not arrive');
    return judge(item, standing);
  };

  const noteLostRace = (): void => {
    deps.dice.reached('race for a position lost');
    if (table.links.some((link) => link.isCut())) deps.dice.reached('partition during a race for a position');
  };

  const append: EventStore['append'] = async (entry) => {
    const item = toItem(entry);
    try {
      const result = await request('put', () => putIfFree(item));
      if (result.kind === 'position-taken') noteLostRace();
      return result;
    } catch (error) {
      if (!(error instanceof LostAnswer)) throw error;
      deps.dice.reached('answer lost after success');
      return await readBack(item);
    }
  };

  const load: EventStore['load'] = (stream) => request('query', () => loadItems(stream, table.query(region, stream)));

  return {
    append,
    load,
    readPages: async function* (stream) {
      yield await load(stream);
    },
    streams: async function* () {
      yield* await request('scan', () => table.streams(region));
    },
  };
};

const judge = (item: LedgerItem, standing: LedgerItem): AppendResult =>
  standing.id === item.id && standing.hash === item.hash ? { kind: 'appended' } : { kind: 'position-taken' };

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
