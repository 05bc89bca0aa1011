/** When a workflow has to look at an open case again before a person is fetched. */
import type { Case } from '../../domain/fold/folded-stream.ts';
import type { CaseLife } from '../../domain/review/case-life.ts';
import { graceEndsAtMs } from '../../domain/review/grace.ts';
import type { ReviewDeps } from './review-deps.ts';

export interface DueInput {
  readonly life: CaseLife;
  readonly reasons: Case['reasons'];
  readonly isDrained: boolean;
}

/** Undefined where it is time to ask. */
export const lookDueMs = (
  { region, grace, clock }: Pick<ReviewDeps, 'region' | 'grace' | 'clock'>,
  { life: { foundAtMs, acceptedIn }, reasons, isDrained }: DueInput,
): number | undefined =>
  graceEndsAtMs({
    reasons,
    grace,
    foundAtMs,
    // Whose case was taken over has been silent for long: nobody waits for what it may still hold.
    isDrained: isDrained || acceptedIn !== region,
    nowMs: clock.nowMs(),
  });
