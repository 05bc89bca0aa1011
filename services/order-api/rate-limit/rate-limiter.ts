/**
 * How many requests a caller (a subject of a tenant) may make: a token bucket in the region's `control` table, which all
 * containers share, at next to no requests of its own.
 *
 * A container spends from what it knows of the bucket and settles later: it adds what was spent to the shared row by
 * compare-and-set, and learns there what the others spent. It settles one caller at a time, whoever owes most, makes
 * about one request to `control` a second, and bothers only once a twentieth of a burst is owed: a light caller costs
 * nothing. Containers that settle late let too much through at first; the row then goes into debt, so the long-run rate
 * holds. For N containers that serve a caller, and T seconds, at most this is let in:
 *
 *   burst + perSecond × T + N × (21/20 burst + perSecond × D + B)
 *
 * where D is the longest time that a caller who owes a twentieth is not settled, 1 to 3 s where few callers of a
 * container are that busy and few containers meet at a row, and B the debt that one request may make. The last term is
 * paid once, not every T. A settlement that comes late can find a row that was cut off at the burst meanwhile, and then a
 * caller below the rate is refused for a moment, too: in 240 simulated minutes at 80 % of the rate it was twice, and 0.2 %
 * of the minute's requests at most. A container that forgot a caller counts again. Alone, one lets in burst + perSecond × T + B.
 *
 * When `control` fails, callers go on with what their container knows, and what could not be settled is forgiven. Rows
 * stay, some 150 bytes a caller who was once busy, and any may be deleted at any time: no row is a full bucket.
 *
 * rate-limiter-flexible keeps its limits in DynamoDB, too, with an UpdateItem or two for every request, and fixed windows.
 */
import type { Clock, Random, Sleep } from '../../../domain/ports/clock.ts';
import type { ControlDocument, ControlStore } from '../../../domain/ports/control-store.ts';
import type { Metrics } from '../../../domain/ports/metrics.ts';
import type { Caller } from '../caller.ts';
import {
  type BucketLimit,
  fullBucket,
  refill,
  secondsUntilToken,
  settle,
  spend,
  type TokenBucket,
} from './token-bucket.ts';

export type LimitedCaller = Pick<Caller, 'tenant' | 'actor'>;

export type Taken =
  | { readonly kind: 'taken' }
  | { readonly kind: 'too-many-requests'; readonly retryAfterSeconds: number };

export interface RateLimiter {
  /** Takes one token for a request, or says when there will be one. May begin a settlement beside the request. */
  readonly take: (caller: LimitedCaller) => Taken;
  /** Takes more for a request that was let in already, if need be as a debt. */
  readonly takeMore: (caller: LimitedCaller, tokens: number) => void;
  /** To wait for before a request is answered, as Lambda freezes what goes on after that. Takes a bounded time. */
  readonly settled: () => Promise<void>;
}

export interface RateLimiterDeps {
  readonly limit: BucketLimit;
  readonly controlStore: ControlStore;
  readonly clock: Clock;
  readonly random: Random;
  readonly sleep: Sleep;
  readonly metrics: Metrics;
}

export const rateLimitKind = 'rate-limits';

/** Callers that a container remembers; of one that it forgets it takes the bucket for full. Some 300 bytes each. */
export const callersMax = 5_000;

/** Of a burst: what a caller may owe before it is settled. */
const owedShareMax = 1 / 20;

/** A container's requests to `control` are at least this far apart on average. */
const msPerRequest = 1_000;
/** When one failed, so that an answer waits in vain now and then only. */
const pauseAfterFailureMs = 10_000;

/** What an answer may wait for a settlement that outlasts its request. It goes on with the next. */
const settlementWaitMsMax = 250;

/** Where there is no limit. */
export const unlimited: RateLimiter = {
  take: () => ({ kind: 'taken' }),
  takeMore: () => undefined,
  settled: async () => undefined,
};

