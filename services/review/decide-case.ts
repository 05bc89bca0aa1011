/**
 * The workflow's one function: looks at the case again and says what comes next, after it has taken the decision that the
 * workflow brings, if it brings one.
 */

import type { Case } from '../../domain/fold/folded-stream.ts';
import { canonicalJson } from '../../domain/ledger/entry-hash.ts';
import type { Sha256 } from '../../domain/ports/digest.ts';
import { LedgerFault } from '../../domain/ports/event-store.ts';
import type { ReviewAnswer, WorkflowInput } from '../../domain/ports/review-workflows.ts';
import { type CaseLife, hasWorkflow, stepCaseLife, workflowName } from '../../domain/review/case-life.ts';
import { isElected } from '../../domain/review/elect-region.ts';
import { changeLife, handOver, type LifeChange } from './change-life.ts';
import { followLedger } from './follow-ledger.ts';
import { lookDueMs } from './look-due.ts';
import type { Surroundings } from './region-watch.ts';
import type { Resolution, ResolveOutcome } from './resolve-case.ts';
import type { ReviewDeps } from './review-deps.ts';

export interface DecideDeps extends ReviewDeps {
  /** resolveCase, with what it needs. */
  readonly resolve: (resolution: Resolution) => Promise<ResolveOutcome>;
  readonly sha256: Sha256;
}

export interface DecideInput extends WorkflowInput {
  readonly step: 'look' | 'decide' | 'escalate';
  /** On `decide`. */
  readonly answer?: ReviewAnswer | undefined;
  /** On `escalate`: how often the workflow has escalated before. */
  readonly escalations?: number | undefined;
}

/** What the state machine goes by. */
export type NextStep =
  /** `until`: ISO 8601, to the second, not before it is time. */
  | { readonly next: 'wait'; readonly until: string; readonly escalations: number }
  | { readonly next: 'ask'; readonly escalations: number }
  | { readonly next: 'done'; readonly outcome: WorkflowOutcome };

export type WorkflowOutcome =
  | 'settled'
  | 'withdrawn'
  /** Another workflow has the case. */
  | 'superseded'
  /** Another region has it. */
  | 'handed-over';

/** Throws LedgerFault, also where the case's entry is not here: the workflow tries again, and then gives up loudly. */
export const decideCase = async (deps: DecideDeps, input: DecideInput): Promise<NextStep> => {
  if (input.step === 'decide') await takeDecision(deps, input);
  const ref = { stream: input.stream, caseId: input.caseId };
  const { finding } = await followLedger(deps, ref);
  switch (finding.kind) {
    case 'unknown':
      throw new LedgerFault('ledger-behind', `the entry of the case ${input.caseId} is not in the ledger`);
    case 'settled':
    case 'withdrawn':
      return { next: 'done', outcome: finding.kind };
    case 'open': {
      const { reasons } = finding.found;
      const { seen } = await changeLife(deps, ref, async (life) =>
        goOn(deps, input, { life, reasons, surroundings: await deps.regionWatch.look() }),
      );
      return seen;
    }
  }
};

interface OpenCase {
  readonly life: CaseLife | undefined;
  readonly reasons: Case['reasons'];
  readonly surroundings: Surroundings;
}

const goOn = (
  deps: DecideDeps,
  input: DecideInput,
  { life, reasons, surroundings: { silent, isDrained } }: OpenCase,
): LifeChange<NextStep> => {
  const nowMs = deps.clock.nowMs();
  // A case that was over and opened again is the next workflow's, also where nobody has drawn its number yet.
  if (!life || !hasWorkflow(life) || life.workflow !== input.workflow)
    return { seen: { next: 'done', outcome: 'superseded' } };
  if (!isElected({ ...deps, acceptedIn: life.acceptedIn, silent }))
    return { step: handOver(life, nowMs), seen: { next: 'done', outcome: 'handed-over' } };
  if (input.step === 'escalate') return escalate(life, (input.escalations ?? 0) + 1, nowMs);
  const { escalations } = life;
  const endsAtMs = lookDueMs(deps, { life, reasons, isDrained });
  if (endsAtMs === undefined) return { seen: { next: 'ask', escalations } };
  const waited = stepCaseLife(life, { kind: 'waited', lookAtMs: endsAtMs }, nowMs);
  // Whoever slept and is no longer listened to would take a task away from under a person: its workflow looks again.
  return {
    step: waited && { life: waited, ends: life.task?.token },
    seen: { next: 'wait', until: isoSecond(endsAtMs), escalations },
  };
};

const escalate = (life: CaseLife, escalations: number, nowMs: number): LifeChange<NextStep> => {
  const escalated = stepCaseLife(life, { kind: 'escalated', escalations }, nowMs);
  return {
    step: escalated && { life: escalated, alert: { type: 'ReviewEscalated' } },
    seen: { next: 'ask', escalations },
  };
};

const isoSecond = (ms: number): string => new Date(Math.ceil(ms / 1_000) * 1_000).toISOString();

/**
 * Whoever decided outside the API cannot be told no: a person is asked again, and this says why. Where the ledger takes
 * no decision at the moment the workflow keeps it, and tries again.
 */
const takeDecision = async (deps: DecideDeps, input: DecideInput): Promise<void> => {
  const decision = input.answer?.decision;
  if (!decision) return;
  const { stream, caseId } = input;
  const outcome = await deps.resolve({
    stream,
    caseId,
    outcome: decision.outcome,
    reason: decision.reason,
    actor: decision.decidedBy,
    idempotencyKey: decisionKey(deps, input, decision),
  });
  if (outcome.kind === 'decided' || outcome.kind === 'decided-before') return;
  if (passing.has(outcome.kind))
    throw new LedgerFault('unavailable', `the ledger takes no decision about ${caseId} now: ${outcome.kind}`);
  deps.metrics.count('DecisionsRefused');
  deps.logger.warn('a decision was refused', { stream, caseId, refusal: outcome.kind });
};

const passing: ReadonlySet<ResolveOutcome['kind']> = new Set([
  'busy',
  'not-admitted',
  'not-current',
  'part-not-closed',
  'customer-unknown',
]);

/** The same when the step is tried again; another for another decision, and for the one that another region's person took. */
const decisionKey = ({ region, sha256 }: DecideDeps, { caseId, workflow }: DecideInput, decision: unknown): string =>
  `review/${region}/${workflowName(caseId, workflow)}/${sha256(canonicalJson(decision)).slice(0, 32)}`;
