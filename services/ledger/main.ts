/**
 * The package `rejoin`: what a team imports that embeds the ledger in its own services. Nothing else of this code can be
 * reached from outside, so everything named here is a promise, and the rest may change.
 */
import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { invariant } from '../../domain/kernel/invariant.ts';
import { type Consistency, strongWriter, writerPattern } from '../../domain/ledger/position.ts';
import type { Lifecycle } from '../../domain/lifecycle/define-lifecycle.ts';
import type { EventStore } from '../../domain/ports/event-store.ts';
import type { Metrics } from '../../domain/ports/metrics.ts';
import type { PersonalData } from '../../domain/ports/personal-data.ts';
import { noWritePlan, type WriteGateReader } from '../../domain/ports/write-gate-reader.ts';
import { createDocumentClient } from '../../infra/dynamodb/document-client.ts';
import { createDynamoDbControlStore } from '../../infra/dynamodb/dynamodb-control-store.ts';
import { createDynamoDbCustomerKeys } from '../../infra/dynamodb/dynamodb-customer-keys.ts';
import { createDynamoDbEventStore } from '../../infra/dynamodb/dynamodb-event-store.ts';
import { createDynamoDbPeerReplica } from '../../infra/dynamodb/dynamodb-peer-replica.ts';
import { createInMemoryCustomerKeys } from '../../infra/in-memory/in-memory-customer-keys.ts';
import { createInMemoryEventStore, type InMemoryEventStore } from '../../infra/in-memory/in-memory-event-store.ts';
import { createLocalKeys, createLocalKeyWrap } from '../../infra/key-file/key-file.ts';
import { sha256 } from '../../infra/node/sha256.ts';
import { type CustomerKeyRingDeps, createCustomerKeyRing } from '../../infra/personal-data/customer-key-ring.ts';
import { openKeyWrap, type PersonalDataSettings } from '../../infra/personal-data/open-key-wrap.ts';
import { openWriteGate } from '../write-plan/open-write-gate.ts';
import { createLedger, type Ledger, type LedgerDeps } from './open-ledger.ts';

export type { Refusal } from '../../domain/decide/decide.ts';
export { fold } from '../../domain/fold/fold.ts';
export type { FoldedStream } from '../../domain/fold/folded-stream.ts';
export type { Entry } from '../../domain/ledger/entry.ts';
export { sealable } from '../../domain/ledger/sealed-value.ts';
export {
  defineLifecycle,
  type Lifecycle,
  type LifecycleDefinition,
  LifecycleError,
} from '../../domain/lifecycle/define-lifecycle.ts';
export { retail, retailDefinition } from '../../domain/lifecycle/retail.ts';
export { type ReadEvent, readEvent } from '../../domain/lifecycle/upcast.ts';
export { type EventStore, LedgerFault } from '../../domain/ports/event-store.ts';
export type { WriteGateReader } from '../../domain/ports/write-gate-reader.ts';
export { createDocumentClient, type DocumentClientOptions } from '../../infra/dynamodb/document-client.ts';
export { ledgerTable } from '../../infra/dynamodb/ledger-table.ts';
export type { InMemoryEventStore } from '../../infra/in-memory/in-memory-event-store.ts';
export type {
  DecideOptions,
  GroupOptions,
  ReadOptions,
  RecordOptions,
  RequestRefusal,
} from './command-request.ts';
export type {
  GroupResult,
  Ledger,
  LegOf,
  Order,
  ReadOutcome,
  StoredItem,
  Taken,
  WriteOutcome,
} from './open-ledger.ts';
export type { DecisionOf, FactOf, OrderOf, ResolutionOf, StatusOf } from './typed-events.ts';

export type OpenLedgerOptions<L extends Lifecycle> = {
  /** From `defineLifecycle`; `retail` ships. */
  readonly lifecycle: L;
  /** Where this runs: entries that are accepted here carry its name. */
  readonly region: string;
  /** `strong` on a multi-region strongly consistent table. A table's mode never changes. */
  readonly consistency?: Consistency;
  /** From `createWriteGate`, where a region agent runs; without it this region may always write. */
  readonly writeGate?: WriteGateReader;
  readonly metrics?: Metrics;
  readonly logger?: LedgerDeps<L>['logger'];
} & (TableOptions | StorageOptions);

export interface TableOptions {
  readonly ledgerTable: string;
  /** Shards of the by-ulid index, per region. Only ever grows. */
  readonly ledgerShards?: number;
  /** From `createDocumentClient`, for an endpoint, credentials or time-outs of one's own. */
  readonly documentClient?: DynamoDBDocumentClient;
  /** Who wraps the keys that personal data is sealed under: the same in every region. */
  readonly personalData: PersonalDataSettings;
  /** The other regions of the table, for whoever asks for `replicated`. Needs `dynamodb:GetItem` on it over there. */
  readonly peers?: readonly string[];
}

