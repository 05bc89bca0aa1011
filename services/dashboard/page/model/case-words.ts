/**
 * What the page says of a case: why it is open and how far its review has come, in the words of docs/review.md. A word that
 * this page does not know, from a newer API, is shown as it came. Pure.
 */
import type { CaseReason } from '../../../../domain/fold/folded-stream.ts';
import type { CaseLifeState } from '../../../../domain/review/case-life.ts';
import type { TonedWords, Words } from './words.ts';

/** Meanings are half a sentence. */
const reasonWords: Readonly<Record<CaseReason, Words>> = {
  contested: { name: 'Contested', meaning: 'rejected because of an entry that its writer had not seen' },
  'field-disputed': { name: 'Field in dispute', meaning: 'a field has values that nobody chose between' },
  ambiguous: { name: 'Ambiguous', meaning: 'the lifecycle allows two outcomes at the same cost' },
  'key-reused': { name: 'Key reused', meaning: 'a second payload came under an idempotency key' },
  'resolutions-differ': {
    name: 'Resolutions differ',
    meaning: 'two people decided differently without having seen each other',
  },
  illegal: {
    name: 'Illegal',
    meaning: 'rejected, and no entry elsewhere is why; most often its predecessor is only late',
  },
};

export const reasonToWords = (reason: CaseReason): Words => reasonWords[reason] ?? { name: reason, meaning: '' };

const stateWords: Readonly<Record<CaseLifeState, TonedWords>> = {
  open: {
    name: 'open',
    meaning: 'found; a workflow is about to start, or another region asks the person',
    tone: 'warn',
  },
  waiting: { name: 'waiting', meaning: 'the grace period runs, or nobody has taken it from the queue', tone: 'info' },
  'with-a-person': { name: 'with a person', meaning: 'somebody has it', tone: 'warn' },
  settled: { name: 'settled', meaning: 'decided', tone: 'good' },
  withdrawn: { name: 'withdrawn', meaning: 'there was nothing to decide after all', tone: 'quiet' },
  reopened: { name: 'reopened', meaning: 'it had been over, and something asks again', tone: 'bad' },
};

export const stateToWords = (state: CaseLifeState): TonedWords =>
  stateWords[state] ?? { name: state, meaning: '', tone: 'quiet' };
