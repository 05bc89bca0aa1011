/**
 * The links of the table, with a note of since when each is cut: what is promised of a partition is promised after a time.
 */
import type { Link } from '../../model/replication-link.ts';

export interface WatchedLink extends Link {
  /** In true time; undefined while it is whole. */
  readonly cutSinceMs: () => number | undefined;
}

export const watchLinks = (
  links: readonly Link[],
  nowMs: () => number,
  onTurn: (link: Link) => void,
): readonly WatchedLink[] =>
  links.map((link) => {
    let cutSinceMs: number | undefined;
    return {
      ...link,
      cut: () => {
        link.cut();
        cutSinceMs ??= nowMs();
        onTurn(link);
      },
      heal: () => {
        link.heal();
        if (!link.isCut()) cutSinceMs = undefined;
        onTurn(link);
      },
      cutSinceMs: () => cutSinceMs,
    };
  });
