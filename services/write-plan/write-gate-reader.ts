/**
 * Reads how plan and breaker stand, at most once a second, for an API that asks at every command.
 *
 * Whatever goes wrong with the reading, and however long it takes, what is said is safe: what was read last, which after a
 * while is too old to open anything, and before the first reading the configured plan with an open breaker.
 */
import type { Clock, Sleep } from '../../domain/ports/clock.ts';
import type { WriteGateReader } from '../../domain/ports/write-gate-reader.ts';
import { initialBreaker } from '../../domain/write-plan/breaker.ts';
import { type GateSettings, gateOf, type RegionState } from '../../domain/write-plan/region-state.ts';
import { configuredEpoch, isNewerPlan, type WritePlan } from '../../domain/write-plan/write-plan.ts';
import type { RegionDocument } from './region-document.ts';

export interface WriteGateReaderDeps {
  readonly document: Pick<RegionDocument, 'read'>;
  /** What holds until a plan was enacted. */
  readonly configured: WritePlan;
  readonly settings: GateSettings;
  readonly clock: Clock;
  /** Counts on whatever the clock does, from any beginning; while a process sleeps it may stop. */
  readonly stopwatch: Clock;
  readonly sleep: Sleep;
  readonly onFault: (fault: unknown) => void;
}

export const gateReadMsMin = 1_000;
/** A table that is slow must not make everything slow that asks it. */
export const gateWaitMsMax = 500;

export const createWriteGateReader = (deps: WriteGateReaderDeps): WriteGateReader => {
  const { document, configured, settings, clock, stopwatch, sleep, onFault } = deps;
  let known: Pick<RegionState, 'plan' | 'breaker' | 'lease' | 'writtenAtMs'> = unknownState(configured);
  let readAt = { clockMs: Number.NEGATIVE_INFINITY, stopwatchMs: Number.NEGATIVE_INFINITY };
  let reading: Promise<void> | undefined;

  const readOnce = async (): Promise<void> => {
    try {
      const { state } = await document.read();
      // What was enacted stays enacted, also where its document is gone, or began anew without it.
      const plan = state && state.plan.epoch > configuredEpoch ? state.plan : configured;
      known = { ...(state ?? unknownState(configured)), plan: isNewerPlan(known.plan, plan) ? known.plan : plan };
    } catch (fault) {
      onFault(fault);
    }
    readAt = { clockMs: clock.nowMs(), stopwatchMs: stopwatch.nowMs() };
    reading = undefined;
  };

  /** A clock that went back or stands still keeps no old reading, and a process that was put to sleep none either. */
  const isFresh = (): boolean => {
    const ageMs = clock.nowMs() - readAt.clockMs;
    return ageMs >= 0 && ageMs < gateReadMsMin && stopwatch.nowMs() - readAt.stopwatchMs < gateReadMsMin;
  };

  return {
    read: async () => {
      if (!isFresh()) {
        reading ??= readOnce();
        await Promise.race([reading, sleep(gateWaitMsMax)]);
      }
      return gateOf(known, settings);
    },
  };
};

const unknownState = (plan: WritePlan) => ({
  plan,
  breaker: initialBreaker,
  lease: undefined,
  writtenAtMs: Number.NEGATIVE_INFINITY,
});
