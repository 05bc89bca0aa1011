/**
 * What a client asks the ledger to take: events that belong together and become one entry, or nothing.
 */
import type { Cut } from '../ledger/cut.ts';
import type { EntryKind } from '../ledger/entry.ts';
import { canonicalJson } from '../ledger/entry-hash.ts';
import type { PayloadDigest } from '../ports/personal-data.ts';

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
  /** The client has seen this: judge the command only where the region's cut covers it. */
  readonly after?: Cut | undefined;
  /** The client decided on what it saw: refuse if the stream is not at one of these cuts. */
  readonly expected?: ExpectedState | undefined;
  readonly occurredAt?: number | undefined;
  readonly actor?: string | undefined;
  readonly traceId?: string | undefined;
}

/** `exists` asks only that there is an order. */
export type ExpectedState = 'exists' | readonly Cut[];

/**
 * Equal for two requests that mean the same, so that a retry is told from another command under the same key. Of a
 * command over several orders every entry carries the hash of all of it: with another leg it is another command. The
 * digest is keyed: what the command says is personal, and short enough to be guessed.
 */
export const hashPayload = (legs: readonly HashedLeg[], digest: PayloadDigest): string => {
  const said = legs.map(({ stream, command: { source, events } }) => ({
    stream,
    source,
    events: events.map(({ type, data }) => ({ type, data })),
  }));
  const [only, ...others] = said;
  return digest(canonicalJson(only && others.length === 0 ? { source: only.source, events: only.events } : said));
};

export interface HashedLeg {
  readonly stream: string;
  readonly command: Pick<Command, 'source' | 'events'>;
}
