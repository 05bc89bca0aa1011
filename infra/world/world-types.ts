/**
 * The world as its users see it: regions, the faults between them, and whether everything has arrived.
 *
 * The play, the report, the control server and the tests know only these types, never the engine behind them: with Java
 * a region is a DynamoDB Local process and a Lambda host process, without it a few objects in this process.
 */
import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import type { StreamClass } from '../../domain/fold/folded-stream.ts';
import type { ControlStore } from '../../domain/ports/control-store.ts';
import type { EventStore } from '../../domain/ports/event-store.ts';
import type { StoredView, ViewStore } from '../../domain/ports/view-store.ts';
import type { BusSubscriber } from './event-bus.ts';

export type EngineName = 'dynamodb-local' | 'in-memory';

export interface World {
  readonly engine: EngineName;
  /** In the order given at boot; the first one is the primary. */
  readonly regions: readonly Region[];
  /** The region that holds the lease and no replica; undefined where there is none. Faults may name it. */
  readonly witness: string | undefined;
  setFault(fault: Fault): Promise<void>;
  /** Ends every fault. */
  heal(): Promise<void>;
  /** The faults that are on, one a link or region. */
  faults(): readonly ActiveFault[];
  backlog(): readonly LinkBacklog[];
  /**
   * Resolves once every item has crossed and every region's projector has seen it; false when that took too long,
   * which it always does while a partition or an outage is on.
   */
  waitUntilDrained(options: { readonly timeoutMs: number }): Promise<boolean>;
  /**
   * Creates a table of mutable items in every region, replicated as global tables do: the whole item with the larger
   * `lwwAttribute` wins. It stands under the same faults as the ledger.
   */
  createMutableTable(definition: MutableTableDefinition): Promise<ReadonlyMap<string, MutableTable>>;
  /** A bearer token that every region's API takes until it expires or the world ends. */
  issueToken(grant: TokenGrant): Promise<string>;
  /** Ends every process and server of the world and waits for them. */
  stop(): Promise<void>;
}

export interface Region {
  readonly name: string;
  /** Without a slash at the end: `http://127.0.0.1:4101`. */
  readonly apiUrl: string;
  /** The region's replica of the ledger, past the API: for checks, never to write orders. */
  readonly eventStore: EventStore;
  readonly controlStore: ControlStore;
  /** Of the generation that is live now; asked again, of the one that is live then. */
  openLiveViews(): Promise<ViewStore<OrderRow>>;
  countEntries(): Promise<number>;
  /** From the live generation. */
  loadView(stream: string): Promise<StoredView<OrderRow> | undefined>;
  /** Every row of the generation that is live when the reading begins. */
  views(): AsyncIterable<StoredView<OrderRow>>;
  /** What was published lately, as CloudEvents, oldest first. */
  recentAlerts(): readonly unknown[];
  /** Told of each event on the region's bus from now on, as it is published. It must not throw. Returns what ends it. */
  onAlert(listener: BusSubscriber): () => void;
  /** Names of the workflows that fetch a person here, or wait to: `<case>-<number>`. */
  runningReviews(): readonly string[];
  /** The process that runs the handlers; undefined where they run in this process. */
  hostPid(): number | undefined;
  /**
   * Kills database and host at once, as a power cut would; until `restart` neither comes back. In a world that keeps its
   * data in a directory, and not on a strongly consistent ledger, whose quorum knows faults alone; else undefined.
   */
  readonly kill?: () => Promise<void>;
  /** Starts both over what the database had written to its disk. */
  readonly restart?: () => Promise<void>;
  /** On DynamoDB Local only. */
  readonly documentClient?: DynamoDBDocumentClient;
  /**
   * All that the region's host process gets of an environment: with it any other process works on the region. The
   * credentials are the world's own and open nothing elsewhere. Undefined where the region lives in this process.
   */
  readonly environment?: Readonly<Record<string, string>>;
}

/** What a token says. */
export interface TokenGrant {
  readonly scopes: readonly string[];
  readonly tenant: string;
  /** Who acts; stored with every entry. */
  readonly subject: string;
  readonly expiresInSeconds: number;
}

/** A row of the projector's order view, as far as the world looks into it. */
export interface OrderRow {
  readonly status: string;
  readonly class: StreamClass;
}

/** Without `from` and `to` every pair of regions is meant, the witness included. `bothWays` is true where it is absent. */
export type Fault =
  | ({ readonly kind: 'lag'; readonly ms: number } & LinkSelection)
  | ({ readonly kind: 'partition' } & LinkSelection)
  /** The region's API answers 503, its projector and all its links stand still. */
  | { readonly kind: 'outage'; readonly from: string }
  | ({ readonly kind: 'heal' } & LinkSelection);

export interface LinkSelection {
  readonly from?: string | undefined;
  readonly to?: string | undefined;
  readonly bothWays?: boolean | undefined;
}

export type ActiveFault =
  | { readonly kind: 'lag'; readonly from: string; readonly to: string; readonly ms: number }
  | { readonly kind: 'partition'; readonly from: string; readonly to: string }
  | { readonly kind: 'outage'; readonly region: string };

export interface LinkBacklog {
  readonly from: string;
  readonly to: string;
  readonly table: string;
  /** Items read from the source and not yet applied to the target. Heartbeats are not counted: they never end. */
  readonly items: number;
}

export interface MutableTableDefinition {
  readonly name: string;
  /** The partition key, a string. */
  readonly keyAttribute: string;
  /** Where the hybrid write time in ms stands, a number. The writing region stands in `<lwwAttribute>Region`. */
  readonly lwwAttribute: string;
}

/** A mutable item: what an order row is where orders are no events. JSON values only. */
export type MutableItem = Readonly<Record<string, unknown>>;

/** One region's replica of a mutable table. */
export interface MutableTable {
  get(key: string): Promise<MutableItem | undefined>;
  /**
   * Reads, changes and writes one item; a race inside the region is repeated, so only other regions can interfere.
   * Key, write time and region are stamped here. Returning undefined leaves the item as it is.
   */
  update(
    key: string,
    change: (current: MutableItem | undefined) => MutableItem | undefined,
  ): Promise<MutableItem | undefined>;
  /** Every item of this replica, in no order. */
  all(): AsyncIterable<MutableItem>;
}
