/**
 * Hot or normal: how busy an order is, as a dimension of metrics.
 *
 * Nearly all orders see a handful of entries over days, so a percentile over all of them hides what the few suffer that
 * everybody writes at once. Ten entries within a minute are one every six seconds: often enough that the next one is
 * likely to be written before its region has seen the last one of the other, or while a loser of the race for a position
 * still tries again; and more than people cause at an order, so it is a campaign, a batch job or a loop.
 */
import type { Entry } from './entry.ts';

export type KeyClass = 'hot' | 'normal';

export const hotEntriesMin = 10;
export const hotWindowMs = 60_000;

/** As it was at `atMs`, by the clocks of whoever recorded the entries. What says no time counts as old. */
export const keyClassOf = (entries: readonly Pick<Entry, 'recordedAt'>[], atMs: number): KeyClass => {
  let recent = 0;
  for (const { recordedAt } of entries)
    if (recordedAt !== undefined && recordedAt <= atMs && recordedAt > atMs - hotWindowMs) recent++;
  return recent >= hotEntriesMin ? 'hot' : 'normal';
};
