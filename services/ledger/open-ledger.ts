/**
 * The ledger for a service that embeds it: what the order API does, without HTTP and typed by the lifecycle.
 *
 * Every outcome is returned and has a `kind`; only faults of the world are thrown, as LedgerFault. After one of those, as
 * after a lost answer, the same call with the same idempotency key finds out what became of the first.
 */
import type { Refusal } from '../../domain/decide/decide.ts';
import type { FoldedStream } from '../../domain/fold/folded-stream.ts';
import { invariant } from '../../domain/kernel/invariant.ts';
import { type Cut, cutToToken } from '../../domain/ledger/cut.ts';
import type { Entry } from '../../domain/ledger/entry.ts';
import { namePattern, type OrderKey, orderStream, parseOrderStream } from '../../domain/ledger/stream-name.ts';
import type { Lifecycle } from '../../domain/lifecycle/define-lifecycle.ts';
import { type DamagedItem, LedgerFault } from '../../domain/ports/event-store.ts';
import {
  type AppendDeps,
  type AppendOutcome,
  appendCommand,
  appendGroup,
  type Busy,
  type RefusedLeg,
  type TakenLeg,
} from './append-commands.ts';
import { awaitReplication, type Replication, type ReplicationDeps } from './await-replication.ts';
import {
  type DecideOptions,
  type GroupOptions,
  invalidRequest,
  type ReadOptions,
  type RecordOptions,
  type RequestRefusal,
  readGroup,
  readReading,
  readWrite,
  tooLarge,
  type WriteInput,
} from './command-request.ts';
import { deriveOrderId } from './derive-order-id.ts';
import { loadCovering } from './load-covering.ts';
import { openFields, openStoredFields } from './open-fields.ts';
import { orderState } from './order-state.ts';
import type { DecisionOf, FactOf, OrderOf, ResolutionOf } from './typed-events.ts';
import { askUntil, startWait } from './wait.ts';

export interface LedgerDeps<L extends Lifecycle> extends AppendDeps, Pick<ReplicationDeps, 'peers' | 'logger'> {
  readonly lifecycle: L;
}

export interface Ledger<L extends Lifecycle> {
  readonly region: string;
  /** Asks nothing yet, so an order that does not exist is one, too. */
  readonly order: (key: OrderKey) => Order<L>;
  /** An id for an order without a number of its own: the same in every region, so that a retry finds it anywhere. */
  readonly deriveOrderId: (of: { readonly tenant: string; readonly idempotencyKey: string }) => string;
  /**
   * Takes all decisions or none: in this region at one instant, in others one by one, as replication has it. Between 2 and
   * 10 orders of one tenant; not on a strongly consistent table. Throws LedgerFault.
   */
  readonly group: (legs: readonly LegOf<L>[], options: GroupOptions) => Promise<GroupResult<L>>;
}

export interface Order<L extends Lifecycle> {
  /** What somebody chose, on the strength of what they saw. Several are one entry. Throws LedgerFault. */
  readonly decide: (events: OneOrMore<DecisionOf<L>>, options: DecideOptions) => Promise<WriteOutcome<L>>;
  /** What has happened outside. Never refused for its place in the lifecycle. Throws LedgerFault. */
  readonly record: (events: OneOrMore<FactOf<L>>, options: RecordOptions) => Promise<WriteOutcome<L>>;
  /** Throws LedgerFault. */
  readonly read: (options?: ReadOptions) => Promise<ReadOutcome<L>>;
  /** What is stored, as it is stored, in order of position. Throws LedgerFault. */
  readonly entries: () => AsyncIterable<StoredItem>;
}

export type OneOrMore<Event> = Event | readonly [Event, ...Event[]];

export interface LegOf<L extends Lifecycle> extends Pick<DecideOptions, 'ifMatch'> {
  readonly orderId: string;
  readonly events: OneOrMore<Exclude<DecisionOf<L>, ResolutionOf<L>>>;
}

export interface Taken<L extends Lifecycle> {
  /** `replayed`: the key was known, and this is its first outcome again, as that entry left the order. */
  readonly kind: 'appended' | 'replayed';
  readonly order: OrderOf<L>;
  readonly entry: Entry;
  /** What the order is at now: for `ifMatch`, and for `after` in another region. */
  readonly token: string;
  /** Where it was asked for. */
  readonly replication?: Replication;
}

export type WriteOutcome<L extends Lifecycle> = Taken<L> | RefusedLeg | Busy | RequestRefusal;

export type GroupResult<L extends Lifecycle> =
  /** In the order of the legs. */
  | {
      readonly kind: 'taken';
      readonly legs: readonly Omit<Taken<L>, 'replication'>[];
      readonly replication?: Replication;
    }
  /** The first leg that cannot be taken, and why; nothing of any leg is stored. */
  | { readonly kind: 'refused'; readonly leg: number; readonly refusal: RefusedLeg }
  | Busy
  | RequestRefusal
  | { readonly kind: 'not-implemented'; readonly detail: string };

export type ReadOutcome<L extends Lifecycle> =
  | {
      readonly kind: 'found';
      readonly order: OrderOf<L>;
      /** There only where a strongly consistent table has no quorum here: this is what the region holds, and may be old. */
      readonly read?: 'eventual';
    }
  | (Extract<Refusal, { readonly kind: 'unknown-order' | 'not-covered' }> & { readonly seen: Cut })
  | RequestRefusal;

export type StoredItem =
  | { readonly kind: 'entry'; readonly entry: Entry }
  /** Something at a position that is no entry, or not the one that was hashed. */
  | ({ readonly kind: 'damaged' } & DamagedItem);

