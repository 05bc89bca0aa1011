/**
 * Does what is missing for one case: remembers it, closes it, or sees to it that exactly one workflow fetches a person.
 *
 * It goes by the ledger and by the case's life, and by nothing that called it: an alert, a sweep and a repetition of both
 * all end in the same state. A workflow's number is drawn by compare-and-set before the workflow is started, so that two
 * who are here at once start the same one, and whoever dies in between is made up for by the next who looks.
 */
import { type CaseLife, hasWorkflow, isOver, stepCaseLife, workflowName } from '../../domain/review/case-life.ts';
import { isElected } from '../../domain/review/elect-region.ts';
import { drainMsMax } from '../../domain/review/grace.ts';
import type { CaseRef } from './case-lives.ts';
import { changeLife, handOver } from './change-life.ts';
import { followLedger } from './follow-ledger.ts';
import type { CaseFinding } from './look-at-case.ts';
import { lookDueMs } from './look-due.ts';
import type { ReviewDeps } from './review-deps.ts';

/** Of workflows that were listed, whether this one runs. */
export type IsRunning = (name: string) => boolean;

/** Without `isRunning` nobody has looked. Returns the life that stands; undefined where there is none. Throws LedgerFault. */
export const openCase = async (
  deps: ReviewDeps,
  ref: CaseRef,
  isRunning?: IsRunning,
): Promise<CaseLife | undefined> => {
  const { finding, life } = await followLedger(deps, ref);
  if (finding.kind !== 'open') {
    if (finding.kind === 'unknown') deps.logger.warn('a case is not in the ledger', { ...ref });
    return life;
  }
  if (!life) {
    deps.logger.warn('two orders claim one case', { ...ref });
    return undefined;
  }
  const { silent, isDrained } = await deps.regionWatch.look();
  if (isElected({ ...deps, acceptedIn: life.acceptedIn, silent }))
    return ensureWorkflow(deps, ref, { finding, life, isDrained, isRunning });
  return hasWorkflow(life) && isRunning?.(nameOf(life)) === false ? leaveToOther(deps, ref, life) : life;
};

type OpenFinding = Extract<CaseFinding, { readonly kind: 'open' }>;

interface Ensure {
  readonly finding: OpenFinding;
  readonly life: CaseLife;
  readonly isDrained: boolean;
  readonly isRunning: IsRunning | undefined;
}

const ensureWorkflow = async (deps: ReviewDeps, ref: CaseRef, ensure: Ensure): Promise<CaseLife | undefined> => {
  let { life } = ensure;
  for (let tries = 1; tries <= drawTriesMax; tries++) {
    if (hasWorkflow(life) && !sleepsTooLong(life, dueMs(deps, life, ensure))) {
      if (ensure.isRunning?.(nameOf(life))) return life;
      if ((await deps.workflows.start(inputOf(life))) === 'running') return life;
      // It gave up. Whatever made it do so may last, so the next one takes its time.
      if (Math.abs(deps.clock.nowMs() - (life.startedAtMs ?? 0)) < restartMsMin && tries === 1) return life;
    }
    const drawn = await drawWorkflow(deps, ref, { ...ensure, life });
    if (!drawn || !hasWorkflow(drawn)) return drawn;
    life = drawn;
  }
  return life;
};

/** Only over the life that was looked at: who comes second finds the number drawn. */
const drawWorkflow = async (
  deps: ReviewDeps,
  ref: CaseRef,
  { finding, life, isDrained }: Ensure,
): Promise<CaseLife | undefined> => {
  const { life: standing } = await changeLife(deps, ref, (stored) => {
    if (!stored || isOver(stored) || stored.workflow !== life.workflow) return { seen: undefined };
    const lookAtMs = dueMs(deps, stored, { finding, isDrained });
    const next = stepCaseLife(stored, { kind: 'workflow-drawn', lookAtMs }, deps.clock.nowMs());
    return { step: next && { life: next, alert: { type: 'ReviewStarted' } }, seen: undefined };
  });
  return standing;
};

const dueMs = (
  deps: ReviewDeps,
  life: CaseLife,
  { finding, isDrained }: Pick<Ensure, 'finding' | 'isDrained'>,
): number => lookDueMs(deps, { life, reasons: finding.found.reasons, isDrained }) ?? deps.clock.nowMs();

/**
 * What was only early has become a conflict meanwhile, and a workflow that waits cannot be woken: the next one takes over.
 * Within `drainMsMax` it will look by itself.
 */
export const sleepsTooLong = ({ state, lookAtMs }: CaseLife, untilMs: number): boolean =>
  state === 'waiting' && lookAtMs !== undefined && lookAtMs > untilMs + drainMsMax;

/** The workflow is gone, and cannot say itself that it ended. */
const leaveToOther = async (deps: ReviewDeps, ref: CaseRef, left: CaseLife): Promise<CaseLife | undefined> => {
  const { life } = await changeLife(deps, ref, (stored) => ({
    step: stored?.workflow === left.workflow ? handOver(stored, deps.clock.nowMs()) : undefined,
    seen: undefined,
  }));
  return life;
};

const inputOf = ({ stream, caseId, workflow }: CaseLife) => ({ stream, caseId, workflow });
const nameOf = ({ caseId, workflow }: CaseLife): string => workflowName(caseId, workflow);

/** Of a workflow that ended with its case open, until another is started. */
export const restartMsMin = 15 * 60_000;

/** Numbers that were used up by workflows of which nobody here knows; the sweeper goes on. */
const drawTriesMax = 10;
