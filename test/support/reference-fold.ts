/**
 * The reference fold: DESIGN.md section 5 word by word, trying every candidate history, for streams of at most seven
 * applied entries a chapter. Slow and plain on purpose: it is what the real fold is proved against, so it shares no
 * code with domain/fold.
 */
import type { Entry } from '../../domain/ledger/entry.ts';
import type { Lifecycle } from '../../domain/lifecycle/define-lifecycle.ts';
import type { FoldLine } from './fold-line.ts';
import { admit } from './reference/admission.ts';
import { classify } from './reference/classification.ts';
import { foldFields, foldMoney } from './reference/fields.ts';
import { chooseHistory } from './reference/history.ts';
import { findParticipants } from './reference/participants.ts';

export const referenceFold = (entries: readonly Entry[], lifecycle: Lifecycle): FoldLine => {
  const { nodes, cut, pending } = admit(entries, lifecycle);
  const { participants, duplicates } = findParticipants(nodes);
  const history = chooseHistory(participants, lifecycle);
  const accepted = history.steps.filter(({ to }) => to !== undefined).map((step) => step.participant);
  const rejected = history.steps.filter(({ to }) => to === undefined).map((step) => step.participant);
  const { fields, disputes } = foldFields(accepted, lifecycle);
  return {
    stream: entries[0]?.stream ?? '',
    status: history.status,
    ...classify({ participants, history, disputes }, lifecycle),
    cut,
    rejected: rejected.map(({ entry }) => entry.id).sort(),
    duplicates: duplicates.map(({ entry }) => entry.id).sort(),
    pending: pending.map(({ id }) => id).sort(),
    fields,
    money: foldMoney(participants, lifecycle),
    history: history.steps.map((step) => step.participant.entry.id),
  };
};
