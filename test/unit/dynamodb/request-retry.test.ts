import { TransactionCanceledException } from '@aws-sdk/client-dynamodb';
import { describe, expect, it } from 'vitest';
import { LedgerFault } from '../../../domain/ports/event-store.ts';
import { attemptsMax, retryWaitMsMax } from '../../../infra/dynamodb/dynamodb-limits.ts';
import { classifyFailure, createRequestRetry, fullJitterMs } from '../../../infra/dynamodb/request-retry.ts';
import { createSeededRandom } from '../../support/builders/seeded-random.ts';

const failure = (name: string, httpStatusCode?: number) =>
  Object.assign(new Error(name), { name, $metadata: httpStatusCode === undefined ? {} : { httpStatusCode } });

describe('a failed request', () => {
  it.each([
    ['ProvisionedThroughputExceededException', 400, 'throttled'],
    ['ThrottlingException', 400, 'throttled'],
    ['RequestLimitExceeded', 400, 'throttled'],
    ['TransactionConflictException', 400, 'contended'],
    ['ReplicatedWriteConflictException', 400, 'contended'],
    ['TransactionInProgressException', 400, 'contended'],
    ['ResourceNotFoundException', 400, 'refused'],
    ['AccessDeniedException', 403, 'refused'],
    ['ValidationException', 400, 'refused'],
    ['InternalServerError', 500, 'unknown'],
    ['ServiceUnavailable', 503, 'unknown'],
    ['TimeoutError', undefined, 'unknown'],
    ['SyntaxError', 200, 'unknown'],
  ] as const)('%s with status %s is %s', (name, status, expected) => {
    expect(classifyFailure(failure(name, status))).toBe(expected);
  });

  it.each([
    [['None', 'TransactionConflict'], 'contended'],
    [['ThrottlingError', 'None'], 'throttled'],
    [['TransactionConflict', 'ProvisionedThroughputExceeded'], 'throttled'],
    [['ConditionalCheckFailed', 'None'], 'refused'],
    [['ValidationError'], 'refused'],
  ] as const)('in a transaction that was cancelled for %j is %s', (codes, expected) => {
    const cancelled = new TransactionCanceledException({
      message: 'cancelled',
      $metadata: { httpStatusCode: 400 },
      CancellationReasons: codes.map((Code) => ({ Code })),
    });
    expect(classifyFailure(cancelled)).toBe(expected);
  });

  it('has an unknown outcome whatever was thrown', () => {
    expect(classifyFailure('no error at all')).toBe('unknown');
    expect(classifyFailure(new TypeError('socket hang up'))).toBe('unknown');
  });
});

describe('the wait before another try', () => {
  it('is uniform below a bound that doubles and ends', () => {
    const bounds = [1, 2, 3, 4, 5, 6, 20].map((attempt) => fullJitterMs(attempt, () => 0.999_999));
    expect(bounds.map(Math.round)).toEqual([50, 100, 200, 400, 800, 1_000, 1_000]);
    expect(fullJitterMs(20, () => 0)).toBe(0);
  });

  it('spreads writers that were throttled together over the whole span', () => {
    const random = createSeededRandom(5);
    const waits = Array.from({ length: 1_000 }, () => fullJitterMs(20, random)).sort((left, right) => left - right);
    expect(waits[100]).toBeLessThan(retryWaitMsMax * 0.15);
    expect(waits[900]).toBeGreaterThan(retryWaitMsMax * 0.85);
  });
});

describe('a retried request', () => {
  const retryOf = () => {
    const waits: number[] = [];
    const sleep = (ms: number) => Promise.resolve(void waits.push(ms));
    return { waits, retry: createRequestRetry({ sleep, random: () => 0.5 }) };
  };

  it('waits between the tries and not before the first or after the last', async () => {
    const { waits, retry } = retryOf();
    let tries = 0;
    const done = retry('put', () => {
      tries += 1;
      return tries < 4 ? Promise.reject(failure('ThrottlingException', 400)) : Promise.resolve('done');
    });
    expect(await done).toBe('done');
    expect(waits).toEqual([25, 50, 100]);
    const over = retryOf();
    await expect(over.retry('put', () => Promise.reject(failure('ThrottlingException', 400)))).rejects.toThrow();
    expect(over.waits).toHaveLength(attemptsMax - 1);
  });

  it('ends as a fault that says what was tried, how often, and keeps the cause', async () => {
    const { retry } = retryOf();
    const cause = failure('ResourceNotFoundException', 400);
    const fault = await retry('load order/acme/1', () => Promise.reject(cause)).catch((error: unknown) => error);
    expect(fault).toBeInstanceOf(LedgerFault);
    expect(fault).toMatchObject({
      code: 'unavailable',
      message: 'load order/acme/1: refused after 1 tries (ResourceNotFoundException)',
      cause,
    });
  });
});
