/**
 * Dead letters in memory, kept as the texts that SQS would keep, so that what cannot be read there cannot be read here.
 */
import type { DeadLetterQueue, PoisonLetter } from '../../domain/ports/dead-letter-queue.ts';
import { LedgerFault } from '../../domain/ports/event-store.ts';
import { letterToText, parseLetter } from '../sqs/dead-letter-text.ts';

export interface InMemoryDeadLetterQueue extends DeadLetterQueue {
  readonly letters: () => readonly PoisonLetter[];
  /** A message that somebody else sends: Lambda's own record, or anything. */
  readonly put: (text: string) => void;
}

export const createInMemoryDeadLetterQueue = (): InMemoryDeadLetterQueue => {
  const texts = new Map<string, string>();
  let messages = 0;

  const put = (text: string): void => {
    texts.set(`message-${++messages}`, text);
  };

  return {
    send: async (letter) => put(letterToText(letter)),
    read: async function* () {
      for (const [id, text] of [...texts])
        if (texts.has(id)) yield { id, receipt: id, letter: parseLetter(text), text };
    },
    remove: async ({ id }) => {
      if (!texts.delete(id)) throw new LedgerFault('unavailable', `the letter ${id} is gone`);
    },
    letters: () =>
      [...texts.values()].flatMap((text) => {
        const letter = parseLetter(text);
        return letter?.kind === 'poison' ? [letter] : [];
      }),
    put,
  };
};
