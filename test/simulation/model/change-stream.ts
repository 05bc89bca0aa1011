/**
 * A region's DynamoDB Stream and the event source mapping that reads it for the projector.
 *
 * Records go to shards by partition key and are read shard by shard, in batches, at least once. A batch whose invocation
 * failed, died or took too long is delivered again while the slow one may still be at work. After a bounded number of
 * tries the batch's streams go to the dead-letter queue, which rings for them later. A record that nobody read within the
 * retention is trimmed, and then the consumer's only hope is the ledger itself: every stream is rung.
 */
import type { FaultDice } from '../faults/fault-dice.ts';
import type { RandomStream } from '../kernel/random-streams.ts';
import type { Scheduler } from '../kernel/scheduler.ts';

export interface ChangeStream {
  readonly append: (stream: string) => void;
  /** As a dead letter of its own: somebody rings for it later. */
  readonly setAside: (stream: string) => void;
  /** Nobody reads while it is stopped; stops nest. */
  readonly stop: () => void;
  readonly start: () => void;
  readonly isDrained: () => boolean;
  /** Something happened to the stream, and no invocation has said yet that it has dealt with it. */
  readonly isRinging: (stream: string) => boolean;
}

export interface ChangeStreamDeps {
  readonly scheduler: Scheduler;
  readonly random: RandomStream;
  readonly shards: number;
  readonly retentionMs: number;
  readonly dice: FaultDice;
  /** Starts an invocation; calls back, at most once, with the streams that failed. */
  readonly invoke: (streams: readonly string[], onAnswer: (failed: readonly string[]) => void) => void;
  /** Every stream that the ledger holds: what a replay reads. */
  readonly allStreams: () => readonly string[];
  /** Nobody will ever get this one right: the ledger lost what its view has seen. */
  readonly isMaimed: (stream: string) => boolean;
}

export const createChangeStream = (deps: ChangeStreamDeps): ChangeStream => {
  const { scheduler, random } = deps;
  let stops = 0;
  const redelivery = createRedelivery(deps, () => stops > 0);
  const shards = Array.from({ length: deps.shards }, () => createShard(deps, redelivery, () => stops > 0));
  return {
    append: (stream) => {
      const shard = shards[shardOf(stream, deps.shards)];
      shard?.append(stream);
      if (deps.dice.strikes('duplicateRecord', random)) {
        deps.dice.reached('record delivered twice');
        scheduler.after(random.logBetween(10, 600_000), 'late duplicate', () => shard?.append(stream));
      }
    },
    setAside: (stream) => redelivery.add([stream]),
    stop: () => {
      stops++;
    },
    start: () => {
      if (--stops > 0) return;
      for (const shard of shards) shard.pollSoon();
    },
    isDrained: () => redelivery.isEmpty() && shards.every((shard) => shard.isDrained()),
    isRinging: (stream) =>
      redelivery.isWaiting(stream) || shards[shardOf(stream, deps.shards)]?.isRinging(stream) === true,
  };
};

const batchRecordsMax = 25;
const triesMax = 5;
const pollMs = 100;
const retryMs = 2_000;
/** After which the mapping takes the invocation for dead. */
export const functionTimeoutMs = 30_000;
const redriveMs = 60_000;

type Redelivery = ReturnType<typeof createRedelivery>;

const createShard = (deps: ChangeStreamDeps, redelivery: Redelivery, isStopped: () => boolean) => {
  const { scheduler, random } = deps;
  const records: { readonly stream: string; readonly atMs: number }[] = [];
  let isBusy = false;
  let tries = 0;

  const pollSoon = (): void => {
    if (isBusy || isStopped() || records.length === 0) return;
    isBusy = true;
    scheduler.after(random.between(pollMs / 2, pollMs), 'poll', poll);
  };

  const poll = (): void => {
    isBusy = false;
    if (isStopped()) return;
    trim();
    if (records.length === 0) return;
    isBusy = true;
    const size = Math.min(records.length, random.integer(1, batchRecordsMax));
    const rung = [...new Set(records.slice(0, size).map(({ stream }) => stream))];
    deliver(deps.dice.strikes('reorderedBatch', random) ? random.shuffle(rung) : rung, size);
  };

  const deliver = (streams: readonly string[], size: number): void => {
    let isAnswered = false;
    const finish = (failed: readonly string[]): void => {
      if (isAnswered) return;
      isAnswered = true;
      settle(size, failed);
    };
    scheduler.after(functionTimeoutMs, 'function time-out', () => finish(streams));
    deps.invoke(streams, (failed) => {
      if (isAnswered) deps.dice.reached('stale projector woke up');
      finish(failed);
    });
  };

  const settle = (size: number, failed: readonly string[]): void => {
    isBusy = false;
    tries = failed.length === 0 ? 0 : tries + 1;
    if (failed.length === 0) records.splice(0, size);
    else if (tries >= triesMax) {
      tries = 0;
      records.splice(0, size);
      deps.dice.reached('batch gone to the dead-letter queue');
      redelivery.add(failed);
    } else {
      isBusy = true;
      scheduler.after(retryMs * 2 ** tries, 'retry batch', poll);
      return;
    }
    pollSoon();
  };

  const trim = (): void => {
    const oldestMs = scheduler.nowMs() - deps.retentionMs;
    const kept = records.findIndex(({ atMs }) => atMs >= oldestMs);
    const trimmed = kept < 0 ? records.length : kept;
    if (trimmed === 0) return;
    records.splice(0, trimmed);
    tries = 0;
    deps.dice.reached('trimmed stream replayed');
    for (const stream of deps.allStreams()) records.push({ stream, atMs: scheduler.nowMs() });
  };

  return {
    pollSoon,
    append: (stream: string): void => {
      records.push({ stream, atMs: scheduler.nowMs() });
      pollSoon();
    },
    isDrained: () => records.length === 0,
    isRinging: (stream: string) => records.some((record) => record.stream === stream),
  };
};

/** The dead-letter queue, and whoever rings for what lies in it. */
const createRedelivery = (deps: ChangeStreamDeps, isStopped: () => boolean) => {
  const { scheduler, random } = deps;
  const waiting = new Set<string>();
  const redrive = (stream: string): void =>
    scheduler.after(redriveMs * random.between(1, 2), 'redrive', () => {
      if (isStopped()) return redrive(stream);
      let isAnswered = false;
      const finish = (failed: readonly string[]): void => {
        if (isAnswered) return;
        isAnswered = true;
        if (failed.length === 0 || deps.isMaimed(stream)) waiting.delete(stream);
        else redrive(stream);
      };
      scheduler.after(functionTimeoutMs, 'function time-out', () => finish([stream]));
      deps.invoke([stream], finish);
    });
  return {
    add: (streams: readonly string[]): void => {
      for (const stream of streams) {
        if (waiting.has(stream)) continue;
        waiting.add(stream);
        redrive(stream);
      }
    },
    isEmpty: () => waiting.size === 0,
    isWaiting: (stream: string) => waiting.has(stream),
  };
};

const shardOf = (stream: string, shards: number): number => {
  let hash = 0;
  for (let i = 0; i < stream.length; i++) hash = (Math.imul(hash, 31) + stream.charCodeAt(i)) >>> 0;
  return hash % shards;
};
