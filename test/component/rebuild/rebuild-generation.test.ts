/**
 * A rebuild on DynamoDB's own engine, with the real projector feeding both generations while entries go on arriving.
 */
import { describe, expect, it } from 'vitest';
import { fold } from '../../../domain/fold/fold.ts';
import type { Entry } from '../../../domain/ledger/entry.ts';
import { retail } from '../../../domain/lifecycle/retail.ts';
import { createDynamoDbControlStore } from '../../../infra/dynamodb/dynamodb-control-store.ts';
import { createDynamoDbEventStore } from '../../../infra/dynamodb/dynamodb-event-store.ts';
import { createDynamoDbViews } from '../../../infra/dynamodb/dynamodb-view-store.ts';
import { controlTable, ledgerTable, viewsTable } from '../../../infra/dynamodb/ledger-table.ts';
import { createInMemoryAlertBus } from '../../../infra/in-memory/in-memory-alert-bus.ts';
import { createInMemoryDeadLetterQueue } from '../../../infra/in-memory/in-memory-dead-letter-queue.ts';
import { sha256 } from '../../../infra/node/sha256.ts';
import { createGenerationStore } from '../../../projections/generations/generation-store.ts';
import { liveGeneration } from '../../../projections/generations/generations.ts';
import { createProjector } from '../../../projections/projector/projector.ts';
import { cleanGenerations } from '../../../projections/rebuild/clean-generations.ts';
import {
  type RebuildDeps,
  type RebuildOptions,
  rebuildGeneration,
} from '../../../projections/rebuild/rebuild-generation.ts';
import type { RebuildProgress } from '../../../projections/rebuild/rebuild-progress.ts';
import { foldedToOrderView, type OrderView, projectionVersion } from '../../../projections/views/order-view.ts';
import { quietObservability } from '../../../services/middleware/observability.ts';
import { createLedger } from '../../support/builders/ledger-builder.ts';
import { cancelled, noteChanged, packed, paid, placed, shipped } from '../../support/builders/retail-drafts.ts';
import { createSeededRandom } from '../../support/builders/seeded-random.ts';
import { collect } from '../../support/collect.ts';
import { useDynamoDbLocal } from '../../support/dynamodb-local-fixture.ts';
import { failedSequences, lambdaContext, ring } from '../../support/stream-event.ts';

const database = useDynamoDbLocal();
const region = 'us-east-1';

const createRegion = async () => {
  const shared = {
    documentClient: database.connect(),
    sleep: (ms: number) => new Promise<void>((wake) => setTimeout(wake, ms)),
    random: createSeededRandom(3),
  };
  const [ledger, views, control] = [
    await database.createTable(ledgerTable),
    await database.createTable(viewsTable),
    await database.createTable(controlTable),
  ];
  const eventStore = createDynamoDbEventStore({ ...shared, tableName: ledger, sha256 });
  const openViews = createDynamoDbViews<OrderView>({ ...shared, tableName: views });
  const controlStore = createDynamoDbControlStore({ ...shared, tableName: control });
  const generations = createGenerationStore(controlStore);
  const deps: RebuildDeps = {
    region,
    eventStore,
    openViews,
    controlStore,
    generations,
    alertBus: createInMemoryAlertBus(),
    fold: (entries) => fold(entries, retail),
    version: projectionVersion(retail),
    lifecycleName: retail.name,
    clock: { nowMs: Date.now },
    sleep: shared.sleep,
  };
  const projector = createProjector({
    ...deps,
    deadLetterQueue: createInMemoryDeadLetterQueue(),
    sha256,
    observability: quietObservability(),
  });
  const project = async (entries: readonly Entry[]): Promise<void> => {
    for (let batch = ring(entries); batch.Records.length > 0; ) {
      const failed = new Set(failedSequences(await projector(batch, lambdaContext())));
      batch = { Records: batch.Records.filter(({ dynamodb }) => failed.has(dynamodb?.SequenceNumber ?? '')) };
    }
  };
  const append = async (entries: readonly Entry[]): Promise<void> => {
    const byStream = Map.groupBy(entries, ({ stream }) => stream);
    await Promise.all([...byStream.values()].map(appendInTurn));
  };
  const appendInTurn = async (entries: readonly Entry[]): Promise<void> => {
    for (const entry of entries) await eventStore.append(entry);
  };
  return {
    deps,
    append,
    project,
    rebuild: (options: RebuildOptions = {}, changed: Partial<RebuildDeps> = {}) =>
      rebuildGeneration({ ...deps, ...changed }, { parts: 3, ...options }),
    live: async () => openViews(liveGeneration(await generations.read()).name),
  };
};

