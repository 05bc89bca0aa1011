/**
 * What a client asks the ledger to take: events that belong together and become one entry, or nothing.
 */
import type { Cut } from '../ledger/cut.ts';
import type { EntryKind } from '../ledger/entry.ts';
import { canonicalJson } from '../ledger/entry-hash.ts';
import type { Sha256 } from '../ports/digest.ts';

export interface CommandEvent {
  readonly type: string;
  readonly data: Readonly<Record<string, unknown>>;
  /** The payload's version; the newest when left out. */
  readonly v?: number | undefined;
}

export interface Command {
  readonly kind: EntryKind;
  readonly source: string;
  readonly events: readonly [CommandEvent, ...CommandEvent[]];
  readonly idempotencyKey: string;
  readonly payloadHash: string;
  /** The client decided on what it saw: refuse if the stream is not at one of these cuts. */
  readonly expected?: ExpectedState | undefined;
  readonly occurredAt?: number | undefined;
  readonly actor?: string | undefined;
  readonly traceId?: string | undefined;
}

/** `exists` asks only that there is an order. */
export type ExpectedState = 'exists' | readonly Cut[];

/** Equal for two requests that mean the same, so that a retry is told from another command under the same key. */
export const hashPayload = ({ source, events }: Pick<Command, 'source' | 'events'>, sha256: Sha256): string =>
  sha256(canonicalJson({ source, events: events.map(({ type, data }) => ({ type, data })) }));
