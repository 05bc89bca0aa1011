/**
 * The frame of a command, the same for a request over HTTP and for a service that embeds the ledger.
 *
 * Only the frame is checked here. Whether a type exists and a payload fits is the lifecycle's to say, in `decide`.
 */
import * as z from 'zod';
import type { CommandEvent } from '../../domain/decide/command.ts';
import { entryEventsMax } from '../../domain/kernel/limits.ts';
import { namePattern } from '../../domain/ledger/stream-name.ts';
import { resolutionType } from '../../domain/lifecycle/define-lifecycle.ts';

export const orderIdSchema = z
  .string()
  .regex(namePattern, 'must be 1 to 64 letters, digits, dots, hyphens and underscores');

export const sourceSchema = z
  .string()
  .regex(/^[a-z][a-z0-9-]{0,31}$/, 'must be a short lower-case name such as carrier');

/** The end of the year 9999: past it ISO 8601 has no agreed form. */
export const occurredAtMsMax = Date.UTC(9999, 11, 31, 23, 59, 59, 999);
const isoOrMs = z.union([
  z.int(),
  z.iso
    .datetime({ offset: true, error: 'must be ISO 8601 with an offset, or milliseconds since 1970' })
    .transform(Date.parse),
]);
export const occurredAtSchema = isoOrMs.pipe(z.int().min(0).max(occurredAtMsMax)).optional();

export const eventFrame = {
  type: z.string().min(1).max(64),
  data: z.record(z.string(), z.unknown()).default({}),
  v: z.int().min(1).optional(),
};

export const eventsSchema = z.array(z.strictObject(eventFrame)).min(1).max(entryEventsMax);

/** Who says it, where the command does not. */
export const usualSource = ([first]: readonly [CommandEvent, ...CommandEvent[]]): string =>
  first.type === resolutionType ? 'reviewer' : 'api';
