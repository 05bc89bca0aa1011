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
import type { HeartbeatStore } from '../../domain/ports/heartbeat-store.ts';
import type { PeerReplica } from '../../domain/ports/peer-replica.ts';
import type { PersonalData } from '../../domain/ports/personal-data.ts';
import type { OpenViews } from '../../domain/ports/view-store.ts';
import type { WritePlanSettings } from '../../domain/write-plan/write-plan-settings.ts';
import { createInMemoryControlStore } from '../in-memory/in-memory-control-store.ts';
import { createInMemoryCustomerKeys } from '../in-memory/in-memory-customer-keys.ts';
import { createInMemoryDeadLetterQueue } from '../in-memory/in-memory-dead-letter-queue.ts';
import { createInMemoryEventStore } from '../in-memory/in-memory-event-store.ts';
import { createInMemoryHeartbeats } from '../in-memory/in-memory-heartbeats.ts';
import { createInMemoryPeerReplica } from '../in-memory/in-memory-peer-replica.ts';
import { createInMemoryTraffic, type InMemoryTraffic } from '../in-memory/in-memory-traffic.ts';
import { createInMemoryViews } from '../in-memory/in-memory-view-store.ts';
import { createLocalKeys, createLocalKeyWrap } from '../key-file/key-file.ts';
import { sha256 } from '../node/sha256.ts';
import { createCustomerKeyRing } from '../personal-data/customer-key-ring.ts';
import { drainOf } from './drain-of.ts';
import { regionAttributeOf } from './dynamodb-mutable-table.ts';
import { createCleanup, type Engine, type EngineOptions, type EngineRegion } from './engine.ts';
import { roundTripMs } from './faults.ts';
import { trafficPeriodSeconds } from './host-environment.ts';
import { type HttpHandler, startHttpTrigger } from './http-trigger.ts';
import { createInMemoryBus } from './in-memory-bus.ts';
import { type InMemoryLedger, startInMemoryLedgerLink } from './in-memory-ledger-link.ts';
import { createInMemoryMutableTable, type InMemoryMutableTable } from './in-memory-mutable-table.ts';
import { type InMemoryReviewPorts, openInMemoryReview } from './in-memory-review.ts';
import { openWritePlan, type RegionWritePlan, type Witness } from './in-memory-write-plan.ts';
import { readLiveViews } from './live-views.ts';
import { startReplicationLink } from './replication-link.ts';
import type { ReviewHandlers } from './review-triggers.ts';
import { type ScheduledHandler, type ScheduleTrigger, startScheduleTrigger } from './schedule-trigger.ts';
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
  readonly heartbeats: HeartbeatStore;
  readonly peers: readonly PeerReplica[];
  /** Undefined where cases are found and nobody is fetched. */
  readonly review: InMemoryReviewPorts | undefined;
  readonly openViews: OpenViews<OrderRow>;
  readonly controlStore: ControlStore;
  readonly alertBus: AlertBus;
  readonly deadLetterQueue: DeadLetterQueue;
  /** Takes the counts of the order API. */
  readonly traffic: InMemoryTraffic;
  readonly personalData: PersonalData;
  readonly tokenTrust: TokenTrust;
  readonly writePlan: WritePlanSettings | undefined;
  /** As this region reaches it; undefined where there is none. */
  readonly witness: Witness | undefined;
}

export interface RegionHandlers {
  readonly orderApi: HttpHandler;
  /** Undefined without a write plan. */
  readonly regionAgent: ScheduledHandler | undefined;
  /** Undefined without its ports. */
  readonly review: ReviewHandlers | undefined;
  readonly projector: (event: DynamoDBStreamEvent, context: Context) => Promise<DynamoDBBatchResponse>;
}

