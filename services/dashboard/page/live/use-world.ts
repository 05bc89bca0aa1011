/** The world's own state, where there is a world. */
import { useEffect, useState } from 'preact/hooks';
import type { WorldState } from '../model/world-state.ts';
import { usePlace } from '../place.ts';

/** Undefined before it was heard, and where there is none. */
export const useWorld = (): WorldState | undefined => {
  const { live } = usePlace();
  const [world, setWorld] = useState<WorldState>();
  useEffect(() => live.onWorld(setWorld), [live]);
  return world;
};
