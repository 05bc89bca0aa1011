/**
 * A region's part of a stream is numbered without gaps, and each position has one writer: the region itself, once.
 */
import { parsePosition } from '../../../domain/ledger/position.ts';
import type { Checker, CheckerDeps } from './checker.ts';

export const gaplessParts = ({ facts, table }: CheckerDeps): Checker => {
  const hashByPosition = new Map<string, string>();
  return {
    invariant: '2 a region’s part of a stream is gapless, with one writer per position',
    onChange: ({ region, item, before, from }) => {
      if (from !== undefined || before) return undefined;
      const { stream, position } = item;
      const written = hashByPosition.get(`${stream} ${position}`);
      hashByPosition.set(`${stream} ${position}`, item.hash);
      if (written !== undefined && written !== item.hash) return `${position} of ${stream} was put twice, differently`;
      if (facts.isBypass(item)) return undefined;
      const parsed = parsePosition(position);
      if (parsed?.writer !== region) return `${region} put ${position} of ${stream}, which is not its own`;
      const earlier = table.query(region, stream).filter((it) => it.position.startsWith(`${region}/`)).length - 1;
      return earlier === parsed.seq - 1 ? undefined : `${position} of ${stream} was put after ${earlier} entries`;
    },
  };
};
