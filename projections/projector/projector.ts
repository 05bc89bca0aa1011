/**
 * The projector: a Lambda handler on a region's ledger stream that keeps the order views.
 *
 * A record is a doorbell, not data. It names a stream; everything else is read from the ledger. The batch is grouped by
 * stream, so a hot order costs one read and one fold however often it rang. What fails is reported item by item, and
 * Lambda delivers from the lowest of them again: what succeeded meanwhile is projected twice, to the same row.
 */
import { BatchProcessor, EventType, processPartialResponse } from '@aws-lambda-powertools/batch';
import type { Logger } from '@aws-lambda-powertools/logger';
import middy, { type MiddlewareObj } from '@middy/core';
import type { Context, DynamoDBBatchResponse, DynamoDBRecord, DynamoDBStreamEvent } from 'aws-lambda';
import { parseOrderStream } from '../../domain/ledger/stream-name.ts';
import { oncePerStream } from './once-per-stream.ts';
import { type Projected, type ProjectStreamDeps, projectStream } from './project-stream.ts';

export interface ProjectorDeps extends ProjectStreamDeps {
  readonly observability: ProjectorObservability;
}

export interface ProjectorObservability {
  readonly logger: Pick<Logger, 'warn' | 'error'>;
  readonly count: (name: ProjectorMetric, value: number) => void;
  /** For middy, in this order. */
  readonly middlewares: readonly MiddlewareObj[];
}

/** Names are an interface: alarms are set on them. */
export type ProjectorMetric =
  | 'ViewsStored'
  /** A view that had seen more stood already. */
  | 'ViewsSuperseded'
  | 'ProjectionsFailed'
  /** A search for the cheapest history was cut short. */
  | 'FoldsApproximated'
  /** Items of the ledger that are no entries, or not the ones that were hashed. */
  | 'ItemsDamaged';

export type Projector = (event: DynamoDBStreamEvent, context: Context) => Promise<DynamoDBBatchResponse>;

/** Streams read and folded at a time: enough to hide the network, few enough to keep one batch's memory small. */
const concurrencyMax = 16;

export const createProjector = (deps: ProjectorDeps): Projector => {
  const projectBatch = async (event: DynamoDBStreamEvent, context: Context): Promise<DynamoDBBatchResponse> => {
    const projectOnce = oncePerStream((stream) => projectAndReport(deps, stream), concurrencyMax);
    const onRecord = async (record: DynamoDBRecord): Promise<void> => {
      const stream = orderStreamOf(record);
      if (stream !== undefined) await projectOnce(stream);
    };
    // A fresh one each time: it keeps the records and failures of its batch.
    const processor = new BatchProcessor(EventType.DynamoDBStreams);
    const { batchItemFailures } = await processPartialResponse(event, onRecord, processor, {
      context,
      throwOnFullBatchFailure: false,
    });
    return { batchItemFailures: [...batchItemFailures] };
  };
  const handler = middy<DynamoDBStreamEvent, DynamoDBBatchResponse>()
    .use([...deps.observability.middlewares])
    .handler(projectBatch);
  return async (event, context) => handler(event, context);
};

/** The ledger also holds heartbeats and the plan, which have no order view. */
const orderStreamOf = (record: DynamoDBRecord): string | undefined => {
  const stream = record.dynamodb?.Keys?.['stream']?.S;
  return stream !== undefined && parseOrderStream(stream) ? stream : undefined;
};

const projectAndReport = async (deps: ProjectorDeps, stream: string): Promise<void> => {
  const { logger, count } = deps.observability;
  try {
    report(deps.observability, stream, await projectStream(deps, stream));
  } catch (error) {
    count('ProjectionsFailed', 1);
    logger.error('the stream could not be projected', { stream, error: error as Error });
    throw error;
  }
};

const report = ({ logger, count }: ProjectorObservability, stream: string, projected: Projected): void => {
  if (projected.kind === 'superseded') {
    count('ViewsSuperseded', 1);
    return;
  }
  if (projected.kind === 'stored') {
    count('ViewsStored', 1);
    if (projected.folded.approximated) count('FoldsApproximated', 1);
  }
  if (projected.damaged.length === 0) return;
  count('ItemsDamaged', projected.damaged.length);
  logger.warn('the ledger holds items that are no entries', { stream, damaged: projected.damaged });
};