/** Throws a PortInUseError. */
export const startInMemoryEngine = async (options: InMemoryEngineOptions): Promise<Engine> => {
  const cleanup = createCleanup();
  const ledgers: Ledgers = new Map(options.regions.map(({ name }) => [name, createInMemoryLedger()]));
  const keyWrap = createLocalKeyWrap(createLocalKeys());
  const regions: EngineRegion[] = [];
  const schedules: ScheduleTrigger[] = [];
  // Together, since a run takes up to a beat to see that its time is up.
  cleanup.add(async () => void (await Promise.all(schedules.map(({ stop }) => stop()))));
  try {
    const writePlan = await openWritePlan(options);
    for (const region of writePlan.regions) {
      const { customerKeys: keyStore } = find(ledgers, region.name);
      const keyRing = { keyStore, keyWrap, region: region.name, clock: options.clock };
      const personalData = createCustomerKeyRing({ ...keyRing, randomBytes });
      const regionOptions = { ...options, ...writePlan.of(region.name), personalData, schedules };
      regions.push(await startRegion(region, ledgers, regionOptions, cleanup.add));
    }
  } catch (error) {
    await cleanup.run();
    throw error;
  }
  const mutableTables = new Map<string, ReadonlyMap<string, InMemoryMutableTable>>();
  return {
    name: 'in-memory',
    regions,
    startLedgerLink: async (settings) =>
      startInMemoryLedgerLink(find(ledgers, settings.from), find(ledgers, settings.to), settings),
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
        keyOf: (item) => String(item[definition.keyAttribute]),
        apply: async (item) => target.replicate(item),
      });
    },
    stop: cleanup.run,
  };
};

/** By region. */
type Ledgers = ReadonlyMap<string, InMemoryLedger>;

const createInMemoryLedger = (): InMemoryLedger => ({
  eventStore: createInMemoryEventStore({ sha256 }),
  customerKeys: createInMemoryCustomerKeys(),
  heartbeats: createInMemoryHeartbeats(),
});

interface RegionOptions extends InMemoryEngineOptions, RegionWritePlan {
  readonly personalData: PersonalData;
  /** Of all regions; this one's is added. */
  readonly schedules: ScheduleTrigger[];
}

const startRegion = async (
  { name, apiPort }: EngineOptions['regions'][number],
  ledgers: Ledgers,
  options: RegionOptions,
  onStop: (stop: () => Promise<void>) => void,
): Promise<EngineRegion> => {
  const { faults, clock, sleep, onFault, createHandlers, liveGeneration } = options;
  const { personalData, tokenTrust, settings: writePlan, witness, schedules } = options;
  const { eventStore, heartbeats } = find(ledgers, name);
  const peers = peersOf(name, ledgers, options);
  const openViews = createInMemoryViews<OrderRow>();
  const controlStore = createInMemoryControlStore();
  const review = await openInMemoryReview({ ...options, region: name });
  const bus = createInMemoryBus({ region: name, deliver: (queue, event) => review?.deliver(queue, event) });
  const deadLetterQueue = createInMemoryDeadLetterQueue();
  const traffic = createInMemoryTraffic({ periodSeconds: trafficPeriodSeconds, clock });
  const written = { openViews, controlStore, alertBus: bus.alertBus, deadLetterQueue };
  const ports = {
    region: name,
    eventStore,
    heartbeats,
    peers,
    personalData,
    tokenTrust,
    writePlan,
    witness,
    review,
    traffic,
    ...written,
  };
  const { orderApi, projector, regionAgent, review: reviewHandlers } = createHandlers(ports);
  if (review && reviewHandlers) {
    review.start(reviewHandlers);
    onStop(review.stop);
  }
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
  if (regionAgent) {
    const isPaused = () => faults.isOut(name);
    const functionName = 'region-agent';
    schedules.push(startScheduleTrigger({ ...options, handler: regionAgent, functionName, region: name, isPaused }));
  }
  return {
    name,
    apiUrl: `http://127.0.0.1:${http.port}`,
    eventStore,
    controlStore,
    ...readLiveViews({ openViews, controlStore, liveGeneration }),
    countEntries: () => countEntries(eventStore),
    recentAlerts: bus.recentAlerts,
    onAlert: bus.onAlert,
    runningReviews: () => review?.runningReviews() ?? [],
    hostPid: () => undefined,
    caughtUp: trigger.caughtUp,
    announceOutage: () => undefined,
  };
};

const peersOf = (
  name: string,
  ledgers: Ledgers,
  { faults, sleep }: Pick<InMemoryEngineOptions, 'faults' | 'sleep'>,
): readonly PeerReplica[] =>
  [...ledgers]
    .filter(([region]) => region !== name)
    .map(([region, { eventStore }]) =>
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
