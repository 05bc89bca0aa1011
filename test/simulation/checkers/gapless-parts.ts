/**
 * A region's part of a stream is numbered without gaps, and each position has one writer: the region itself, once.
 */
import { parsePosition, writerIn } from '../../../domain/ledger/position.ts';
import type { Checker, CheckerDeps } from './checker.ts';

export const gaplessParts = ({ facts, table, consistency }: CheckerDeps): Checker => {
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
      if (parsed?.writer !== writerIn(region, consistency))
        return `${region} put ${position} of ${stream}, which is not its own`;
      const part = table.committed(region, stream).filter((it) => it.position.startsWith(`${parsed.writer}/`));
      const earlier = part.filter((it) => it.position < position).length;
      return earlier === parsed.seq - 1 ? undefined : `${position} of ${stream} was put after ${earlier} entries`;
    },
  };
};
