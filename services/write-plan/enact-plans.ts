/**
 * The enactor: puts the newest plan that has arrived into the region's document, and never an older one over a newer.
 *
 * It may run late, twice and beside others: each puts only over the document that it read, and where that has changed it
 * reads and judges anew.
 */
import type { Clock } from '../../domain/ports/clock.ts';
import { enactNewest } from '../../domain/write-plan/enact-plan.ts';
import type { WritePlan } from '../../domain/write-plan/write-plan.ts';
import type { EnactedPlans } from './enacted-plans.ts';
import type { RegionDocument } from './region-document.ts';

export interface EnactDeps {
  readonly document: RegionDocument;
  readonly enactedPlans: Pick<EnactedPlans, 'note'>;
  /** What holds until a plan was enacted. */
  readonly configured: WritePlan;
  readonly clock: Clock;
}

/** Rounds of a race that somebody wins each time; the agent tries again at its next beat. */
const triesMax = 8;

/**
 * The plan that stands enacted afterwards. Where the region has no document yet the agent writes the first one, and until
 * then the configured plan stands. Throws LedgerFault.
 */
export const enactPlans = async (
  { document, enactedPlans, configured, clock }: EnactDeps,
  known: readonly WritePlan[],
): Promise<WritePlan> => {
  for (let tries = 1; ; tries++) {
    const { state, revision } = await document.read();
    if (!state) return configured;
    const enactment = enactNewest(state.plan, known);
    if (enactment.kind === 'keep' || tries > triesMax) return state.plan;
    const enacted = { plan: enactment.plan, enactedAtMs: clock.nowMs() };
    if (!(await document.replace({ ...state, ...enacted }, revision))) continue;
    await enactedPlans.note(enacted);
    return enacted.plan;
  }
};
