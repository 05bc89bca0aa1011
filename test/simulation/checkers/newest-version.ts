/**
 * Which code has folded the rows at rest: an order that changed when no older code could begin to work has a row of the
 * newest, and no row of the live generation is older than the code that built the generation. An order that nobody has
 * touched since a deployment keeps its row until a rebuild: that is all that is promised.
 */
import { liveGeneration } from '../../../projections/generations/generations.ts';
import type { Checker, WatchedRegion } from './checker.ts';

export const newestVersion = (regionOf: (name: string) => WatchedRegion | undefined): Checker => {
  const oldestByStream = new Map<string, string>();
  return {
    invariant: '4 at rest, rows of the newest code wherever something happened since',
    onChange: ({ region, item }) => {
      const watched = regionOf(region);
      if (watched) oldestByStream.set(`${region} ${item.stream}`, watched.code.oldest().version);
      return undefined;
    },
    checkStream: ({ stream, isAtRest, replicas }) => {
      if (!isAtRest) return undefined;
      for (const { region, row } of replicas) {
        const watched = regionOf(region);
        if (!row || !watched) continue;
        const { version } = row.view;
        const touched = oldestByStream.get(`${region} ${stream}`) ?? '';
        const built = liveGeneration(watched.generations());
        if (version < touched)
          return `the view of ${stream} in ${region} is by ${version}, and was touched by ${touched}`;
        if (version < built.version)
          return `the view of ${stream} in ${region} is by ${version}, in ${built.name} which ${built.version} built`;
      }
      return undefined;
    },
  };
};
