/**
 * The projector: a Lambda handler on a region's ledger stream, and the region's one consumer of it.
 *
 * A record is a doorbell, not data. It names a stream; everything else is read from the ledger. The batch is grouped by
 * stream, so a hot order costs one read and one fold however often it rang. What fails is reported item by item, and
 * Lambda delivers from the lowest of them again: what succeeded meanwhile is projected twice, to the same row. What can
 * never succeed is set aside as a dead letter, so that it does not block the orders behind it.
 */
import { BatchProcessor, EventType, processPartialResponse } from '@aws-lambda-powertools/batch';
import type { Logger } from '@aws-lambda-powertools/logger';
import middy, { type MiddlewareObj } from '@middy/core';
import type { Context, DynamoDBBatchResponse, DynamoDBRecord, DynamoDBStreamEvent } from 'aws-lambda';
import type { BacklogWatch } from '../../domain/ports/backlog-watch.ts';
import type { ControlStore } from '../../domain/ports/control-store.ts';
import type { DeadLetterQueue } from '../../domain/ports/dead-letter-queue.ts';
import type { Sha256 } from '../../domain/ports/digest.ts';
import type { LedgerFault } from '../../domain/ports/event-store.ts';
import type { ProjectorMetrics } from '../../domain/ports/metrics.ts';
import type { OpenViews } from '../../domain/ports/view-store.ts';
import type { GenerationStore } from '../generations/generation-store.ts';
import { fedGenerations } from '../generations/generations.ts';
import { gatherRequests } from '../views/gather-requests.ts';
import type { OrderView } from '../views/order-view.ts';
import { failurePlace, failureReason, isWorthRetrying, poisonLetter } from './dead-letters.ts';
import { type EntryArrival, measureLag } from './measure-lag.ts';
import { oncePerStream } from './once-per-stream.ts';
import { type Projected, type ProjectStreamDeps, projectStream } from './project-stream.ts';
import { type BatchTally, createBatchTally } from './projector-metrics.ts';
import { orderStreamOf, type RungStream, streamsOfBatch } from './read-batch.ts';
import { createVersionSayer } from './say-version.ts';
import { seeArrivals } from './see-arrivals.ts';
import { reportTampering } from './tampered-entries.ts';

export interface ProjectorDeps extends ProjectStreamDeps {
  readonly openViews: OpenViews<OrderView>;
  readonly controlStore: Pick<ControlStore, 'get' | 'put'>;
  readonly generations: Pick<GenerationStore, 'read'>;
  readonly deadLetterQueue: Pick<DeadLetterQueue, 'send'>;
  readonly lifecycleName: string;
  readonly sha256: Sha256;
  /** Undefined where no breaker asks for it. */
  readonly backlogWatch?: BacklogWatch | undefined;
  readonly observability: ProjectorObservability;
}

export interface ProjectorObservability {
  readonly logger: Pick<Logger, 'warn' | 'error'>;
  readonly metrics: ProjectorMetrics;
  /** For middy, in this order. */
  readonly middlewares: readonly MiddlewareObj[];
}

export type Projector = (event: DynamoDBStreamEvent, context: Context) => Promise<DynamoDBBatchResponse>;

/** Streams read and folded at a time: enough to hide the network and to write rows together, few enough for the memory. */
const concurrencyMax = 32;

export const createProjector = (given: ProjectorDeps): Projector => {
  const deps = { ...given, openViews: gatherRequests(given.openViews) };
  const { logger, metrics, middlewares } = deps.observability;
  const sayVersion = createVersionSayer({
    ...deps,
    onFailure: (error) => logger.warn('the version of the projector could not be said', { error: error as Error }),
  });
  const projectBatch = async (event: DynamoDBStreamEvent, context: Context): Promise<DynamoDBBatchResponse> => {
    const tally = createBatchTally(metrics, deps.region);
    await sayVersion();
    const onRecord = await openBatch(deps, event.Records, tally);
    // A fresh one each time: it keeps the records and failures of its batch.
    const processor = new BatchProcessor(EventType.DynamoDBStreams);
    const { batchItemFailures } = await processPartialResponse(event, onRecord, processor, {
      context,
      throwOnFullBatchFailure: false,
    });
    tally.publish();
    return { batchItemFailures: [...batchItemFailures] };
  };
  const handler = middy<DynamoDBStreamEvent, DynamoDBBatchResponse>()
    .use([...middlewares])
    .handler(projectBatch);
  return async (event, context) => handler(event, context);
};

/** Returns what to do for each record: it throws when the record has to be delivered again. */
const openBatch = async (
  deps: ProjectorDeps,
  records: readonly DynamoDBRecord[],
  tally: BatchTally,
): Promise<(record: DynamoDBRecord) => Promise<void>> => {
  const streams = streamsOfBatch(records);
  tally.add('BatchRecords', records.length);
  tally.add('BatchStreams', streams.size);
  if (streams.size === 0) return async () => undefined;
  const generations = await fedByUs(deps, tally);
  if (!generations) {
    tally.add('ProjectionsFailed', streams.size);
    return async (record) => giveBack(orderStreamOf(record) !== undefined);
  }
  const { arrivals, oldestRecordMs } = measureLag(records, { region: deps.region, nowMs: deps.clock.nowMs() });
  if (oldestRecordMs !== undefined) tally.addDuration('ProjectorLagMs', oldestRecordMs);
  const batch: OpenBatch = { deps, generations, tally, arrivals };
  const workOnce = oncePerStream((stream) => workOn(batch, streams.get(stream)), concurrencyMax);
  return async (record) => {
    const stream = orderStreamOf(record);
    if (stream !== undefined) giveBack((await workOnce(stream)).has(record));
  };
};

