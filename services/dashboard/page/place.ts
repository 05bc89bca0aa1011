/** What every part of the page may need of the place where it runs: the regions, who looks, and how changes are heard. */
import { createContext } from 'preact';
import { useContext } from 'preact/hooks';
import type { PageConfig } from '../page-config.ts';
import type { OrderApi } from './api/order-api.ts';
import type { Live } from './live/live.ts';
import type { Session } from './session/session.ts';

export interface Place {
  readonly config: PageConfig;
  readonly session: Session;
  readonly live: Live;
  /** In the order of the configuration. */
  readonly apis: readonly OrderApi[];
  /** Of the region that lists and orders are read from. */
  readonly api: OrderApi;
  readonly chooseRegion: (name: string) => void;
}

export const PlaceContext = createContext<Place | undefined>(undefined);

export const usePlace = (): Place => {
  const place = useContext(PlaceContext);
  if (!place) throw new Error('the page was put together without its place');
  return place;
};
