/**
 * What is poison, and what is said of it.
 *
 * A fault of the world passes: the records come again. Anything else (a bug in the fold, a row that does not fit, a lost entry) would
 * fail again as often as it came, and hold up every order of its shard: so it goes to a queue, as a letter that says
 * where it lies and why, and the shard goes on.
 */

import type { PoisonLetter } from '../../domain/ports/dead-letter-queue.ts';
import { LedgerFault } from '../../domain/ports/event-store.ts';
import { type RungStream, sequenceRange } from './read-batch.ts';

export const isWorthRetrying = (error: unknown): boolean => error instanceof LedgerFault && error.retryable;

export const poisonLetter = (
  rung: RungStream,
  { region, error, atMs }: { readonly region: string; readonly error: unknown; readonly atMs: number },
): PoisonLetter => {
  const { first, last } = sequenceRange(rung);
  return {
    kind: 'poison',
    region,
    stream: rung.stream,
    reason: failureReason(error),
    firstSequenceNumber: first,
    lastSequenceNumber: last,
    atMs,
  };
};

const reasonCharsMax = 500;

/**
 * Name and message, without payloads: where a message quotes what it is about (a parser its text, an invariant its
 * value), it does so behind a double quote, a brace or a bracket, and there it is cut off.
 */
export const failureReason = (error: unknown): string => {
  if (!(error instanceof Error)) return `something was thrown that is no error: ${typeof error}`;
  const said = error.message.split('\n', 1)[0] ?? '';
  const quoteAt = said.search(/["{[]/);
  const name = error instanceof LedgerFault ? error.code : error.name;
  const reason = `${name}: ${quoteAt < 0 ? said : `${said.slice(0, quoteAt)}…`}`;
  return reason.length <= reasonCharsMax ? reason : `${reason.slice(0, reasonCharsMax - 1)}…`;
};

/** Where in the code it happened: the stack without the message. */
export const failurePlace = (error: unknown): readonly string[] =>
  ((error instanceof Error && error.stack) || '')
    .split('\n')
    .filter((line) => line.startsWith('    at '))
    .slice(0, framesMax)
    .map((line) => line.trim());

const framesMax = 10;
