/**
 * One accepted command: 1 to n events that belong together, stored as one item and so atomic in every region.
 *
 * These names ARE the storage format. An entry is hashed and kept for ever as written: add optional fields, never
 * rename or reinterpret one. Contract: docs/adr/0002-one-entry-per-command.md
 */
import * as z from 'zod';
import { entryEventsMax } from '../kernel/limits.ts';
import { parsePosition, strongWriter, writerPattern } from './position.ts';
import { tenantOf } from './stream-name.ts';
import { isUlid } from './ulid.ts';

const ulid = z.string().refine(isUlid, 'must be a ULID');
const seq = z.int().min(1).max(9_999_999_999);
const timestampMs = z.int().min(0).max(281_474_976_710_655);
const sha256Hex = z.string().regex(/^[0-9a-f]{64}$/, 'must be 64 hex digits');
const name = z.string().min(1).max(64);

const ledgerEventSchema = z.strictObject({
  id: ulid,
  type: name,
  v: z.int().min(1),
  data: z.record(z.string(), z.unknown()),
});

export const entrySchema = z
  .strictObject({
    stream: z.string().refine((stream) => tenantOf(stream) !== undefined, 'must be order/<tenant>/<orderId>'),
    position: z.string(),
    tenant: name,
    /** Where the entry was accepted; equals the position's writer but for strong mode. */
    region: z.string().regex(writerPattern, 'must be a region name'),
    seq,
    id: ulid,
    seen: z.record(z.string().regex(writerPattern, 'must be a region name'), z.int().min(0).max(9_999_999_999)),
    kind: z.enum(['decision', 'fact']),
    source: name,
    events: z.array(ledgerEventSchema).min(1).max(entryEventsMax),
    /** When the source says that it happened; for people, never for order. */
    occurredAt: timestampMs.optional(),
    group: z.strictObject({ commandId: ulid, streams: z.array(z.string()).min(1) }).optional(),
    idempotencyKey: z.string().min(1).max(255).optional(),
    payloadHash: sha256Hex.optional(),
    actor: z.string().max(255).optional(),
    traceId: z.string().max(255).optional(),
    epoch: z.int().min(0).optional(),
    /** The writer's physical clock in ms. */
    recordedAt: timestampMs.optional(),
    /** Hashes of the heads of every region that the writer had seen. */
    parents: z.array(sha256Hex).optional(),
    /** SHA-256 of the RFC 8785 canonical JSON of the entry without `hash`. */
    hash: sha256Hex,
  })
  .superRefine((entry, context) => {
    const position = parsePosition(entry.position);
    const say = (path: string, message: string) => context.addIssue({ code: 'custom', path: [path], message });
    if (!position) say('position', 'must be <region>/<10 digits>, counted from 1');
    else {
      if (position.seq !== entry.seq) say('seq', 'must be the number in position');
      if (position.writer !== entry.region && position.writer !== strongWriter)
        say('region', 'must be the region in position');
      const own = Object.hasOwn(entry.seen, position.writer) ? entry.seen[position.writer] : undefined;
      if (own !== undefined && own !== position.seq - 1) say('seen', `its own region must be ${position.seq - 1}`);
    }
    if (tenantOf(entry.stream) !== entry.tenant) say('tenant', 'must be the tenant in stream');
    if (entry.events[0]?.id !== entry.id) say('id', "must be its first event's id");
    for (let i = 1; i < entry.events.length; i++)
      if ((entry.events[i]?.id ?? '') <= (entry.events[i - 1]?.id ?? '')) say('events', 'ids must increase');
  });

export type LedgerEvent = Readonly<z.infer<typeof ledgerEventSchema>>;
export type Entry = Readonly<z.infer<typeof entrySchema>>;
export type EntryKind = Entry['kind'];

/** The id after which a later entry's id must come: that of the last event. */
export const lastEventId = (entry: Entry): string => (entry.events[entry.events.length - 1] as LedgerEvent).id;
