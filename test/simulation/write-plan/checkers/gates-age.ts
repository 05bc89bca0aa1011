/**
 * Outside the primary nobody decides on a gate that was written longer ago than a gate may be old; but for a clock that
 * went wrong in the meantime and cannot tell. Even then not for as long as a
 * clock stands still, if newer gates are written.
 */
import { gateTrueAgeMsMax } from '../bounds.ts';
import type { PlanChecker, PlanWorld } from './plan-checker.ts';

export const gatesAge = (world: PlanWorld): PlanChecker => ({
  invariant: 'gates-age: nobody but the primary decides on a gate that is older than a gate may be',
  onAccepted: ({ region, gate, entry, isPrimaryMatter, checkedMs, writtenMs, isUnasked, soundSinceMs }) => {
    if (!isPrimaryMatter || region === gate.plan.primary) return undefined;
    const what = `${region} accepted ${entry.position} of ${entry.stream}`;
    if (writtenMs === undefined) return `${what} without a gate`;
    const ageMs = checkedMs - writtenMs;
    if (ageMs <= gateTrueAgeMsMax) return undefined;
    if (soundSinceMs < writtenMs) return `${what} on a gate that was ${ageMs} ms old`;
    const newerBeats = world.beatsSince(region, writtenMs + 1) - world.beatsSince(region, checkedMs);
    if (newerBeats >= newerBeatsMax && isUnasked)
      return `${what} on a gate that was ${ageMs} ms old, and ${newerBeats} newer ones had been written`;
    world.reached('gate aged unseen by a clock that went wrong');
    return undefined;
  },
});

/** Within the age that a gate may have, and more than one reading may miss. */
const newerBeatsMax = 5;
