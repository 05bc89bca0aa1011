/** What the page says of an order: how its regions' writes met. Pure. */
import type { StreamClass } from '../../../../domain/fold/folded-stream.ts';
import type { TonedWords } from './words.ts';

/** Meanings are sentences. */
export const classWords: Readonly<Record<StreamClass, TonedWords>> = {
  none: { name: 'no concurrency', meaning: 'No two regions wrote at the same time.', tone: 'quiet' },
  merged: { name: 'merged', meaning: 'Concurrent writes that do not touch each other.', tone: 'info' },
  late: { name: 'late', meaning: 'A fact came late and was put in its place; nothing was rejected.', tone: 'info' },
  precedence: {
    name: 'precedence',
    meaning: 'Concurrent writes, and the lifecycle, the larger id or a person decided.',
    tone: 'info',
  },
  illegal: { name: 'illegal', meaning: 'An entry was rejected, and no entry elsewhere is why.', tone: 'warn' },
  review: { name: 'review', meaning: 'A person must decide.', tone: 'bad' },
};

/** A class that this page does not know, from a newer API, is shown as it came. */
export const classToWords = (name: StreamClass): TonedWords => classWords[name] ?? { name, meaning: '', tone: 'quiet' };
