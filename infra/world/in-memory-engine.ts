/**
 * The world without Java: the same handlers and links over the in-memory stores, all in this process.
 *
 * A region's appends become the stream events that its projector gets; a link copies entries. What it cannot show is a
 * process that dies, since there is only this one.
 */
import { randomBytes } from 'node:crypto';
import type { Context, DynamoDBBatchResponse, DynamoDBRecord, DynamoDBStreamEvent } from 'aws-lambda';
import type { Entry } from '../../domain/ledger/entry.ts';
import type { AlertBus } from '../../domain/ports/alert-bus.ts';
import type { ControlStore } from '../../domain/ports/control-store.ts';
import type { DeadLetterQueue } from '../../domain/ports/dead-letter-queue.ts';
import type { EventStore } from '../../domain/ports/event-store.ts';
import type { PeerReplica } from '../../domain/ports/peer-replica.ts';
import type { PersonalData } from '../../domain/ports/personal-data.ts';
import type { OpenViews } from '../../domain/ports/view-store.ts';
import { alertToCloudEvent } from '../eventbridge/alert-to-cloud-event.ts';
import { createInMemoryAlertBus } from '../in-memory/in-memory-alert-bus.ts';
import { createInMemoryControlStore } from '../in-memory/in-memory-control-store.ts';
import { createInMemoryCustomerKeys, type PlacedKey } from '../in-memory/in-memory-customer-keys.ts';
import { createInMemoryDeadLetterQueue } from '../in-memory/in-memory-dead-letter-queue.ts';
import { createInMemoryEventStore, type InMemoryEventStore } from '../in-memory/in-memory-event-store.ts';
import { createInMemoryPeerReplica } from '../in-memory/in-memory-peer-replica.ts';
import { createInMemoryViews } from '../in-memory/in-memory-view-store.ts';
import { createLocalKeys, createLocalKeyWrap } from '../key-file/key-file.ts';
import { sha256 } from '../node/sha256.ts';
import { createCustomerKeyRing } from '../personal-data/customer-key-ring.ts';
import { regionAttributeOf } from './dynamodb-mutable-table.ts';
import { createCleanup, type Engine, type EngineOptions, type EngineRegion } from './engine.ts';
import { roundTripMs } from './faults.ts';
import { type HttpHandler, startHttpTrigger } from './http-trigger.ts';
import { createInMemoryMutableTable, type InMemoryMutableTable } from './in-memory-mutable-table.ts';
import { readLiveViews } from './live-views.ts';
import { startReplicationLink } from './replication-link.ts';
import { startStreamTrigger } from './stream-trigger.ts';
import type { TokenTrust } from './token-issuer.ts';
import type { MutableItem, OrderRow } from './world-types.ts';

export interface InMemoryEngineOptions extends EngineOptions {
  /** The handlers are built by whoever may know them. */
  readonly createHandlers: (ports: RegionPorts) => RegionHandlers;
}

export interface RegionPorts {
  readonly region: string;
  readonly eventStore: EventStore;
  readonly peers: readonly PeerReplica[];
  readonly openViews: OpenViews<OrderRow>;
  readonly controlStore: ControlStore;
  readonly alertBus: AlertBus;
  readonly deadLetterQueue: DeadLetterQueue;
  readonly personalData: PersonalData;
  readonly tokenTrust: TokenTrust;
}

export interface RegionHandlers {
  readonly orderApi: HttpHandler;
  readonly projector: (event: DynamoDBStreamEvent, context: Context) => Promise<DynamoDBBatchResponse>;
}

const recentAlertsMax = 500;

/** Throws a PortInUseError. */
export const startInMemoryEngine = async (options: InMemoryEngineOptions): Promise<Engine> => {
  const cleanup = createCleanup();
  const stores: Stores = new Map(options.regions.map(({ name }) => [name, createInMemoryEventStore({ sha256 })]));
  const keyStores = new Map(options.regions.map(({ name }) => [name, createInMemoryCustomerKeys()]));
  const keyWrap = createLocalKeyWrap(createLocalKeys());
  const regions: EngineRegion[] = [];
  try {
    for (const region of options.regions) {
      const keyRing = { keyStore: find(keyStores, region.name), keyWrap, region: region.name, clock: options.clock };
      const personalData = createCustomerKeyRing({ ...keyRing, randomBytes });
      regions.push(await startRegion(region, stores, { ...options, personalData }, cleanup.add));
    }
  } catch (error) {
    await cleanup.run();
    throw error;
  }
  const mutableTables = new Map<string, ReadonlyMap<string, InMemoryMutableTable>>();
  return {
    name: 'in-memory',
    regions,
    startLedgerLink: async (settings) => {
      const [entries, keys] = [find(stores, settings.from), find(keyStores, settings.from)];
      const [otherEntries, otherKeys] = [find(stores, settings.to), find(keyStores, settings.to)];
      const [readEntries, readKeys] = [drainOf(entries.onAppend), drainOf(keys.onPut)];
      return startReplicationLink<Entry | PlacedKey>({
        ...settings,
        read: async () => [...(await readKeys()), ...(await readEntries())],
        isOwn: ({ region }) => region === settings.from,
        apply: async (item) => ('keyId' in item ? otherKeys.replicate(item) : otherEntries.replicate(item)),
      });
    },
    createMutableTable: async (definition) => {
      const known = mutableTables.get(definition.name);
      const tables =
        known ??
        new Map(
          regions.map(({ name: region }) => [
            region,
            createInMemoryMutableTable({ definition, region, clock: options.clock }),
          ]),
        );
      mutableTables.set(definition.name, tables);
      return tables;
    },
    startMutableLink: async (definition, settings) => {
      const tables = find(mutableTables, definition.name);
      const target = find(tables, settings.to);
      return startReplicationLink<MutableItem>({
        ...settings,
        read: drainOf(find(tables, settings.from).onWrite),
        isOwn: (item) => item[regionAttributeOf(definition)] === settings.from,
        apply: async (item) => target.replicate(item),
      });
    },
    stop: cleanup.run,
  };
};

