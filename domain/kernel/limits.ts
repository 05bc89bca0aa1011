/**
 * Every bound of the domain, with its unit and the reason for it. Adapter limits live beside their adapter.
 */
import { invariant } from './invariant.ts';

/** An entry's `body` in UTF-8 bytes. DynamoDB refuses items over 400 KB; we stop earlier so that keys and index copies fit. */
export const entryBytesMax = 256 * 1024;

/** Entries of one stream. A real order has tens; past this a writer is looping. */
export const streamEntriesMax = 10_000;

/** Resolutions that a stream takes beyond that: whoever cleans up after a looping writer has cases to decide. */
export const resolutionEntriesMax = 100;

/** Events of one entry: one command writes a handful. */
export const entryEventsMax = 100;

/** Entries of one group: a command over several orders. DynamoDB takes 100 items and 4 MB in one transaction. */
export const groupEntriesMax = 10;

/** Reachable (lane vector, status) pairs that the exact search may visit; keeps the worst fold under 100 ms. */
export const historyStatesMax = 100_000;

/** Lanes that the exact search may keep apart. */
export const historyLanesMax = 32;

/** Lanes beyond which facts lose even the window: what is kept per entry and lane stays small. */
export const windowLanesMax = 64;

/** When the exact search is too large, a fact may still move ahead of this many of the newest entries it saw per region. */
export const factWindowEntries = 8;

/** An id this far past its writer's own clock and past all that it saw is forged or broken, not drift. */
export const idFutureMsMax = 24 * 60 * 60 * 1000;

/** Drift of an id above the physical clock that is worth a metric. */
export const clockDriftMsMax = 60_000;

/** The random step, at most, by which an id grows when the clock does not: collisions stay unlikely, order stays kept. */
export const idStepMax = 2 ** 40;

invariant(clockDriftMsMax < idFutureMsMax, 'drift is reported long before an id counts as malformed');
invariant(groupEntriesMax * entryBytesMax < 4 * 1024 * 1024, 'a group of the largest entries fits one transaction');
