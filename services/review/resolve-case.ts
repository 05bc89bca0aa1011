/**
 * A person's decision about a case → one `ConflictResolved` in the ledger.
 *
 * Who decides second, in the same region, is told what the first decided, and nothing is appended: an outcome that
 * somebody has acted on does not change because another had the same page open. Two regions that do not see each other
 * can both decide; both entries stay, and the fold says which one stands. The decision holds for what the person saw: with
 * `expected` it is refused once the order has gone on, without it it is judged on the order as it is here. To leave the order
 * as it stands is a decision for its status, and says so: else whoever decides for another status elsewhere would not be
 * seen to differ.
 */
import type { ExpectedState } from '../../domain/decide/command.ts';
import { refuseBehind } from '../../domain/decide/decide.ts';
import { fold } from '../../domain/fold/fold.ts';
import type { FoldedStream } from '../../domain/fold/folded-stream.ts';
import { type Cut, equalCuts } from '../../domain/ledger/cut.ts';
import type { Entry } from '../../domain/ledger/entry.ts';
import { noStatus, resolutionType } from '../../domain/lifecycle/define-lifecycle.ts';
import { readResolution } from '../../domain/lifecycle/read-resolution.ts';
import { type CaseOutcome, toResolution } from '../../domain/review/outcomes.ts';
import {
  type AppendDeps,
  appendCommand,
  type Busy,
  type RefusedLeg,
  type TakenLeg,
} from '../ledger/append-commands.ts';
import type { CaseRef } from './case-lives.ts';
import { type FoldedCase, findCase } from './look-at-case.ts';

export interface Resolution extends CaseRef {
  readonly outcome: CaseOutcome;
  readonly reason: string;
  /** Other open cases of the order that the same decision settles. */
  readonly alsoSettles?: readonly string[] | undefined;
  readonly actor?: string | undefined;
  readonly idempotencyKey: string;
  readonly expected?: ExpectedState | undefined;
  readonly after?: Cut | undefined;
  readonly traceId?: string | undefined;
}

export type ResolveOutcome =
  | { readonly kind: 'decided'; readonly taken: TakenLeg }
  /** By somebody else, with this entry. `folded` is the order as it is now. */
  | DecidedBefore
  | RefusedResolution
  | RefusedLeg
  | Busy;

export interface DecidedBefore {
  readonly kind: 'decided-before';
  readonly entry: Entry;
  readonly folded: FoldedStream;
  /** Those that were folded. */
  readonly entries: readonly Entry[];
}

export type RefusedResolution =
  /** No entry of the order is a case under this id. */
  | { readonly kind: 'unknown-case'; readonly caseId: string; readonly seen: Cut }
  /** There is nothing to decide about it. */
  | { readonly kind: 'case-withdrawn'; readonly caseId: string; readonly seen: Cut };

/** Throws LedgerFault. */
export const resolveCase = async (deps: AppendDeps, resolution: Resolution): Promise<ResolveOutcome> => {
  const { stream, idempotencyKey, expected } = resolution;
  for (let tries = 1; ; tries++) {
    const { entries } = await deps.eventStore.load(stream);
    const folded = fold(entries, deps.lifecycle);
    const isRetry = entries.some((entry) => entry.idempotencyKey === idempotencyKey);
    const order = { entries, lifecycle: deps.lifecycle, folded };
    // Who has seen more than is here must not hear how little that is: the command is refused for it.
    const isBehind = refuseBehind(folded.cut, resolution.after) !== undefined;
    const answered = isRetry || isBehind ? undefined : answerAtOnce(resolution, order);
    if (answered) return answered;
    // A case that is open at one state is decided at that state alone: over the next one it may be settled.
    const isCurrent = isExpected(folded.cut, expected);
    const decided = { ...resolution, outcome: sayStatus(resolution, order) };
    const outcome = await appendCommand(deps, stream, toCommand(decided, isCurrent ? [folded.cut] : expected));
    if (outcome.kind === 'appended' || outcome.kind === 'replayed') return { kind: 'decided', taken: outcome };
    // The order has gone on since it was loaded here: perhaps by somebody's decision, which then is the answer.
    if (outcome.kind !== 'not-current' || !isCurrent) return outcome;
    if (tries === resolveTriesMax) return Array.isArray(expected) ? outcome : { kind: 'busy', tries };
  }
};

/** Any state of the order will do where nobody names one, or any that exists. */
const isExpected = (cut: Cut, expected: ExpectedState | undefined): boolean =>
  expected === undefined || expected === 'exists' || expected.some((it) => equalCuts(it, cut));

/**
 * A retry says what it said the first time, whatever has become of the order. Where nothing but a field is in dispute nobody
 * asks about the status.
 */
const sayStatus = (
  { caseId, alsoSettles = [], outcome, idempotencyKey }: Resolution,
  order: FoldedCase,
): CaseOutcome => {
  if (outcome.status !== undefined) return outcome;
  const { entries, lifecycle, folded } = order;
  const first = entries.find((entry) => entry.idempotencyKey === idempotencyKey);
  if (first) return { ...outcome, status: readResolution(first, lifecycle)?.status };
  const asked = [caseId, ...alsoSettles].map((id) => findCase(order, id));
  const isAboutStatus = asked.some(
    (finding) => finding.kind === 'open' && finding.found.reasons.some((reason) => reason !== 'field-disputed'),
  );
  return isAboutStatus && folded.status !== noStatus ? { ...outcome, status: folded.status } : outcome;
};

/** Each race that is lost brought another entry. */
const resolveTriesMax = 5;

const answerAtOnce = (
  { caseId, alsoSettles = [] }: Resolution,
  order: FoldedCase,
): DecidedBefore | RefusedResolution | undefined => {
  const { entries, folded } = order;
  const seen = folded.cut;
  const finding = findCase(order, caseId);
  if (finding.kind === 'unknown') return { kind: 'unknown-case', caseId, seen };
  if (finding.kind === 'withdrawn') return { kind: 'case-withdrawn', caseId, seen };
  if (finding.kind === 'settled') {
    const entry = entries.find(({ id }) => id === finding.settledBy);
    return entry ? { kind: 'decided-before', entry, folded, entries } : { kind: 'case-withdrawn', caseId, seen };
  }
  const unknown = alsoSettles.find((id) => findCase(order, id).kind !== 'open');
  return unknown === undefined ? undefined : { kind: 'unknown-case', caseId: unknown, seen };
};

const toCommand = (resolution: Resolution, expected: ExpectedState | undefined) => {
  const { actor, idempotencyKey, after, traceId } = resolution;
  return {
    kind: 'decision' as const,
    source: reviewerSource,
    events: [resolutionEvent(resolution)] as const,
    idempotencyKey,
    expected,
    after,
    actor,
    traceId,
  };
};

/** The case itself first. */
export const resolutionEvent = ({
  caseId,
  alsoSettles = [],
  outcome,
  reason,
}: Pick<Resolution, 'caseId' | 'alsoSettles' | 'outcome' | 'reason'>) => ({
  type: resolutionType,
  data: { ...toResolution([caseId, ...alsoSettles], outcome, reason) },
});

export const reviewerSource = 'reviewer';
