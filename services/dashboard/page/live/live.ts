/**
 * How the page hears that something has changed: by server-sent events where the place has them, else by the clock. It
 * carries no data of orders: who hears a change asks the region's API anew, so there is one way to read.
 *
 * A page that nobody looks at hears nothing and holds no connection, of which a browser gives one origin only a few.
 */
import type { PageConfig } from '../../page-config.ts';
import type { Change } from '../model/changes.ts';
import type { WorldState } from '../model/world-state.ts';
import { listen } from './listen.ts';

export interface Live {
  /** From one tick to the next. */
  readonly tickMs: number;
  /** Alerts are heard, too. */
  readonly hasAlerts: boolean;
  /** Returns what ends it. */
  readonly onChange: (listener: (change: Change) => void) => () => void;
  /** The world's own state, whenever it changes; never called where there is no world. Returns what ends it. */
  readonly onWorld: (listener: (world: WorldState) => void) => () => void;
  readonly stop: () => void;
}

/** Beside events, which say nothing of figures that change all the time. */
const tickMsWithEvents = 2_000;

export const openLive = (config: PageConfig['live']): Live => {
  const listeners = new Set<(change: Change) => void>();
  const worldListeners = new Set<(world: WorldState) => void>();
  let world: WorldState | undefined;
  const tell = (change: Change): void => {
    for (const listener of listeners) listener(change);
  };
  const catchUp = () => tell({ kind: 'tick', isCatchUp: true });

  const follow = (): (() => void) => {
    const timer = setInterval(() => tell({ kind: 'tick', isCatchUp: false }), tickMs);
    const endListening =
      config.kind === 'events'
        ? listen(config.url, {
            listeners: {
              alert: (data) => {
                const { region, type, subject } = data as Omit<Extract<Change, { readonly kind: 'alert' }>, 'kind'>;
                tell({ kind: 'alert', region, type, subject });
              },
              world: (data) => {
                world = data as WorldState;
                for (const listener of worldListeners) listener(world);
              },
            },
            onReturn: catchUp,
          })
        : undefined;
    return () => {
      clearInterval(timer);
      endListening?.();
    };
  };

  const tickMs = config.kind === 'polling' ? config.everySeconds * 1_000 : tickMsWithEvents;
  const isSeen = () => document.visibilityState === 'visible';
  let endFollowing = isSeen() ? follow() : undefined;
  const onVisibility = (): void => {
    endFollowing?.();
    endFollowing = isSeen() ? follow() : undefined;
    if (endFollowing) catchUp();
  };
  document.addEventListener('visibilitychange', onVisibility);
  return {
    tickMs,
    hasAlerts: config.kind === 'events',
    onChange: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    onWorld: (listener) => {
      worldListeners.add(listener);
      if (world) listener(world);
      return () => worldListeners.delete(listener);
    },
    stop: () => {
      document.removeEventListener('visibilitychange', onVisibility);
      endFollowing?.();
    },
  };
};
