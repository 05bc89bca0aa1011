/**
 * A decision about a case before anybody has taken it, and the state that the order would then be in.
 *
 * A preview is no guess: the decision is stamped as it would be if it were appended now, and everything is folded. Pure.
 */
import { decodeTime } from 'ulid';
import { type LegalMoves, legalMoves } from '../decide/legal-moves.ts';
import { fold } from '../fold/fold.ts';
import { isOpen, type StreamClass } from '../fold/folded-stream.ts';
import type { Entry } from '../ledger/entry.ts';
import { type DraftEvent, stampEntry } from '../ledger/stamp-entry.ts';
import { resolutionType, type Status } from '../lifecycle/define-lifecycle.ts';
import type { ResolutionPayload } from '../lifecycle/resolution-events.ts';
import { readEvent } from '../lifecycle/upcast.ts';
import type { ReviewedCase } from './parties.ts';

/** Nothing chosen: the order stays as it stands, and the case is settled. */
export interface CaseOutcome {
  readonly status?: Status | undefined;
  /** Of fields that hold one value. */
  readonly fields?: Readonly<Record<string, unknown>> | undefined;
}

/** Of the order, once it is decided so. */
export interface OutcomePreview {
  readonly status: Status;
  readonly provisional: boolean;
  readonly class: StreamClass;
  readonly money: Readonly<Record<string, number>>;
  /** Those that are in dispute or chosen. */
  readonly fields: Readonly<Record<string, unknown>>;
  /** Ids of the cases about which a person is still asked. */
  readonly openCases: readonly string[];
  readonly legalMoves: LegalMoves;
}

/** Undefined where the lifecycle does not take the outcome: a status or a field that it does not know, a wrong value. */
export const previewOutcome = (reviewed: ReviewedCase, outcome: CaseOutcome): OutcomePreview | undefined => {
  const { entries, lifecycle, found } = reviewed;
  const data = { ...toResolution([found.id], outcome, 'preview') };
  const event: DraftEvent = { type: resolutionType, v: 1, data };
  if (readEvent(lifecycle, event).kind === 'void') return undefined;
  const after = fold([...entries, hypothesis(reviewed, event)], lifecycle);
  const names = new Set([...found.fields, ...Object.keys(outcome.fields ?? {})]);
  return {
    status: after.status,
    provisional: after.provisional,
    class: after.class,
    money: after.money,
    fields: Object.fromEntries(Object.entries(after.fields).filter(([name]) => names.has(name))),
    openCases: after.cases.filter(isOpen).map(({ id }) => id),
    legalMoves: legalMoves(lifecycle, after.status),
  };
};

/** What is stored of a decision that settles these cases. */
export const toResolution = (
  cases: readonly string[],
  { status, fields }: CaseOutcome,
  reason: string,
): ResolutionPayload => ({
  cases: [...new Set(cases)],
  ...(status !== undefined && { status }),
  ...(fields !== undefined && Object.keys(fields).length > 0 && { fields }),
  reason,
});

/** It has seen the whole closed cut and is stored nowhere: its writer and its hash mean nothing to the fold. */
const hypothesis = ({ entries, folded: { stream, cut, newestId } }: ReviewedCase, event: DraftEvent): Entry =>
  stampEntry(
    { stream, kind: 'decision', source: 'reviewer', events: [event] },
    {
      region: 'preview',
      writer: 'preview',
      entries,
      cut,
      newestId,
      nowMs: newestId === undefined ? 0 : decodeTime(newestId),
      random: () => 0,
      sha256: () => '0'.repeat(64),
    },
  );
