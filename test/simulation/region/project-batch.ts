/**
 * One invocation of the real projector's handler, by hand instead of by Lambda: the streams that failed.
 *
 * Each is a cold start.
 */
import type { Context, DynamoDBRecord } from 'aws-lambda';
import type { Clock } from '../../../domain/ports/clock.ts';
import { sha256 } from '../../../infra/node/sha256.ts';
import { createGenerationStore } from '../../../projections/generations/generation-store.ts';
import { createProjector, type ProjectorDeps } from '../../../projections/projector/projector.ts';
import type { InvocationPorts } from './ports.ts';

export interface ProjectBatchDeps {
  readonly name: string;
  readonly clock: Clock;
}

export const projectBatch = async (
  { name, clock }: ProjectBatchDeps,
  { ports, code, deadLetterQueue }: InvocationPorts,
  streams: readonly string[],
): Promise<readonly string[]> => {
  const projector = createProjector({
    ...ports,
    region: name,
    generations: createGenerationStore(ports.controlStore),
    deadLetterQueue,
    version: code.version,
    lifecycleName: code.lifecycle.name,
    sha256,
    clock,
    observability: silent,
  });
  const { batchItemFailures } = await projector({ Records: streams.map(toRecord) }, noContext);
  const failed = new Set(batchItemFailures.map(({ itemIdentifier }) => itemIdentifier));
  return streams.filter((_, i) => failed.has(sequenceNumber(i)));
};

const silent: ProjectorDeps['observability'] = {
  logger: { warn: () => undefined, error: () => undefined },
  metrics: { count: () => undefined, measure: () => undefined },
  middlewares: [],
};

/** Nobody reads it. */
const noContext = {} as Context;

const sequenceNumber = (i: number): string => String(i + 1);

const toRecord = (stream: string, i: number): DynamoDBRecord => ({
  eventName: 'INSERT',
  dynamodb: { Keys: { stream: { S: stream } }, SequenceNumber: sequenceNumber(i) },
});
