/**
 * Notes the rare states of orders that a run passed through, for the "sometimes" list.
 */
import type { FoldedStream } from '../../domain/fold/folded-stream.ts';
import type { Entry } from '../../domain/ledger/entry.ts';
import { parsePosition } from '../../domain/ledger/position.ts';
import type { StreamEvidence } from './checkers/checker.ts';
import { decides } from './checkers/review/review-evidence.ts';
import type { Situation } from './sometimes.ts';

export const noteRareStates = ({ replicas }: StreamEvidence, reached: (situation: Situation) => void): void => {
  for (const { folded, loaded } of replicas) {
    if (folded.pending.length > 0) reached('entry pending');
    if (folded.class === 'late') reached('late fact healed');
    if (folded.voided.length > 0) reached('void entry');
    if (folded.duplicates.length > 0) reached('duplicate across regions');
    if (isForgedIdSkipped(folded)) reached('forged id skipped');
    if (!isInIdOrder(folded)) reached('history not in id order');
    if (isThreefold(loaded.entries)) reached('three regions concurrent');
    for (const { id, reasons, settledBy } of folded.cases) {
      if (settledBy !== undefined) reached('case settled');
      const deciders = loaded.entries.filter((entry) => decides(entry, id));
      if (new Set(deciders.map(({ region }) => region)).size > 1) reached('case decided in two regions');
      if (reasons.includes('contested')) reached('contested entry');
      if (reasons.includes('field-disputed')) reached('disputed field');
      if (reasons.includes('resolutions-differ')) reached('chapter with concurrent resolutions');
    }
  }
};

const isForgedIdSkipped = ({ voided, newestId }: FoldedStream): boolean =>
  voided.some(({ id, reason }) => reason.startsWith('malformed id') && newestId !== undefined && newestId < id);

const isInIdOrder = ({ history }: FoldedStream): boolean =>
  history.every(({ id }, i) => i === 0 || (history[i - 1]?.id ?? '') <= id);

/** Three entries of which none saw another. */
const isThreefold = (entries: readonly Entry[]): boolean => {
  const parts = entries.map((entry) => ({ ...entry, writer: parsePosition(entry.position)?.writer ?? entry.region }));
  const unseen = parts.filter(({ writer, seq }) =>
    parts.some((other) => other.writer !== writer && (other.seen[writer] ?? 0) < seq),
  );
  return new Set(unseen.map(({ writer }) => writer)).size === 3;
};
