/** A position short enough to read: `us-east-1:7` for `us-east-1/0000000007`, as tokens have it. Pure. */
import { parsePosition } from '../../../../domain/ledger/position.ts';

export const shortPosition = (text: string): string => {
  const position = parsePosition(text);
  return position ? `${position.writer}:${position.seq}` : text;
};
