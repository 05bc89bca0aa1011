/** What the fold made of each entry of an order, put together from the lists of its explanation. Pure. */
import type { CaseReason } from '../../../../domain/fold/folded-stream.ts';
import type { ExplainedCase, OrderExplanation } from '../../../order-api/order-explanation.ts';

export type EntryOutcome =
  | { readonly kind: 'accepted'; readonly from: string; readonly to: string }
  | { readonly kind: 'rejected'; readonly reasons: readonly CaseReason[] }
  | { readonly kind: 'duplicate'; readonly repeats: string }
  | { readonly kind: 'pending'; readonly waitsFor: string }
  | { readonly kind: 'voided'; readonly reason: string }
  /** The explanation holds the newest entries only. */
  | { readonly kind: 'unknown' };

export interface ExplainedEntry {
  readonly outcome: EntryOutcome;
  /** About this entry, open or settled. */
  readonly case: ExplainedCase | undefined;
}

export type ExplainedEntries = (position: string) => ExplainedEntry;

/** By position: ids need not be unique where a writer went past the API. */
export const explainEntries = ({
  history,
  rejected,
  duplicates,
  pending,
  voided,
  cases,
}: OrderExplanation): ExplainedEntries => {
  const reasonsAt = new Map(rejected.map(({ position, reasons }) => [position, reasons]));
  const outcomes = new Map<string, EntryOutcome>([
    ...history.map(({ position, accepted, from, to }): [string, EntryOutcome] => [
      position,
      accepted ? { kind: 'accepted', from, to } : { kind: 'rejected', reasons: reasonsAt.get(position) ?? [] },
    ]),
    ...duplicates.map(({ position, repeats }): [string, EntryOutcome] => [position, { kind: 'duplicate', repeats }]),
    ...pending.map(({ position, waitsFor }): [string, EntryOutcome] => [position, { kind: 'pending', waitsFor }]),
    ...voided.map(({ position, reason }): [string, EntryOutcome] => [position, { kind: 'voided', reason }]),
  ]);
  const caseAt = new Map(cases.map((it) => [it.position, it]));
  return (position) => ({ outcome: outcomes.get(position) ?? { kind: 'unknown' }, case: caseAt.get(position) });
};

/** In a word or two, for a drawing and for a table. */
export const outcomeText = (outcome: EntryOutcome): string => {
  if (outcome.kind === 'accepted') return outcome.from === outcome.to ? 'accepted' : `→ ${outcome.to}`;
  return outcome.kind === 'unknown' ? 'not explained' : outcome.kind;
};
