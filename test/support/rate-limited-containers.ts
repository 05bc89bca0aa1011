/**
 * Some containers that serve one caller over one table, in virtual time: each asks its limiter at random moments, and the
 * table's answers come when they come.
 */
import type { Random } from '../../domain/ports/clock.ts';
import type { ControlStore } from '../../domain/ports/control-store.ts';
import { createInMemoryControlStore } from '../../infra/in-memory/in-memory-control-store.ts';
import { createRateLimiter } from '../../services/order-api/rate-limit/rate-limiter.ts';
import type { BucketLimit } from '../../services/order-api/rate-limit/token-bucket.ts';

export interface ContainersRun {
  readonly limit: BucketLimit;
  readonly containers: number;
  /** Of each container, on average. */
  readonly requestsPerSecond: number;
  /** Tokens of each request. */
  readonly batchFacts: number;
  readonly seconds: number;
  /** From a request to the table until it is done, and again until the answer is here. */
  readonly answerMsMax: number;
  readonly random: Random;
  /** A race for the row that a container lost. */
  readonly onLost?: () => void;
}

export interface ContainersRan {
  readonly admitted: number;
  readonly refused: number;
  /** The longest time that a container owed a twentieth of a burst, or more, without settling. */
  readonly owedMsMax: number;
  /** Of each container. */
  readonly tableRequests: readonly number[];
}

const caller = { tenant: 'acme', actor: 'shop' };
const tickMs = 5;

export const runContainers = async (options: ContainersRun): Promise<ContainersRan> => {
  const { containers: count, seconds, requestsPerSecond, batchFacts, random } = options;
  const clock = createVirtualClock();
  const table = createInMemoryControlStore();
  const containers = Array.from({ length: count }, () => createContainer(table, clock, options));
  let admitted = 0;
  let refused = 0;
  for (; clock.nowMs() < seconds * 1000; await clock.advance(tickMs))
    for (const container of containers) {
      for (let chances = (requestsPerSecond * tickMs) / 1000; random() < chances; chances--) {
        if (container.ask(batchFacts)) admitted += batchFacts;
        else refused++;
      }
    }
  return {
    admitted,
    refused,
    owedMsMax: Math.max(...containers.map(({ owedMsMax }) => owedMsMax())),
    tableRequests: containers.map(({ tableRequests }) => tableRequests()),
  };
};

interface Container {
  /** Whether the request was let in. */
  readonly ask: (tokens: number) => boolean;
  readonly owedMsMax: () => number;
  readonly tableRequests: () => number;
}

const createContainer = (
  table: ControlStore,
  clock: VirtualClock,
  { limit, answerMsMax, random, onLost }: ContainersRun,
): Container => {
  let [owed, longestMs, requests] = [0, 0, 0];
  let owesSinceMs: number | undefined;
  const owe = (tokens: number): void => {
    owed += tokens;
    const owesMuch = owed >= limit.burst / 20;
    if (owesSinceMs !== undefined) longestMs = Math.max(longestMs, clock.nowMs() - owesSinceMs);
    owesSinceMs = owesMuch ? (owesSinceMs ?? clock.nowMs()) : undefined;
  };
  const answered = async <Answer>(ask: () => Promise<Answer>): Promise<Answer> => {
    requests++;
    await clock.sleep(random() * answerMsMax);
    const answer = await ask();
    await clock.sleep(random() * answerMsMax);
    return answer;
  };
  const controlStore: ControlStore = {
    ...table,
    get: (kind, name) => answered(() => table.get(kind, name)),
    put: async (kind, name, value, revision) => {
      const [carried, fromMs] = [owed, clock.nowMs()];
      const isStored = await answered(() => table.put(kind, name, value, revision));
      if (!isStored) onLost?.();
      if (!isStored) return false;
      owe(-carried);
      if (owesSinceMs !== undefined) owesSinceMs = fromMs;
      return true;
    },
  };
  const metrics = { count: () => undefined };
  const limiter = createRateLimiter({ limit, controlStore, clock, random, sleep: clock.sleep, metrics });
  return {
    ask: (tokens) => {
      // First, since a settlement that begins now settles this one, too.
      owe(1);
      if (limiter.take(caller).kind !== 'taken') {
        owe(-1);
        return false;
      }
      if (tokens > 1) limiter.takeMore(caller, tokens - 1);
      owe(tokens - 1);
      return true;
    },
    owedMsMax: () => longestMs,
    tableRequests: () => requests,
  };
};

interface VirtualClock {
  readonly nowMs: () => number;
  readonly sleep: (ms: number) => Promise<void>;
  readonly advance: (ms: number) => Promise<void>;
}

const createVirtualClock = (): VirtualClock => {
  let nowMs = 0;
  let sleepers: { readonly untilMs: number; readonly wake: () => void }[] = [];
  return {
    nowMs: () => nowMs,
    sleep: (ms) =>
      new Promise((wake) => {
        sleepers.push({ untilMs: nowMs + ms, wake });
      }),
    advance: async (ms) => {
      nowMs += ms;
      const awake = sleepers.filter(({ untilMs }) => untilMs <= nowMs).sort((a, b) => a.untilMs - b.untilMs);
      if (awake.length === 0) return;
      sleepers = sleepers.filter(({ untilMs }) => untilMs > nowMs);
      for (const { wake } of awake) wake();
      await new Promise((settled) => setImmediate(settled));
    },
  };
};