/** Placed and paid first; then, by and by, the rest of their stories. Notes make the scan's pages few orders long. */
const storiesOf = (orders: number) => {
  const ledgers = Array.from({ length: orders }, (_, i) => createLedger({ stream: `order/acme/${i}`, seed: i + 1 }));
  const first = ledgers.flatMap((ledger, i) => {
    const us = ledger.at(region);
    us.append(placed());
    us.append(i % 3 === 0 ? shipped() : paid());
    us.append(noteChanged('~'.repeat(1_900)));
    ledger.replicateAll();
    return ledger.entries();
  });
  const later = ledgers.flatMap((ledger, i) => {
    const before = ledger.entries().length;
    ledger.at(region).append(i % 3 === 0 ? paid() : packed());
    ledger.at('eu-west-1').append(cancelled());
    return ledger.entries().slice(before);
  });
  return { first, later };
};

const expectRowsOfTheLedger = async ({ deps, live }: Awaited<ReturnType<typeof createRegion>>) => {
  const rows = new Map((await collect((await live()).all())).map((row) => [row.stream, row]));
  const sums: Record<string, number> = {};
  for await (const stream of deps.eventStore.streams()) {
    const { entries } = await deps.eventStore.load(stream);
    const expected = foldedToOrderView(deps.fold(entries), { version: deps.version, foldedAtMs: 0 });
    expect({ ...rows.get(stream), foldedAtMs: 0 }).toEqual(JSON.parse(JSON.stringify(expected)));
    for (const [name, amount] of Object.entries(expected.contribution)) sums[name] = (sums[name] ?? 0) + amount;
    rows.delete(stream);
  }
  expect(rows.size).toBe(0);
  const totals = await (await live()).totals('acme');
  expect(Object.fromEntries(Object.entries(totals).filter(([, amount]) => amount !== 0))).toEqual(sums);
};

describe('a rebuild on DynamoDB', () => {
  it('goes on after it was killed, beside live traffic, and no read fails while it switches', async () => {
    const here = await createRegion();
    const { first, later } = storiesOf(240);
    await here.append(first);
    await here.project(first);

    let isOver = false;
    let reads = 0;
    const reading = (async () => {
      while (!isOver) {
        const row = await (await here.live()).get(`order/acme/${reads++ % 240}`);
        expect(row?.row.counts.entries).toBeGreaterThanOrEqual(3);
      }
    })();
    const growing = (async () => {
      for (let from = 0; from < later.length; from += 20) {
        await here.append(later.slice(from, from + 20));
        await here.project(later.slice(from, from + 20));
      }
    })();
    for (const pages of [1, 2, 3])
      await expect(here.rebuild({}, { eventStore: dyingAfter(pages, here.deps.eventStore) })).rejects.toThrow('killed');
    const told: RebuildProgress[] = [];
    const rebuilt = await here.rebuild({ onProgress: (progress) => told.push(progress) });
    await growing;
    isOver = true;
    await reading;

    expect(rebuilt).toMatchObject({
      kind: 'switched',
      generation: 'g0002',
      isResumed: true,
      rows: { ledgerStreams: 240, differences: 0 },
      totals: { differences: 0 },
    });
    expect(rebuilt.kind === 'switched' && rebuilt.figures.streams).toBeLessThan(240);
    expect(told.at(-1)?.streamsTotal).toBeGreaterThanOrEqual(240);
    expect(reads).toBeGreaterThan(0);
    await expectRowsOfTheLedger(here);
  });

  it('finds nothing to change in a quiet region, and what it replaced can be cleaned', async () => {
    const here = await createRegion();
    const { first, later } = storiesOf(40);
    await here.append([...first, ...later]);
    expect(await here.rebuild()).toMatchObject({
      kind: 'switched',
      figures: { streams: 40, rows: expect.any(Number) },
    });
    expect(await here.rebuild()).toMatchObject({
      kind: 'switched',
      generation: 'g0003',
      figures: { streams: 40, rows: 40, alerts: 0 },
      rows: { liveRows: 40, ledgerStreams: 40, equal: 40, differences: 0 },
      totals: { tenantsQuiet: 1, tenantsBusy: 0, differences: 0 },
    });
    expect(await cleanGenerations(here.deps, { graceMs: 0 })).toEqual({ removed: ['g0001', 'g0002'], waiting: [] });
    expect(await collect(here.deps.openViews('g0002').all())).toEqual([]);
    expect(await collect(here.deps.openViews('g0002').allTotals())).toEqual([]);
    await expectRowsOfTheLedger(here);
  });
});

/** Hands out some pages of the scan and then nothing more, as a process that is gone. */
const dyingAfter = (pages: number, eventStore: RebuildDeps['eventStore']): RebuildDeps['eventStore'] => {
  let left = pages;
  return {
    load: eventStore.load,
    streams: eventStore.streams,
    scan: async function* (options) {
      for await (const page of eventStore.scan(options)) {
        if (left-- <= 0) throw new Error('killed');
        yield page;
      }
      throw new Error('killed');
    },
  };
};
