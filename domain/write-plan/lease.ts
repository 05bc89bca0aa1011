/**
 * The lease by which a witness region lets one region at a time be primary while nobody sees everybody.
 *
 * It is a row {holder, epoch, counter} in the witness, changed by compare-and-set. The holder raises the counter while it
 * can reach the witness, and stops before its term ends by its own clock. Another region takes over, with the next epoch,
 * once it saw the counter stand still for longer than a term by its own. Two clocks are never compared: it is enough that
 * an hour is about an hour everywhere, within `clockRateErrorMax`. The epoch is the fencing token that entries carry.
 */
import { invariant } from '../kernel/invariant.ts';

export interface Lease {
  readonly holder: string;
  readonly epoch: number;
  /** Raised by every renewal. */
  readonly counter: number;
}

export interface LeaseSettings {
  readonly termMs: number;
  /** Beyond the term, until another region takes over. */
  readonly marginMs: number;
  /** The most that elapses unseen between two looks at the lease: more than that is a clock that jumped. */
  readonly lookMsMax: number;
}

export const leaseDefaults: LeaseSettings = { termMs: 30_000, marginMs: 5_000, lookMsMax: 5_000 };

/** By how much the rate of one clock may differ from that of another: far more than NTP lets pass. */
export const clockRateErrorMax = 0.05;

/** Until when the holder may act, by the clock that read `sentAtMs` when the last successful renewal was sent. */
export const heldUntilMs = (sentAtMs: number, settings: LeaseSettings): number => {
  assertSettings(settings);
  return sentAtMs + settings.termMs * (1 - clockRateErrorMax);
};

/** What a region that does not hold the lease has seen of it since its breaker opened. */
export interface LeaseWatch {
  readonly epoch: number;
  readonly counter: number;
  /** For how long the counter has stood still, by a clock whose jumps do not count. */
  readonly stillMs: number;
  readonly lookedAtMs: number;
}

/** Undefined while the breaker is not open: only then does the watch begin. */
export const watchLease = (
  watch: LeaseWatch | undefined,
  seen: { readonly lease: Lease; readonly nowMs: number; readonly isOpen: boolean },
  { lookMsMax }: Pick<LeaseSettings, 'lookMsMax'>,
): LeaseWatch | undefined => {
  const { lease, nowMs, isOpen } = seen;
  if (!isOpen) return undefined;
  const { epoch, counter } = lease;
  if (!watch || watch.epoch !== epoch || watch.counter !== counter)
    return { epoch, counter, stillMs: 0, lookedAtMs: nowMs };
  const elapsedMs = Math.min(lookMsMax, Math.max(0, nowMs - watch.lookedAtMs));
  return { epoch, counter, stillMs: watch.stillMs + elapsedMs, lookedAtMs: nowMs };
};

/** The lease to put in place of the watched one, if that still stands; undefined while its holder may still act. */
export const takeOver = (watch: LeaseWatch | undefined, region: string, settings: LeaseSettings): Lease | undefined => {
  assertSettings(settings);
  const isOver = watch !== undefined && watch.stillMs >= settings.termMs + settings.marginMs;
  return isOver ? { holder: region, epoch: watch.epoch + 1, counter: watch.counter + 1 } : undefined;
};

export const renew = (lease: Lease): Lease => ({ ...lease, counter: lease.counter + 1 });

/** By a slow clock the holder acts for a whole term at most; by a fast one another region waits for longer than that. */
const assertSettings = ({ termMs, marginMs }: LeaseSettings): void =>
  invariant(
    (termMs + marginMs) / (1 + clockRateErrorMax) > termMs,
    'the margin covers what the rates of two clocks may differ in a term',
  );
