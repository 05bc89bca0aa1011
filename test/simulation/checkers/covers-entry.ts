/**
 * Whether a cut has an entry, by the writer of its position: the accepting region, or all of them on one chain.
 */
import { type Cut, coversPosition } from '../../../domain/ledger/cut.ts';
import type { Entry } from '../../../domain/ledger/entry.ts';
import { parsePosition } from '../../../domain/ledger/position.ts';

export const coversEntry = (cut: Cut, { position }: Entry): boolean => {
  const parsed = parsePosition(position);
  return parsed !== undefined && coversPosition(cut, parsed);
};
