/**
 * A token bucket as data: it fills at `perSecond`, holds `burst` at most, and may owe tokens. Pure; time is an argument.
 *
 * A clock that jumps back gives no token twice: the bucket keeps the later time and waits for the clock. Only a time
 * that is ahead by more than `clockAheadMsMax` is not believed, or one wrong clock would stop a caller for as long as it
 * is wrong. So a jump of more than that may give a burst again, and a smaller one gives nothing.
 */
export interface BucketLimit {
  readonly perSecond: number;
  readonly burst: number;
}

export interface TokenBucket {
  /** Fractions count; below 0 it is debt. */
  readonly tokens: number;
  readonly atMs: number;
}

/** Clocks of one region differ by some ms. */
export const clockAheadMsMax = 5_000;

export const fullBucket = ({ burst }: BucketLimit, nowMs: number): TokenBucket => ({ tokens: burst, atMs: nowMs });

export const refill = (bucket: TokenBucket, limit: BucketLimit, nowMs: number): TokenBucket => ({
  tokens: Math.min(limit.burst, bucket.tokens + refilled(bucket, limit, nowMs)),
  atMs: laterTime(bucket, nowMs),
});

export const spend = (bucket: TokenBucket, tokens: number): TokenBucket => ({
  ...bucket,
  tokens: bucket.tokens - tokens,
});

/** Until one token is there. */
export const secondsUntilToken = ({ tokens }: TokenBucket, { perSecond }: BucketLimit): number =>
  Math.max(0, 1 - tokens) / perSecond;

/**
 * What a shared bucket holds after `unsettled` tokens were spent from `view`, which was all that the spender knew of it.
 *
 * The tokens were spent while it filled, so it is charged before it is cut off at the burst, not after. What overflowed
 * meanwhile shows in the view, which nobody's bucket exceeds: others can only have spent more.
 */
export const settle = (
  shared: TokenBucket,
  { view, unsettled }: { readonly view: TokenBucket; readonly unsettled: number },
  limit: BucketLimit,
  nowMs: number,
): TokenBucket => {
  const charged = shared.tokens + refilled(shared, limit, nowMs) - unsettled;
  return { tokens: Math.min(charged, refill(view, limit, nowMs).tokens), atMs: laterTime(shared, nowMs) };
};

const refilled = ({ atMs }: TokenBucket, { perSecond }: BucketLimit, nowMs: number): number =>
  (Math.max(0, nowMs - atMs) * perSecond) / 1000;

const laterTime = ({ atMs }: TokenBucket, nowMs: number): number =>
  atMs - nowMs > clockAheadMsMax ? nowMs : Math.max(atMs, nowMs);
