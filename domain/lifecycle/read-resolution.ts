/** A stored decision of a person, as its newest version. */
import type { Entry } from '../ledger/entry.ts';
import { type Lifecycle, resolutionType } from './define-lifecycle.ts';
import type { ResolutionPayload } from './resolution-events.ts';
import { readEvent } from './upcast.ts';

/** Undefined where the entry holds none, or none that can be read. */
export const readResolution = (
  { events }: Pick<Entry, 'events'>,
  lifecycle: Lifecycle,
): ResolutionPayload | undefined => {
  const event = events.find(({ type }) => type === resolutionType);
  const read = event && readEvent(lifecycle, event);
  return read?.kind === 'event' ? (read.data as unknown as ResolutionPayload) : undefined;
};
