/**
 * The lease by which a witness region lets one region at a time be primary while nobody sees everybody.
 *
 * It is a row {holder, epoch, counter} in the witness, changed by compare-and-set. The holder raises the counter while it
 * can reach the witness, and stops before its term ends by its own clock. Another region takes over, with the next epoch,
 * once it saw the counter stand still for longer than a term by its own. Two clocks are never compared: it is enough that
 * an hour is about an hour everywhere, within `clockRateErrorMax`. The epoch is the fencing token that entries carry.
 */
import { invariant } from '../kernel/invariant.ts';
import type { WritePlan } from './write-plan.ts';

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

/** With a breaker of 30 s another region decides within a minute of a primary's end. */
export const leaseDefaults: LeaseSettings = { termMs: 15_000, marginMs: 5_000, lookMsMax: 5_000 };

/** By how much the rate of one clock may differ from that of another: far more than NTP lets pass. */
export const clockRateErrorMax = 0.05;

/** Until when the holder may act, by the clock that read `sentAtMs` when the last successful renewal was sent. */
const heldUntilMs = (sentAtMs: number, { termMs }: LeaseSettings): number =>
  sentAtMs + termMs * (1 - clockRateErrorMax);

/** What a region makes of the lease, kept between its beats. */
export type LeaseHolding =
  /** Another region holds it, or nobody knows. */
  | { readonly kind: 'none'; readonly watch?: LeaseWatch | undefined }
  /** The row names this region, and the holder before it may still be acting. */
  | { readonly kind: 'inherited'; readonly epoch: number; readonly waitedMs: number; readonly lookedAtMs: number }
  /** `untilMs` is undefined once the clock was caught jumping, until the next renewal. */
  | { readonly kind: 'held'; readonly epoch: number; readonly untilMs?: number | undefined };

/** What has been seen of another holder's lease since the breaker opened. */
export interface LeaseWatch {
  readonly epoch: number;
  readonly counter: number;
  /** For how long the counter has stood still, by a clock whose jumps do not count. */
  readonly stillMs: number;
  readonly lookedAtMs: number;
}

export interface LeaseLook {
  readonly region: string;
  /** As it stands in the witness; undefined where there is none yet. */
  readonly lease: Lease | undefined;
  readonly plan: WritePlan;
  readonly isOpen: boolean;
  readonly nowMs: number;
}

/** What to put in the place of the lease that was seen; undefined: nothing. It is held from when that was sent. */
export type LeaseStep = { readonly holding: LeaseHolding; readonly put: Lease | undefined };

/** One look at the lease. `put` counts only once the compare-and-set succeeded: then `held` with `heldUntilMs`. */
export const stepLease = (holding: LeaseHolding, look: LeaseLook, settings: LeaseSettings): LeaseStep => {
  assertSettings(settings);
  const { region, lease, plan } = look;
  if (!lease) {
    const put = plan.primary === region ? { holder: region, epoch: plan.epoch, counter: 1 } : undefined;
    return { holding: none, put };
  }
  if (lease.holder === region) {
    // A witness restored from a copy names whom it named then, and nobody else would ever get it.
    if (plan.primary !== region && plan.epoch > lease.epoch) return { holding: none, put: handOver(lease, plan) };
    return { holding: keepHeld(holding, lease, look, settings), put: renew(lease) };
  }
  const before = holding.kind === 'none' ? holding.watch : undefined;
  const watch = mayTakeOver(look) ? watchLease(before, lease, look.nowMs, settings) : undefined;
  const isOver = watch !== undefined && watch.stillMs >= settings.termMs + settings.marginMs;
  const epoch = Math.max(lease.epoch, plan.epoch) + 1;
  return {
    holding: { kind: 'none', ...(watch && { watch }) },
    put: isOver ? { holder: region, epoch, counter: lease.counter + 1 } : undefined,
  };
};

/** After `put` of a step has taken the place of what was seen. */
export const heldAfter = (
  { holding, put }: LeaseStep,
  look: LeaseLook,
  sentAtMs: number,
  settings: LeaseSettings,
): LeaseHolding => {
  if (!put || put.holder !== look.region) return holding;
  // A row that was lost, or is new, may have named anybody.
  if (!look.lease || holding.kind === 'inherited') return holding;
  return { kind: 'held', epoch: put.epoch, untilMs: heldUntilMs(sentAtMs, settings) };
};

const none: LeaseHolding = { kind: 'none' };

const renew = (lease: Lease): Lease => ({ ...lease, counter: lease.counter + 1 });

const handOver = ({ counter }: Lease, { primary, epoch }: WritePlan): Lease => ({
  holder: primary,
  epoch,
  counter: counter + 1,
});

/** Of a primary that needs no lease a lease that stands still says nothing: only a person puts another in its place. */
const mayTakeOver = ({ region, plan, isOpen }: LeaseLook): boolean =>
  isOpen && plan.regions.includes(region) && plan.withoutWitness !== true;

/** Held for as long as it was ours at every look; given to us by somebody else, only after the time that was his. */
const keepHeld = (
  holding: LeaseHolding,
  { epoch }: Lease,
  { nowMs }: LeaseLook,
  settings: LeaseSettings,
): LeaseHolding => {
  // With the next epoch it was given by ourselves to ourselves: nobody can have come between.
  if (holding.kind === 'held' && (epoch === holding.epoch || epoch === holding.epoch + 1)) return { ...holding, epoch };
  if (holding.kind !== 'inherited' || holding.epoch !== epoch)
    return { kind: 'inherited', epoch, waitedMs: 0, lookedAtMs: nowMs };
  const waitedMs = holding.waitedMs + elapsedMs(holding.lookedAtMs, nowMs, settings);
  return waitedMs >= settings.termMs + settings.marginMs
    ? { kind: 'held', epoch }
    : { kind: 'inherited', epoch, waitedMs, lookedAtMs: nowMs };
};

const watchLease = (
  watch: LeaseWatch | undefined,
  { epoch, counter }: Lease,
  nowMs: number,
  settings: LeaseSettings,
): LeaseWatch => {
  if (!watch || watch.epoch !== epoch || watch.counter !== counter)
    return { epoch, counter, stillMs: 0, lookedAtMs: nowMs };
  return { ...watch, stillMs: watch.stillMs + elapsedMs(watch.lookedAtMs, nowMs, settings), lookedAtMs: nowMs };
};

/** A clock that jumped ahead is no time that passed, one that jumped back takes none away. */
const elapsedMs = (fromMs: number, toMs: number, { lookMsMax }: Pick<LeaseSettings, 'lookMsMax'>): number =>
  Math.min(lookMsMax, Math.max(0, toMs - fromMs));

/** By a slow clock the holder acts for a whole term at most; by a fast one another region waits for longer than that. */
const assertSettings = ({ termMs, marginMs }: LeaseSettings): void =>
  invariant(
    (termMs + marginMs) / (1 + clockRateErrorMax) > termMs,
    'the margin covers what the rates of two clocks may differ in a term',
  );
