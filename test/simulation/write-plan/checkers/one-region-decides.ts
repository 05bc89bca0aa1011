/**
 * Once a partition has lasted for the bound, only the region that its plan names decides, and of two that decide by
 * different plans the one with the older plan has stopped before the other began.
 *
 * What counts is when the gate was checked. Two exceptions, both counted: a person promoted a region without a witness, and
 * so without the other half; a clock went wrong, by which a lease was counted or a gate seemed younger than it was.
 */
import { comparePlans, type WritePlan } from '../../../../domain/write-plan/write-plan.ts';
import { gateTrueAgeMsMax, leaseMemoryMs } from '../bounds.ts';
import type { Accepted, PlanChecker, PlanWorld } from './plan-checker.ts';

interface Tenure {
  readonly region: string;
  readonly plan: WritePlan;
  first: Accepted;
  last: Accepted;
}

export const oneRegionDecides = (world: PlanWorld): PlanChecker => {
  const tenures: Tenure[] = [];

  const extend = (accepted: Accepted): Tenure => {
    const { region, gate } = accepted;
    const known = tenures.find((it) => it.region === region && comparePlans(it.plan, gate.plan) === 0);
    const tenure = known ?? { region, plan: gate.plan, first: accepted, last: accepted };
    if (!known) tenures.push(tenure);
    if (accepted.checkedMs < tenure.first.checkedMs) tenure.first = accepted;
    if (accepted.checkedMs > tenure.last.checkedMs) tenure.last = accepted;
    return tenure;
  };

  return {
    invariant: 'one-region-decides: while a partition lasts, once it is settled, at most one region decides',
    onAccepted: (accepted) => {
      const { region, gate, isSettled, isPrimaryMatter } = accepted;
      if (!isSettled || (!isPrimaryMatter && !world.options.isStrict)) return undefined;
      if (region !== gate.plan.primary) {
        if (!hasAgedUnseen(accepted)) return `${tell(accepted)}, which is not the primary of its plan`;
        world.reached('gate aged unseen by a clock that went wrong');
        return undefined;
      }
      if (!isPrimaryMatter) return undefined;
      world.reached('decision by the primary while settled in a partition');
      const tenure = extend(accepted);
      const rivals = tenures.filter((it) => it.region !== region && isOverlap(it, tenure));
      const wrong = rivals.find((rival) => !isExcused(rival, tenure, world));
      return wrong && `${tell(accepted)}, and so did ${tell(wrong.last)} (its first at ${wrong.first.checkedMs})`;
    },
  };
};

/** The older plan's region goes on after the newer's has begun. */
const isOverlap = (left: Tenure, right: Tenure): boolean => {
  const [older, newer] = comparePlans(left.plan, right.plan) < 0 ? [left, right] : [right, left];
  return older.last.checkedMs >= newer.first.checkedMs;
};

const isExcused = (left: Tenure, right: Tenure, { options, reached }: PlanWorld): boolean => {
  if (!options.hasWitness || left.plan.withoutWitness || right.plan.withoutWitness) {
    reached('two regions decide: a person promoted one without asking the other half');
    return true;
  }
  const isClockWrong = [left.first, left.last, right.first, right.last].some(
    ({ checkedMs, soundSinceMs }) => soundSinceMs > checkedMs - leaseMemoryMs,
  );
  if (isClockWrong) reached('two regions decide or hold the lease: a clock went wrong');
  return isClockWrong;
};

const hasAgedUnseen = ({ checkedMs, writtenMs, soundSinceMs }: Accepted): boolean =>
  writtenMs !== undefined && checkedMs - writtenMs > gateTrueAgeMsMax && soundSinceMs >= writtenMs;

const tell = ({ region, gate: { plan, breaker }, entry, checkedMs }: Accepted): string =>
  `${region} accepted ${entry.position} of ${entry.stream} at ${checkedMs} by epoch ${plan.epoch} of ${plan.primary}, breaker ${breaker}`;
