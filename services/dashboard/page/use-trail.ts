/** The way back through pages that the API can only go forwards; it stays known when the browser's own way is taken. */
import { useRef } from 'preact/hooks';
import { followTrail, type Trail } from './model/trail.ts';

export interface WalkedTrail {
  readonly known: Trail;
  /** To be called before the address says so. */
  readonly goTo: (cursor: string | undefined) => void;
}

/** Of the list that `listKey` names: another list has a trail of its own. */
export const useTrail = (listKey: string, cursor: string | undefined): WalkedTrail => {
  const kept = useRef<{ readonly listKey: string; readonly trail: Trail }>({ listKey, trail: [] });
  const walked = kept.current.listKey === listKey ? kept.current.trail : [];
  const known = followTrail(walked, cursor);
  kept.current = { listKey, trail: walked.includes(cursor) ? walked : known };
  return {
    known,
    goTo: (to) => {
      if (!kept.current.trail.includes(to)) kept.current = { listKey, trail: [...known, to] };
    },
  };
};
