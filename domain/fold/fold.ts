/**
 * The fold: any set of entries of one stream → its state, and why. The one way in.
 *
 * Every region folds what it has, in whatever order it came, so the output depends on the set of entries alone, byte for
 * byte: no clock, no arrival order, no region's own view. It is total: every entry in every state has a defined result.
 * The steps are those of the design, one file each: closed cut, duplicates, chapters, least-cost history, fields, cases.
 */
import { invariant } from '../kernel/invariant.ts';
import type { Entry } from '../ledger/entry.ts';
import type { Lifecycle } from '../lifecycle/define-lifecycle.ts';
import { foldChapters, type Step } from './chapters.ts';
import { classify } from './classify.ts';
import { closeCut, compareText } from './closed-cut.ts';
import { findContests } from './contests.ts';
import { findCases } from './find-cases.ts';
import { type Case, type FoldedStream, type HistoryStep, isOpen } from './folded-stream.ts';
import { mergeFields } from './merge-fields.ts';
import { findParticipants } from './participants.ts';

/** `entries`: all of one stream; repetitions are allowed. The empty set folds to an unnamed stream without status. */
export const fold = (entries: Iterable<Entry>, lifecycle: Lifecycle): FoldedStream => {
  const closed = closeCut(entries);
  const found = findParticipants(closed, lifecycle);
  const { steps, ambiguities, isApproximated } = foldChapters(closed, found, lifecycle);
  const { fields, money, merges, disputes } = mergeFields(steps, lifecycle);
  const cases = findCases({ steps, contests: findContests(steps, closed, found), ambiguities, disputes });
  const last = steps.at(-1);
  return {
    stream: closed.stream,
    status: lifecycle.statuses[last ? last.to : 0] as string,
    provisional: isProvisional(steps, cases),
    class: classify(steps, cases, lifecycle),
    cut: closed.cut,
    fields,
    money,
    history: steps.map((step) => historyStep(step, lifecycle)),
    duplicates: found.duplicates.toSorted(compareIds),
    pending: closed.pending,
    voided: found.voided.toSorted(compareIds),
    damaged: closed.damaged,
    cases,
    merges,
    ambiguous: cases.some((it) => isOpen(it) && it.reasons.includes('ambiguous')),
    approximated: isApproximated,
    newestId: found.newestId,
  };
};

const historyStep = ({ participant, from, to, isAccepted }: Step, { statuses }: Lifecycle): HistoryStep => {
  const { id, position, kind, source, events } = participant.entry;
  const [fromStatus, toStatus] = [statuses[from], statuses[to]];
  invariant(fromStatus !== undefined && toStatus !== undefined, 'a step leads from status to status');
  return {
    id,
    position,
    kind,
    source,
    types: events.map(({ type }) => type),
    from: fromStatus,
    to: toStatus,
    accepted: isAccepted,
  };
};

const isProvisional = (steps: readonly Step[], cases: readonly Case[]): boolean => {
  const contested = new Set(cases.filter((it) => isOpen(it) && it.reasons.includes('contested')).map(({ id }) => id));
  return steps.some(({ participant: { entry } }) => entry.kind === 'decision' && contested.has(entry.id));
};

const compareIds = (left: { id: string; position: string }, right: { id: string; position: string }): number =>
  compareText(left.id, right.id) || compareText(left.position, right.position);