type Stores = ReadonlyMap<string, InMemoryEventStore>;

const startRegion = async (
  { name, apiPort }: EngineOptions['regions'][number],
  stores: Stores,
  options: InMemoryEngineOptions & Pick<RegionPorts, 'personalData'>,
  onStop: (stop: () => Promise<void>) => void,
): Promise<EngineRegion> => {
  const { faults, personalData, tokenTrust, clock, sleep, onFault, createHandlers, liveGeneration } = options;
  const eventStore = find(stores, name);
  const peers = peersOf(name, stores, options);
  const openViews = createInMemoryViews<OrderRow>();
  const controlStore = createInMemoryControlStore();
  const alertBus = createInMemoryAlertBus();
  const deadLetterQueue = createInMemoryDeadLetterQueue();
  const written = { openViews, controlStore, alertBus, deadLetterQueue };
  const ports = { region: name, eventStore, peers, personalData, tokenTrust, ...written };
  const { orderApi, projector } = createHandlers(ports);
  const readAppends = drainOf(eventStore.onAppend);
  let records = 0;
  const trigger = startStreamTrigger({
    read: async () => (await readAppends()).map((entry) => entryToRecord(entry, ++records, clock.nowMs())),
    handler: projector,
    functionName: 'projector',
    region: name,
    streamArn: `arn:aws:dynamodb:${name}:000000000000:table/ledger/stream/in-memory`,
    shardIdOf: () => 'shardId-00000000000000000000-00000000',
    onFailure: async (record) => deadLetterQueue.put(record),
    isPaused: () => faults.isOut(name),
    sleep,
    onFault,
  });
  onStop(trigger.stop);
  const http = await startHttpTrigger({
    handler: orderApi,
    functionName: 'order-api',
    region: name,
    port: apiPort,
    isOut: () => faults.isOut(name),
    onFault,
  });
  onStop(http.stop);
  return {
    name,
    apiUrl: `http://127.0.0.1:${http.port}`,
    eventStore,
    controlStore,
    ...readLiveViews({ openViews, controlStore, liveGeneration }),
    countEntries: () => countEntries(eventStore),
    recentAlerts: () => alertBus.published().slice(-recentAlertsMax).map(alertToCloudEvent),
    hostPid: () => undefined,
    caughtUp: trigger.caughtUp,
    announceOutage: () => undefined,
  };
};

const peersOf = (
  name: string,
  stores: Stores,
  { faults, sleep }: Pick<InMemoryEngineOptions, 'faults' | 'sleep'>,
): readonly PeerReplica[] =>
  [...stores]
    .filter(([region]) => region !== name)
    .map(([region, eventStore]) =>
      createInMemoryPeerReplica({ region, eventStore, roundTripMs: () => roundTripMs(faults, name, region), sleep }),
    );

/** As DynamoDB Streams would say it. */
const entryToRecord = ({ stream, position }: Entry, sequence: number, nowMs: number): DynamoDBRecord => ({
  eventName: 'INSERT',
  eventSource: 'aws:dynamodb',
  dynamodb: {
    Keys: { stream: { S: stream }, position: { S: position } },
    SequenceNumber: String(sequence).padStart(21, '0'),
    ApproximateCreationDateTime: Math.floor(nowMs / 1000),
  },
});

/** From being told each change to being asked for the changes since last time. */
const drainOf = <Change>(
  subscribe: (subscriber: (change: Change) => void) => unknown,
): (() => Promise<readonly Change[]>) => {
  let changes: Change[] = [];
  subscribe((change) => changes.push(change));
  return async () => {
    const drained = changes;
    changes = [];
    return drained;
  };
};

const countEntries = async (eventStore: EventStore): Promise<number> => {
  let entries = 0;
  for await (const stream of eventStore.streams()) entries += (await eventStore.load(stream)).entries.length;
  return entries;
};

const find = <Value>(values: ReadonlyMap<string, Value>, name: string): Value => {
  const value = values.get(name);
  if (value === undefined) throw new Error(`no ${name} in this world`);
  return value;
};