export const createRateLimiter = (deps: RateLimiterDeps): RateLimiter => {
  const { limit, controlStore, clock, random, sleep, metrics } = deps;
  const owedMax = limit.burst * owedShareMax;
  const callers = createCallers(() => fullBucket(limit, clock.nowMs()));
  let settlement: Promise<void> | undefined;
  let pause = { fromMs: 0, ms: 0 };

  const take: RateLimiter['take'] = (caller) => {
    const account = callers.of(caller);
    account.bucket = refill(account.bucket, limit, clock.nowMs());
    const isTaken = account.bucket.tokens >= 1;
    if (isTaken) charge(account, 1);
    beginSettlement();
    if (isTaken) return { kind: 'taken' };
    metrics.count('RateLimited');
    const seconds = Math.ceil(secondsUntilToken(account.bucket, limit));
    return { kind: 'too-many-requests', retryAfterSeconds: Math.max(1, seconds) };
  };

  const charge = (account: Account, tokens: number): void => {
    account.bucket = spend(account.bucket, tokens);
    account.unsettled += tokens;
    if (account.unsettled >= owedMax) callers.due.add(account);
  };

  const beginSettlement = (): void => {
    const nowMs = clock.nowMs();
    // Whichever way the clock jumped, a pause is over when the time is that far away.
    if (settlement || Math.abs(nowMs - pause.fromMs) < pause.ms) return;
    const account = callers.mostDue();
    if (!account) return;
    // Containers that met at a row must not meet there again and again.
    const isSettled = (requests: number) => {
      pause = { fromMs: nowMs, ms: requests * msPerRequest * (0.5 + random()) };
    };
    const isFailed = () => {
      pause = { fromMs: nowMs, ms: pauseAfterFailureMs };
      metrics.count('RateLimitUnsettled');
      forgive(account);
    };
    settlement = settleAccount(account)
      .then(isSettled, isFailed)
      .finally(() => {
        settlement = undefined;
      });
  };

  /** The number of requests that it took. Whoever lost the race for the row has learnt from it, and owes as before. */
  const settleAccount = async (account: Account): Promise<number> => {
    const { row = await readRow(account) } = account;
    const requests = account.row ? 1 : 2;
    const { unsettled } = account;
    const bucket = row.bucket
      ? settle(row.bucket, { view: account.bucket, unsettled }, limit, clock.nowMs())
      : refill(account.bucket, limit, clock.nowMs());
    const isStored = await controlStore.put(rateLimitKind, account.name, bucket, row.revision);
    const spentMeanwhile = account.unsettled - unsettled;
    account.bucket = spend(bucket, spentMeanwhile);
    if (isStored) account.unsettled = spentMeanwhile;
    if (account.unsettled < owedMax) callers.due.delete(account);
    // Only who has the row for himself may go on without reading it.
    const isAlone = isStored && row.revision === account.lastRevision;
    account.row = isAlone ? { revision: row.revision + 1, bucket } : undefined;
    if (isStored) account.lastRevision = row.revision + 1;
    return requests;
  };

  const readRow = async ({ name }: Account): Promise<Row> => {
    const document = await controlStore.get<unknown>(rateLimitKind, name);
    return { revision: document?.revision ?? 0, bucket: document && readBucket(document) };
  };

  /** The request of a caller must not wait for a table that holds but its limit. */
  const forgive = (account: Account): void => {
    account.unsettled = 0;
    account.row = undefined;
    callers.due.delete(account);
  };

  return {
    take,
    takeMore: (caller, tokens) => charge(callers.of(caller), tokens),
    settled: async () => {
      if (settlement) await Promise.race([settlement, sleep(settlementWaitMsMax)]);
    },
  };
};

/** What a container knows of a caller. */
interface Account {
  readonly name: string;
  /** The shared bucket, as far as known here, less all that was spent here. */
  bucket: TokenBucket;
  /** Of what was spent here, what is not in the shared row yet. */
  unsettled: number;
  /** The shared row, if nobody else seems to write it. */
  row: Row | undefined;
  /** As which this container wrote the row last; 0 if never. */
  lastRevision: number;
}

interface Row {
  readonly revision: number;
  readonly bucket: TokenBucket | undefined;
}

interface Callers {
  readonly of: (caller: LimitedCaller) => Account;
  readonly due: Set<Account>;
  readonly mostDue: () => Account | undefined;
}

const createCallers = (newBucket: () => TokenBucket): Callers => {
  /** Least recently used first. */
  const accounts = new Map<string, Account>();
  const due = new Set<Account>();
  const forgetOldest = (): void => {
    const [oldest] = accounts.values();
    if (!oldest) return;
    accounts.delete(oldest.name);
    due.delete(oldest);
  };
  return {
    of: ({ tenant, actor }) => {
      // No tenant has a slash in its name.
      const name = `${tenant}/${actor}`;
      const account = accounts.get(name) ?? {
        name,
        bucket: newBucket(),
        unsettled: 0,
        row: undefined,
        lastRevision: 0,
      };
      accounts.delete(name);
      accounts.set(name, account);
      if (accounts.size > callersMax) forgetOldest();
      return account;
    },
    due,
    mostDue: () => {
      let most: Account | undefined;
      for (const account of due) if (!most || account.unsettled > most.unsettled) most = account;
      return most;
    },
  };
};

/** Undefined for what is no bucket: a row is written by other versions of this code, too. */
const readBucket = ({ value }: ControlDocument<unknown>): TokenBucket | undefined => {
  const { tokens, atMs } = (value ?? {}) as Partial<Record<keyof TokenBucket, unknown>>;
  return Number.isFinite(tokens) && Number.isFinite(atMs) ? { tokens: Number(tokens), atMs: Number(atMs) } : undefined;
};
