/** Who changes something from a shell, and under which key: options of the commands that write to the ledger. */
import { userInfo } from 'node:os';
import { InvalidArgumentError } from 'commander';
import { idempotencyKeyPattern, idempotencyKeyRule } from '../../ledger/idempotency-key.ts';

export const toKey = (text: string): string => {
  if (!idempotencyKeyPattern.test(text)) throw new InvalidArgumentError(idempotencyKeyRule);
  return text;
};

/** As long as an entry's may be. */
export const toActor = (text: string): string => {
  if (text === '' || text.length > 255) throw new InvalidArgumentError('must have 1 to 255 characters');
  return text;
};

/** Undefined where the system does not say. */
export const osUser = (): string | undefined => {
  try {
    return userInfo().username;
  } catch {
    return undefined;
  }
};
