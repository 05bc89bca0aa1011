/**
 * What a shop's systems once sent to their order API, or what we add to it: one command, in one region, at a moment of
 * the history's own clock. The ledger and its rival are played the same list of these, which is what makes the
 * comparison fair.
 */
import type { EntryKind } from '../../../domain/ledger/entry.ts';

export interface OrderCommand {
  readonly orderId: string;
  /** When the source says that it happened; undefined where the data has no time. */
  readonly occurredAtMs: number | undefined;
  readonly kind: EntryKind;
  readonly source: 'api' | 'psp' | 'warehouse' | 'carrier';
  readonly type: string;
  readonly data: Readonly<Record<string, unknown>>;
  /** The command's identity: a retry, in whatever region, carries the same one. */
  readonly idempotencyKey: string;
}

export interface TimedCommand extends OrderCommand {
  readonly region: string;
  /** When it is played: ms since 1970 on the histories' clock, not ours. */
  readonly atMs: number;
  /** `real` stands in the data; `added` is what a customer might have done during the partition. */
  readonly origin: 'real' | 'added';
}

export interface OrderHistory {
  readonly orderId: string;
  /** Where the customer writes; the carrier writes in the other. */
  readonly homeRegion: string;
  readonly lateness: Lateness;
  /** In order of time. */
  readonly commands: readonly TimedCommand[];
}

/** Whether the data dates a fact before what must precede it: shipped before paid, or even before the order was placed. */
export type Lateness = 'in-order' | 'before-predecessor' | 'before-placing';

/** The two regions that the histories are played into. */
export type RegionPair = readonly [string, string];

export const otherRegion = ([first, second]: RegionPair, region: string): string => (region === first ? second : first);