export const createLedger = <L extends Lifecycle>(deps: LedgerDeps<L>): Ledger<L> => ({
  region: deps.region,
  order: (key) => ({
    decide: (events, options) => write(deps, { kind: 'decision', key, events, options }),
    record: (events, options) => write(deps, { kind: 'fact', key, events, options }),
    read: (options = {}) => readOrder(deps, key, options),
    entries: () => storedItems(deps, key),
  }),
  deriveOrderId: (of) => deriveOrderId(of, deps.sha256),
  group: (legs, options) => writeGroup(deps, legs, options),
});

const write = async <L extends Lifecycle>(deps: LedgerDeps<L>, input: WriteInput): Promise<WriteOutcome<L>> => {
  const request = readWrite(input);
  if (request.kind !== 'read') return request;
  const { stream, command, replicated, waitMs } = request.value;
  const unable = replicated ? refuseWithoutPeers(deps) : undefined;
  if (unable) return unable;
  const wait = startWait(deps, waitMs);
  const append = (): Promise<AppendOutcome> => appendCommand(deps, stream, command);
  const outcome = await orTooLarge(() => askUntil(deps, wait, append, ({ kind }) => kind !== 'not-covered'));
  if (outcome.kind !== 'appended' && outcome.kind !== 'replayed') return outcome;
  const [replication, taken] = await Promise.all([
    replicated ? awaitReplication(deps, [outcome.entry], wait) : undefined,
    toTaken(deps, outcome),
  ]);
  return { ...taken, ...(replication && { replication }) };
};

const writeGroup = async <L extends Lifecycle>(
  deps: LedgerDeps<L>,
  legs: readonly LegOf<L>[],
  options: GroupOptions,
): Promise<GroupResult<L>> => {
  if (deps.consistency === 'strong')
    return { kind: 'not-implemented', detail: 'A strongly consistent table has no transactions.' };
  const request = readGroup(legs, options);
  if (request.kind !== 'read') return request;
  const { legs: asked, replicated, waitMs } = request.value;
  const unable = replicated ? refuseWithoutPeers(deps) : undefined;
  if (unable) return unable;
  const wait = startWait(deps, waitMs);
  const outcome = await orTooLarge(() => appendGroup(deps, asked));
  if (outcome.kind !== 'taken') return outcome;
  const entries = outcome.legs.map(({ entry }) => entry);
  const [replication, taken] = await Promise.all([
    replicated ? awaitReplication(deps, entries, wait) : undefined,
    Promise.all(outcome.legs.map((leg) => toTaken(deps, leg))),
  ]);
  return { kind: 'taken', legs: taken, ...(replication && { replication }) };
};

/** Who was set up without its peers must not say that all of them hold the entry. */
const refuseWithoutPeers = ({ peers, consistency }: LedgerDeps<Lifecycle>): RequestRefusal | undefined =>
  peers.length === 0 && consistency === 'eventual'
    ? invalidRequest(['replicated'], 'the ledger was opened without peers, so it cannot say what they hold')
    : undefined;

const readOrder = async <L extends Lifecycle>(
  deps: LedgerDeps<L>,
  key: OrderKey,
  options: ReadOptions,
): Promise<ReadOutcome<L>> => {
  const request = readReading(key, options);
  if (request.kind !== 'read') return request;
  const { stream, after, waitMs } = request.value;
  const known = await loadCovering(deps, stream, { after, wait: startWait(deps, waitMs) });
  if (known.kind === 'not-covered') return known;
  const { loaded, folded, read } = known;
  if (loaded.entries.length === 0) return { kind: 'unknown-order', seen: folded.cut };
  const order = toOrder(deps, folded, await openFields(deps, { entries: loaded.entries, folded }));
  return { kind: 'found', order, ...(read === 'eventual' && { read }) };
};

const toTaken = async <L extends Lifecycle>(deps: LedgerDeps<L>, leg: TakenLeg): Promise<Taken<L>> => {
  const { kind, entry, folded } = leg;
  const order = toOrder(deps, folded, await openStoredFields(deps, leg));
  return { kind, order, entry, token: cutToToken(folded.cut) };
};

/** The types are right since it is their lifecycle that was folded with. */
const toOrder = <L extends Lifecycle>(
  { region, lifecycle }: LedgerDeps<L>,
  folded: FoldedStream,
  fields: FoldedStream['fields'],
): OrderOf<L> => {
  const name = parseOrderStream(folded.stream);
  invariant(name, 'an order that has entries has a name');
  return orderState({ ...folded, fields }, { orderId: name.orderId, region, lifecycle }) as unknown as OrderOf<L>;
};

/** What is no name of an order has no entries. */
async function* storedItems({ eventStore }: Pick<AppendDeps, 'eventStore'>, key: OrderKey): AsyncGenerator<StoredItem> {
  if (!namePattern.test(key.tenant) || !namePattern.test(key.orderId)) return;
  for await (const { entries, damaged } of eventStore.readPages(orderStream(key))) {
    const items: readonly (StoredItem & { readonly position: string })[] = [
      ...entries.map((entry) => ({ kind: 'entry' as const, entry, position: entry.position })),
      ...damaged.map((it) => ({ kind: 'damaged' as const, ...it })),
    ];
    yield* items.toSorted((left, right) => (left.position < right.position ? -1 : 1));
  }
}

const orTooLarge = async <Outcome>(run: () => Promise<Outcome>): Promise<Outcome | RequestRefusal> => {
  try {
    return await run();
  } catch (error) {
    if (error instanceof LedgerFault && error.code === 'entry-too-large') return tooLarge;
    throw error;
  }
};