/** From `createInMemoryStorage`, in a test. */
export interface StorageOptions {
  readonly eventStore: EventStore;
  readonly personalData: PersonalData;
}

export interface WriteGateOptions {
  /** Where this runs. */
  readonly region: string;
  /** The other regions of the table. */
  readonly peers: readonly string[];
  /** Takes decisions while regions do not see each other, until a plan names another; the same in every region. */
  readonly primary: string;
  /** This region's, which its agent writes. */
  readonly controlTable: string;
  /** The region whose control table holds the lease, where there is one. */
  readonly witness?: string;
  /** Outside the primary nothing at all is taken while the link is sick, facts included. */
  readonly isStrict?: boolean;
  /** By region, where clients find its API: said to those who are sent there. */
  readonly apiUrls?: Readonly<Record<string, string>>;
  /** From `createDocumentClient`, for an endpoint, credentials or time-outs of one's own. */
  readonly documentClient?: DynamoDBDocumentClient;
  readonly onFault?: (fault: unknown) => void;
}

/**
 * How plan, breaker and lease stand in a region where the region agent runs. Where it does not run, or nothing can be
 * read, the primary alone takes decisions.
 */
export const createWriteGate = (options: WriteGateOptions): WriteGateReader => {
  const { region, peers, primary, controlTable: tableName, onFault = () => undefined } = options;
  const { witness, isStrict = false, apiUrls = {} } = options;
  const { documentClient = createDocumentClient({ region }) } = options;
  const controlStore = createDynamoDbControlStore({ documentClient, tableName, sleep, random: Math.random });
  return openWriteGate({
    settings: { primary, isStrict, apiUrls, witness: witness === undefined ? undefined : { region: witness } },
    region,
    peers,
    controlStore,
    clock,
    stopwatch: { nowMs: () => performance.now() },
    sleep,
    onFault,
  });
};

/** Opens the ledger of one region. It makes no request yet. */
export const openLedger = <L extends Lifecycle>(options: OpenLedgerOptions<L>): Ledger<L> => {
  const { lifecycle, region, consistency = 'eventual', writeGate = noWritePlan } = options;
  const { metrics = noMetrics, logger = noLogger } = options;
  invariant(writerPattern.test(region) && region !== strongWriter, `region is a region's name, not ${region}`);
  return createLedger({
    ...('eventStore' in options ? portsOf(options) : portsOfTable(region, consistency, options)),
    lifecycle,
    region,
    consistency,
    clock,
    random: Math.random,
    sleep,
    sha256,
    writeGate,
    metrics,
    logger,
  });
};

export interface InMemoryStorage extends StorageOptions {
  readonly region: string;
  /** Its `onAppend` and `replicate` join the stores of two regions. */
  readonly eventStore: InMemoryEventStore;
  readonly keys: Pick<CustomerKeyRingDeps, 'keyStore' | 'keyWrap'>;
}

/** What `openLedger` takes for a region that is to live in this process's memory alone. */
export const createInMemoryStorage = ({
  region,
  keysOf,
}: {
  readonly region: string;
  /** Another region of the same deployment. */
  readonly keysOf?: InMemoryStorage;
}): InMemoryStorage => {
  const keys = keysOf?.keys ?? {
    keyStore: createInMemoryCustomerKeys(),
    keyWrap: createLocalKeyWrap(createLocalKeys()),
  };
  const personalData = createCustomerKeyRing({ ...keys, region, clock, randomBytes });
  return { region, eventStore: createInMemoryEventStore({ sha256 }), personalData, keys };
};

type Ports = Pick<LedgerDeps<Lifecycle>, 'eventStore' | 'personalData' | 'peers'>;

const portsOf = ({ eventStore, personalData }: StorageOptions): Ports => ({ eventStore, personalData, peers: [] });

const portsOfTable = (region: string, consistency: Consistency, options: TableOptions): Ports => {
  const { ledgerTable: tableName, ledgerShards, personalData, peers = [] } = options;
  const { documentClient = createDocumentClient({ region }) } = options;
  const table = { documentClient, tableName, sleep, random: Math.random };
  const shards = ledgerShards === undefined ? {} : { shardsPerRegion: ledgerShards };
  return {
    eventStore: createDynamoDbEventStore({ ...table, sha256, ...shards }),
    personalData: createCustomerKeyRing({
      keyStore: createDynamoDbCustomerKeys({ ...table, consistency }),
      keyWrap: openKeyWrap(personalData, { region }),
      region,
      clock,
      randomBytes,
    }),
    peers: peers.map((peer) => createDynamoDbPeerReplica({ region: peer, tableName })),
  };
};

const clock = { nowMs: Date.now };
const noMetrics: Metrics = { count: () => undefined };
const noLogger = { warn: () => undefined };
