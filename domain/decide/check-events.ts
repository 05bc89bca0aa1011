/**
 * Whether a command's events can be stored at all: known types of one kind, payloads that the newest schema takes.
 *
 * What is appended is kept for ever and read by every region, so nothing goes in that we could not read back. Reading is
 * kinder than this (see lifecycle/upcast.ts): there, old versions are welcome and nothing is refused.
 */
import type { EntryKind } from '../ledger/entry.ts';
import { isSealed, plainIssues } from '../ledger/sealed-value.ts';
import {
  type EventType,
  type Lifecycle,
  newestVersion,
  type PayloadIssue,
  resolutionType,
} from '../lifecycle/define-lifecycle.ts';
import { personalValues } from '../lifecycle/personal-values.ts';
import type { Command, CommandEvent } from './command.ts';

export interface CheckedEvent {
  readonly eventType: EventType;
  readonly type: string;
  readonly v: number;
  readonly data: Readonly<Record<string, unknown>>;
}

export type EventRefusal =
  | { readonly kind: 'unknown-event-type'; readonly type: string; readonly known: readonly string[] }
  | {
      readonly kind: 'invalid-payload';
      readonly type: string;
      /** Which of the command's events. */
      readonly index: number;
      readonly issues: readonly PayloadIssue[];
    }
  | {
      readonly kind: 'unknown-version';
      readonly type: string;
      readonly index: number;
      readonly v: number;
      readonly newest: number;
    }
  /** An entry is all decision or all fact, and a resolution stands alone. */
  | {
      readonly kind: 'mixed-kinds';
      readonly type: string;
      readonly typeKind: EntryKind;
      readonly expectedKind: EntryKind;
    };

export type CheckedEvents =
  | { readonly kind: 'checked'; readonly events: readonly CheckedEvent[] }
  | { readonly kind: 'refused'; readonly refusal: EventRefusal };

export const checkEvents = (lifecycle: Lifecycle, command: Command): CheckedEvents => {
  const events: CheckedEvent[] = [];
  for (const [index, event] of command.events.entries()) {
    const eventType = lifecycle.eventTypes.get(event.type);
    if (!eventType)
      return refused({ kind: 'unknown-event-type', type: event.type, known: [...lifecycle.eventTypes.keys()] });
    if (eventType.kind !== command.kind || (event.type === resolutionType && command.events.length > 1))
      return refused({ kind: 'mixed-kinds', type: event.type, typeKind: eventType.kind, expectedKind: command.kind });
    const newest = newestVersion(eventType);
    const v = event.v ?? newest;
    if (v !== newest) return refused({ kind: 'unknown-version', type: event.type, index, v, newest });
    const issues = payloadIssues(lifecycle, eventType, event);
    if (issues.length > 0) return refused({ kind: 'invalid-payload', type: event.type, index, issues });
    events.push({ eventType, type: event.type, v, data: event.data });
  }
  return { kind: 'checked', events };
};

const refused = (refusal: EventRefusal): CheckedEvents => ({ kind: 'refused', refusal });

const payloadIssues = (lifecycle: Lifecycle, eventType: EventType, event: CommandEvent): readonly PayloadIssue[] => {
  const checked = eventType.versions[newestVersion(eventType) - 1]?.schema.safeParse(event.data);
  if (checked?.success === false) return plainIssues(checked.error.issues);
  // What is sealed elsewhere could belong to another customer or another order.
  return personalValues(lifecycle, event)
    .filter(({ value }) => isSealed(value))
    .map(({ path }) => ({ path, message: 'must be sent plain: it is sealed here' }));
};
