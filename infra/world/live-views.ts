/**
 * Reads the views of whichever generation is live when it is asked: a rebuild may switch to another at any time.
 */
import type { ControlStore } from '../../domain/ports/control-store.ts';
import type { OpenViews } from '../../domain/ports/view-store.ts';
import type { LiveGeneration } from './engine.ts';
import type { OrderRow, Region } from './world-types.ts';

export interface LiveViewsDeps {
  readonly openViews: OpenViews<OrderRow>;
  readonly controlStore: ControlStore;
  readonly liveGeneration: LiveGeneration;
}

export const readLiveViews = ({
  openViews,
  controlStore,
  liveGeneration,
}: LiveViewsDeps): Pick<Region, 'openLiveViews' | 'loadView' | 'views'> => {
  const openLiveViews = async () => openViews(await liveGeneration(controlStore));
  return {
    openLiveViews,
    loadView: async (stream) => (await openLiveViews()).get(stream),
    views: async function* () {
      yield* (await openLiveViews()).all();
    },
  };
};
