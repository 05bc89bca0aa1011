/**
 * In what time the write plan keeps its promises, computed from its settings. They follow from how beats, gates and leases
 * work, and the checkers hold the code to them.
 *
 * A cut link: no beat that is sent after the cut is ever echoed over it, so a beat more than the threshold later says open.
 * Whoever still acts on the beat before it has a gate of at most the gate's age; the longest request does not count, since
 * it is judged after it has loaded. A third region hears of it from a beat, or from the silence of its sender: one more
 * threshold.
 */
import { gateAgeMsMax } from '../../../domain/write-plan/admission.ts';
import { breakerDefaults } from '../../../domain/write-plan/breaker.ts';
import { clockRateErrorMax, leaseDefaults } from '../../../domain/write-plan/lease.ts';
import { skewShare } from '../../../domain/write-plan/observe-links.ts';
import { beatMs } from '../../../services/region-agent/run-agent.ts';
import { noteMsMax } from '../../../services/write-plan/backlog-watch.ts';
import { gateReadMsMin } from '../../../services/write-plan/write-gate-reader.ts';
import { clockOffsetMsMax } from '../faults/region-clock.ts';
import type { WritePlanOptions } from './options.ts';
import { lagFactorMax, lagSpread } from './weather.ts';

/** By clocks of different rates, and with a second for what steps take. */
const inTrueMs = (ms: number): number => ms * (1 + clockRateErrorMax) + 1_000;

/** Of a region at one end of the link. */
export const settledMs = inTrueMs(breakerDefaults.thresholdMs + gateAgeMsMax);
/** Of a region between the two ends. */
export const settledBetweenMs = inTrueMs(2 * breakerDefaults.thresholdMs + gateAgeMsMax);
/** A gate as an API still acts on it, counted from when its document was put. */
export const gateTrueAgeMsMax = inTrueMs(gateAgeMsMax);
/** Beats after which silence shows to a clock that goes wrong: it is then counted in beats. */
export const settledBeats = Math.ceil((2 * breakerDefaults.thresholdMs) / beatMs) + 10;

/** From when a region is left with the witness until it decides: twice the wait, for a take-over whose answer got lost. */
export const takeoverMs =
  settledBetweenMs + inTrueMs(2 * (leaseDefaults.termMs + leaseDefaults.marginMs) + 15 * beatMs);

/** A clock that went wrong so long ago says nothing wrong about a lease any more. */
export const leaseMemoryMs = inTrueMs(4 * (leaseDefaults.termMs + leaseDefaults.marginMs));

/**
 * After the faults: what is on its way arrives, an agent starts, what a peer's clock jumped back by is believed beat by beat
 * (until then its entries seem late), and the cool-down passes.
 */
export const recoveryMs = ({ lagMs, agentEveryMs, faults }: RecoveryOptions): number =>
  1.5 * lagMs * lagSpread * lagFactorMax +
  agentEveryMs +
  (faults.clockJump > 0 ? skewMs : 0) +
  inTrueMs(breakerDefaults.coolDownMs + 2 * noteMsMax + gateReadMsMin) +
  60_000;

type RecoveryOptions = Pick<WritePlanOptions, 'lagMs' | 'agentEveryMs' | 'faults'>;

/** Of the difference between two clocks so much is believed with each beat. */
const skewMs = (beatMs * Math.log((2 * clockOffsetMsMax) / breakerDefaults.thresholdMs)) / -Math.log(1 - skewShare);