/** What throws is delivered again. */
const giveBack = (isFailed: boolean): void => {
  if (isFailed) throw new Error('to be delivered again');
};

/**
 * Names of the generations to feed, the live one first; undefined when the batch must wait.
 *
 * Read anew for every batch, after we were given it, and strongly consistent. That order makes a rebuild race-free: if
 * a generation is missing here, it began after this reading, so every entry that rings in this batch was in the ledger
 * before it began, and its scan sees them all. A reading from before the batch could miss both.
 */
const fedByUs = async (
  { generations, version, observability: { logger } }: ProjectorDeps,
  tally: BatchTally,
): Promise<readonly [string, ...string[]] | undefined> => {
  try {
    const fed = fedGenerations(await generations.read());
    const newer = fed.find((generation) => generation.version > version);
    if (newer) {
      tally.add('ProjectorOutdated');
      logger.error('newer code writes a generation: the batch waits for it', { generation: newer, version });
      return undefined;
    }
    const [live, ...building] = fed;
    return [live.name, ...building.map(({ name }) => name)];
  } catch (error) {
    logger.error('the generations could not be read', { error: error as Error });
    return undefined;
  }
};

interface OpenBatch {
  readonly deps: ProjectorDeps;
  readonly generations: readonly [string, ...string[]];
  readonly tally: BatchTally;
  readonly arrivals: ReadonlyMap<string, readonly EntryArrival[]>;
}

/** All there is to do for a stream. Returns the records that have to be delivered again. */
const workOn = async (batch: OpenBatch, rung: RungStream | undefined): Promise<ReadonlySet<DynamoDBRecord>> => {
  const failed = new Set<DynamoDBRecord>();
  if (!rung) return failed;
  // One after the other: a later change of one item must find what the earlier one kept.
  for (const record of rung.records)
    if ((await attempt(batch, rung, () => tampering(batch, record))) === 'again') failed.add(record);
  let projected: Projected | undefined;
  const outcome = await attempt(batch, rung, async () => {
    projected = await projecting(batch, rung.stream);
  });
  if (failed.size > 0 || outcome === 'again') batch.tally.add('ProjectionsFailed');
  await seeArrivals({ ...batch.deps, tally: batch.tally }, batch.arrivals.get(rung.stream) ?? [], projected);
  return outcome === 'again' ? new Set(rung.records) : failed;
};

const tampering = async ({ deps, tally }: OpenBatch, record: DynamoDBRecord): Promise<void> => {
  const alert = await reportTampering(deps, record);
  if (!alert) return;
  tally.add('LedgerTampered');
  const { stream, position, change } = alert;
  deps.observability.logger.error('an entry of the ledger was tampered with', { stream, position, change });
};

const projecting = async ({ deps, generations, tally }: OpenBatch, stream: string): Promise<Projected> => {
  const openViews: ProjectStreamDeps['openViews'] = (generation) => {
    const views = deps.openViews(generation);
    return {
      get: (of) => views.get(of),
      replace: async (replacement) => {
        const replaced = await views.replace(replacement);
        if (replaced === 'lost') tally.add('CutConditionsLost');
        return replaced;
      },
    };
  };
  const projected = await projectStream({ ...deps, openViews }, stream, generations);
  tally.addProjected(projected);
  const { damaged } = projected;
  if (damaged.length > 0)
    deps.observability.logger.warn('the ledger holds items that are no entries', { stream, damaged });
  return projected;
};

/** `done`, or set aside as a dead letter: `again` only where another try can help. */
const attempt = async (
  { deps, tally }: OpenBatch,
  rung: RungStream,
  work: () => Promise<void>,
): Promise<'done' | 'again'> => {
  const { region, clock, deadLetterQueue, observability } = deps;
  const { logger } = observability;
  const { stream } = rung;
  try {
    await work();
    return 'done';
  } catch (error) {
    if (isWorthRetrying(error)) {
      if ((error as LedgerFault).code === 'outdated') tally.add('ProjectorOutdated');
      logger.error('the stream could not be projected, and is tried again', { stream, error: error as Error });
      return 'again';
    }
    const [reason, place] = [failureReason(error), failurePlace(error)];
    try {
      await deadLetterQueue.send(poisonLetter(rung, { region, error, atMs: clock.nowMs() }));
      tally.add('DeadLetters');
      logger.error('the stream cannot be projected: a dead letter was sent', { stream, reason, place });
      return 'done';
    } catch (queueError) {
      logger.error('the stream cannot be projected, and the dead letter was not taken', {
        stream,
        reason,
        place,
        error: queueError as Error,
      });
      return 'again';
    }
  }
};
