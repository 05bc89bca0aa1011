/** `rejoin dlq`: what the projector, or Lambda for it, could not do. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { DynamoDBRecord } from 'aws-lambda';
import type { Command } from 'commander';
import type { DeadLetterQueue, ShardRangeLetter } from '../../../domain/ports/dead-letter-queue.ts';
import { readShardRange } from '../../../infra/dynamodb/shard-range.ts';
import { sha256 } from '../../../infra/node/sha256.ts';
import { fedGenerations } from '../../../projections/generations/generations.ts';
import { projectStream } from '../../../projections/projector/project-stream.ts';
import { streamsOfBatch } from '../../../projections/projector/read-batch.ts';
import { reportTampering } from '../../../projections/projector/tampered-entries.ts';
import { sweepStreams } from '../../../projections/repair/sweep-streams.ts';
import { type DeadLetterDeps, discardLetter, listLetters, showLetter } from '../commands/dead-letters.ts';
import { type ReplayDeps, replayLetters } from '../commands/replay-letters.ts';
import { exitFailed } from '../exit-codes.ts';
import { findVersionGap, projectionDeps } from '../projection-code.ts';
import type { RegionPorts } from '../region-ports.ts';
import { listenForStop, type StopSignal } from '../stop-signal.ts';
import { io, onRegion } from './on-region.ts';
import { type RegionOptions, withJson, withRegion } from './options.ts';

export const addDlq = (program: Command): void => {
  const dlq = program.command('dlq').description("the region's dead letters");
  const run = (verb: string, options: RegionOptions, work: (deps: DeadLetterDeps) => Promise<number>) =>
    onRegion(`rejoin dlq ${verb}`, options, async (ports) => {
      const queue = queueOf(ports, verb);
      return queue ? work({ ...io, queue, nowMs: Date.now }) : exitFailed;
    });
  withJson(withRegion(dlq.command('list').description('what lies there'))).action((options: RegionOptions) =>
    run('list', options, (deps) => listLetters({ isJson: options.json }, deps)),
  );
  withRegion(dlq.command('show <id>').description('all of one letter, as JSON')).action(
    (id: string, options: RegionOptions) => run('show', options, (deps) => showLetter(id, deps)),
  );
  withRegion(dlq.command('discard <id>').description('throw one letter away, and print what it was')).action(
    (id: string, options: RegionOptions) => run('discard', options, (deps) => discardLetter(id, deps)),
  );
  const replay = dlq.command('replay [id]').description('do again what could not be done');
  withJson(withRegion(replay.option('--all', 'every letter', false))).action(
    (id: string | undefined, options: RegionOptions & { readonly all: boolean }) => {
      if ((id === undefined) !== options.all) replay.error('error: say either the id of a letter, or --all');
      return onRegion('rejoin dlq replay', options, (ports) => replayOn(ports, { id, isJson: options.json }));
    },
  );
};

const queueOf = ({ deadLetterQueue }: RegionPorts, verb: string): DeadLetterQueue | undefined => {
  if (!deadLetterQueue) io.errors.write(`rejoin dlq ${verb}: set DEAD_LETTER_QUEUE_URL to the URL of the queue\n`);
  return deadLetterQueue;
};

const replayOn = async (
  ports: RegionPorts,
  options: { readonly id: string | undefined; readonly isJson: boolean },
): Promise<number> => {
  const queue = queueOf(ports, 'replay');
  if (!queue) return exitFailed;
  const refusal = await findVersionGap(ports, projectionDeps(ports).version);
  if (refusal !== undefined) {
    io.errors.write(`rejoin dlq replay: ${refusal}\n`);
    return exitFailed;
  }
  return replayLetters(options, replayDeps(ports, queue, listenForStop()));
};

const replayDeps = (ports: RegionPorts, queue: DeadLetterQueue, { check }: StopSignal): ReplayDeps => {
  const deps = projectionDeps(ports);
  const readFed = async () => {
    const [live, ...building] = fedGenerations(await ports.generations.read()).map(({ name }) => name);
    return [live as string, ...building] as const;
  };
  const project: ReplayDeps['project'] = async (stream) => projectStream(deps, stream, await readFed());
  return {
    ...io,
    queue,
    region: ports.region,
    nowMs: Date.now,
    checkStop: check,
    project,
    streamsOfRange: (letter) => streamsOfRange(ports, letter),
    sweep: async (onProgress) =>
      sweepStreams({
        eventStore: ports.eventStore,
        views: (await readFed()).map(ports.openViews),
        project,
        onProgress: (swept) => {
          onProgress(swept);
          check();
        },
      }),
  };
};

/** Records say more than which order rang: one that tells of tampering must not get lost here either. */
const streamsOfRange = async (
  { region, streamsClient, controlStore, alertBus }: RegionPorts,
  letter: ShardRangeLetter,
): ReturnType<ReplayDeps['streamsOfRange']> => {
  const range = await readShardRange({ client: streamsClient, sleep: (ms) => sleep(ms) }, letter);
  if (range.kind === 'trimmed') return range;
  // The SDK's records are Lambda's, but for a date that nobody here reads.
  const records = range.records as readonly unknown[] as readonly DynamoDBRecord[];
  const tamperDeps = { region, controlStore, alertBus, sha256, clock: { nowMs: Date.now } };
  for (const record of records) await reportTampering(tamperDeps, record);
  return { kind: 'read', streams: [...streamsOfBatch(records).keys()] };
};
