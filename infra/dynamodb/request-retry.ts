/**
 * Which failures of a request deserve another try, how long to wait for it, and what to say when it is over.
 *
 * Waits have full jitter (uniform from 0 up to a doubling bound): writers that were throttled together must not come
 * back together. Every request of the stores can be repeated: reads by nature, writes by their condition.
 */
import { TransactionCanceledException } from '@aws-sdk/client-dynamodb';
import type { Random, Sleep } from '../../domain/ports/clock.ts';
import { LedgerFault } from '../../domain/ports/event-store.ts';
import { attemptsMax, retryWaitMsBase, retryWaitMsMax, unknownOutcomesMax } from './dynamodb-limits.ts';

export type RequestFailure =
  /** Not done, and DynamoDB asks for patience. */
  | 'throttled'
  /** Not done, since another request had the item just then. */
  | 'contended'
  /** Not done, and asking again would not help: no such table, no permission. */
  | 'refused'
  /** Done or not: no answer came, or one that says nothing. */
  | 'unknown';

/** Tries until done. Throws LedgerFault when it will not be; `label` says what was tried. */
export type RequestRetry = <Done>(label: string, tryOnce: () => Promise<Done>) => Promise<Done>;

export interface RequestRetryDeps {
  readonly sleep: Sleep;
  readonly random: Random;
  /** `attemptsMax` when left out; 1 leaves repeating to the caller. */
  readonly triesMax?: number;
}

export const createRequestRetry =
  ({ sleep, random, triesMax = attemptsMax }: RequestRetryDeps): RequestRetry =>
  async (label, tryOnce) => {
    let unknownOutcomes = 0;
    for (let attempt = 1; ; attempt++) {
      try {
        return await tryOnce();
      } catch (error) {
        const failure = classifyFailure(error);
        if (failure === 'unknown') unknownOutcomes++;
        const isOver = failure === 'refused' || attempt >= triesMax || unknownOutcomes >= unknownOutcomesMax;
        if (isOver) throw toLedgerFault({ label, failure, attempt }, error);
      }
      await sleep(fullJitterMs(attempt, random));
    }
  };

export const classifyFailure = (error: unknown): RequestFailure => {
  const { name = '', $metadata } = error as { name?: string; $metadata?: { httpStatusCode?: number } };
  const reasons = error instanceof TransactionCanceledException ? reasonsOf(error) : [name];
  if (reasons.some((reason) => throttlingNames.has(reason))) return 'throttled';
  if (reasons.some((reason) => contentionNames.has(reason))) return 'contended';
  const status = $metadata?.httpStatusCode ?? 0;
  return status >= 400 && status < 500 ? 'refused' : 'unknown';
};

export const fullJitterMs = (attempt: number, random: Random): number =>
  random() * Math.min(retryWaitMsMax, retryWaitMsBase * 2 ** attempt);

/** One a leg of the transaction. */
const reasonsOf = ({ CancellationReasons = [] }: TransactionCanceledException): readonly string[] =>
  CancellationReasons.map(({ Code }) => Code ?? '');

/** The last two are reasons for which a transaction is cancelled. */
const throttlingNames = new Set([
  'ProvisionedThroughputExceededException',
  'ThrottlingException',
  'RequestLimitExceeded',
  'ProvisionedThroughputExceeded',
  'ThrottlingError',
]);

/** The first comes from strongly consistent global tables, the others from transactions that meet on an item. */
const contentionNames = new Set([
  'ReplicatedWriteConflictException',
  'TransactionConflictException',
  'TransactionInProgressException',
  'TransactionConflict',
]);

const toLedgerFault = (
  { label, failure, attempt }: { label: string; failure: RequestFailure; attempt: number },
  cause: unknown,
): LedgerFault => {
  const code = failure === 'throttled' ? 'throttled' : 'unavailable';
  const name = cause instanceof Error ? cause.name : 'unknown error';
  return new LedgerFault(code, `${label}: ${failure} after ${attempt} tries (${name})`, { cause });
};
