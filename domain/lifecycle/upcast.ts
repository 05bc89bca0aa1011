/**
 * Reads a stored event as its newest version.
 *
 * The ledger is kept for ever and deployments differ between regions, so an event may be older than the reader, or
 * newer. Older ones are upcast; what cannot be read is void: kept, applied as nothing, and read by a later deployment.
 */
import type { LedgerEvent } from '../ledger/entry.ts';
import { type EventType, type Lifecycle, newestVersion } from './define-lifecycle.ts';

export type ReadEvent =
  | { readonly kind: 'event'; readonly eventType: EventType; readonly data: Readonly<Record<string, unknown>> }
  | { readonly kind: 'void'; readonly reason: string };

export const readEvent = (
  lifecycle: Lifecycle,
  { type, v, data }: Pick<LedgerEvent, 'type' | 'v' | 'data'>,
): ReadEvent => {
  const eventType = lifecycle.eventTypes.get(type);
  if (!eventType) return { kind: 'void', reason: `unknown event type ${type}` };
  const stored = eventType.versions[v - 1];
  if (!stored)
    return { kind: 'void', reason: `unknown version ${v} of ${type}, newest is ${newestVersion(eventType)}` };
  const checked = stored.schema.safeParse(data);
  if (!checked.success) {
    const [issue] = checked.error.issues;
    return { kind: 'void', reason: `invalid ${type}: ${issue?.path.join('.') || 'data'}: ${issue?.message}` };
  }
  let newest = checked.data as Record<string, unknown>;
  for (const { upcast } of eventType.versions.slice(v)) newest = upcast?.(newest) ?? newest;
  return { kind: 'event', eventType, data: newest };
};
