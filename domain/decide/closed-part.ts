/**
 * Whether a region may write on: everything that it wrote before is here, whole, and folded.
 *
 * A hole or a damaged item in one's own part of a stream means a lost or restored table. Writing on would decide on half
 * a history and perhaps use a position twice, so the region stops for this stream until somebody has repaired it.
 */
import { type Cut, seqAt } from '../ledger/cut.ts';
import { parsePosition } from '../ledger/position.ts';
import type { LoadedStream } from '../ports/event-store.ts';

/** The first position of the writer's own part that keeps it open; undefined when it is closed. */
export const openPosition = (
  writer: string,
  { entries, damaged }: LoadedStream,
  closedCut: Cut,
): string | undefined => {
  const closedSeq = seqAt(closedCut, writer);
  return [...entries, ...damaged]
    .map((item) => item.position)
    .filter((text) => {
      const position = parsePosition(text);
      return position?.writer === writer && position.seq > closedSeq;
    })
    .sort()[0];
};
