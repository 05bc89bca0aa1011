/**
 * A lifecycle is data: statuses, event types, what each event needs, moves, weighs, reads and writes.
 *
 * The engine knows no order; it folds whatever a lifecycle says. So a mistake in one must show when it is defined, with
 * its place, and not as a wrong state years later.
 */
import type { CaseReason } from '../fold/folded-stream.ts';
import type { EntryKind } from '../ledger/entry.ts';
import { findPersonalMistakes, sealedNames } from './personal-definition.ts';
import { resolutionV1 } from './resolution-events.ts';

export type Status = string;

/** The status before anything happened. */
export const noStatus = 'none';

/** What zod, and any other parser with `safeParse`, answers. */
export interface PayloadSchema {
  safeParse(
    data: unknown,
  ):
    | { readonly success: true; readonly data: unknown }
    | { readonly success: false; readonly error: { readonly issues: readonly PayloadIssue[] } };
}
export interface PayloadIssue {
  readonly path: readonly PropertyKey[];
  readonly message: string;
}

export type MergeRule = 'counter' | 'set' | 'lww' | 'critical';

export type FieldDefinition =
  | { readonly merge: 'counter' }
  | { readonly merge: 'set' }
  /** `value` checks what a resolution may choose. What is personal is sealed under a key of the order's customer. */
  | { readonly merge: 'lww' | 'critical'; readonly value: PayloadSchema; readonly personal?: boolean };

/** Each names the payload property that it takes; an absent property writes nothing. */
export type FieldWrite =
  | { readonly set: string }
  | { readonly add: string }
  | { readonly remove: string }
  | { readonly increase: string };

export interface Transition {
  readonly from: 'any' | readonly Status[];
  readonly to: Status | 'same';
}

export interface EventVersion {
  readonly schema: PayloadSchema;
  /** From the payload of the version before; required from version 2 on. */
  readonly upcast?: (previous: Record<string, unknown>) => Record<string, unknown>;
}

/** Where an event may be accepted while regions are cut off from each other. */
export type WhenIsolated = 'primary' | 'home' | 'anywhere';

export interface EventTypeDefinition {
  readonly kind: EntryKind;
  readonly transitions: readonly Transition[];
  /** What rejecting it costs: a parcel that moved 8, money that moved 4, work done 2, a decision 1. */
  readonly weight: number;
  /** Version 1 first. */
  readonly versions: readonly [EventVersion, ...EventVersion[]];
  readonly writes?: Readonly<Record<string, FieldWrite>>;
  readonly reads?: readonly string[];
  /** Per kind of money, the payload property that adds to it. Counted whatever becomes of the entry. */
  readonly money?: Readonly<Record<string, string>>;
  readonly whenIsolated?: WhenIsolated;
  /** Payload properties that write no field and are personal. What sets a personal field need not be named. */
  readonly personal?: readonly string[];
}

export interface LifecycleDefinition {
  readonly name: string;
  /** 1 when left out. Raised whenever the same entries can fold differently: rows of a lower version give way. */
  readonly version?: number;
  readonly statuses: readonly Status[];
  readonly fields: Readonly<Record<string, FieldDefinition>>;
  /** The field that names the customer, whose the personal data are. It stays readable: use a pseudonym. */
  readonly customer?: string;
  readonly money: readonly string[];
  readonly events: Readonly<Record<string, EventTypeDefinition>>;
  /** The weight of `ConflictResolved`, which every lifecycle has. */
  readonly resolutionWeight: number;
  /** How long a case is left alone before a person is fetched, by its reason. What is not said: `domain/review/grace.ts`. */
  readonly graceMs?: Readonly<Partial<Record<CaseReason, number>>>;
}

export interface EventType extends EventTypeDefinition {
  readonly name: string;
  /** By index of the status before: index of the status after, or -1 where the event is illegal. */
  readonly next: Int8Array;
  readonly isLegalEverywhere: boolean;
  /** Begins an order: legal before there is one, and only then. It comes first, whatever was reported before it. */
  readonly isOpening: boolean;
  /** By type: some transition leads to another status. */
  readonly canMoveStatus: boolean;
  readonly whenIsolated: WhenIsolated;
  /** By property of its payload that is personal: the name under which it is sealed. */
  readonly sealedAs: ReadonlyMap<string, string>;
}

export interface Lifecycle<Definition extends LifecycleDefinition = LifecycleDefinition> {
  /** As it was given: the types of its events come from here. */
  readonly definition: Definition;
  readonly name: string;
  readonly version: number;
  /** `none` first, then as defined. */
  readonly statuses: readonly Status[];
  readonly fields: Readonly<Record<string, FieldDefinition>>;
  readonly customer: string | undefined;
  readonly money: readonly string[];
  /** Those defined, and `ConflictResolved`, which is legal everywhere and moves to the status that its payload names. */
  readonly eventTypes: ReadonlyMap<string, EventType>;
  /**
   * Legal histories of the same entries never end in different statuses, whatever their order: statuses form no cycle,
   * every event type leads to one status, and stays only where that status has been passed. See docs/adr/0004.
   */
  readonly isMonotone: boolean;
  readonly graceMs: Readonly<Partial<Record<CaseReason, number>>>;
}

/** Statuses are kept as bits of one 32-bit word. */
const statusesMax = 30;

/** Throws a LifecycleError that names the place of every mistake. */
export const defineLifecycle = <const Definition extends LifecycleDefinition>(
  definition: Definition,
): Lifecycle<Definition> => {
  const mistakes = findMistakes(definition);
  if (mistakes.length > 0) throw new LifecycleError(definition.name, mistakes);
  const statuses = [noStatus, ...definition.statuses];
  const events = { ...definition.events, [resolutionType]: resolutionEvent(definition) };
  const eventTypes = new Map(
    Object.entries(events).map(([name, event]) => [name, compileEventType(name, event, statuses, definition)]),
  );
  const unreachable = unreachableStatuses(statuses, eventTypes);
  if (unreachable.length > 0)
    throw new LifecycleError(
      definition.name,
      unreachable.map((status) => `statuses: ${status} is unreachable, no event leads to it`),
    );
  return {
    definition,
    name: definition.name,
    version: definition.version ?? 1,
    statuses,
    fields: definition.fields,
    customer: definition.customer,
    money: definition.money,
    eventTypes,
    isMonotone: isMonotone(statuses, eventTypes),
    graceMs: definition.graceMs ?? {},
  };
};

export class LifecycleError extends Error {
  readonly code = 'invalid-lifecycle';
  readonly mistakes: readonly string[];
  constructor(name: string, mistakes: readonly string[]) {
    super(`Lifecycle ${name} is invalid:\n${mistakes.map((mistake) => `- ${mistake}`).join('\n')}`);
    this.mistakes = mistakes;
  }
}

export const statusIndex = (lifecycle: Lifecycle, status: Status): number => lifecycle.statuses.indexOf(status);

/** The newest version of an event type. */
export const newestVersion = (eventType: EventTypeDefinition): number => eventType.versions.length;

const findMistakes = (definition: LifecycleDefinition): string[] => {
  const { version, statuses, fields, money, events, resolutionWeight } = definition;
  const mistakes: string[] = [];
  const known = new Set([noStatus, ...statuses]);
  if (known.size !== statuses.length + 1) mistakes.push(`statuses: a name stands twice, or is "${noStatus}"`);
  if (statuses.length > statusesMax) mistakes.push(`statuses: at most ${statusesMax}`);
  if (version !== undefined && !isVersion(version)) mistakes.push('version: must be a whole number from 1 to 9999');
  if (!isWeight(resolutionWeight)) mistakes.push('resolutionWeight: must be a whole number above 0');
  for (const [reason, ms] of Object.entries(definition.graceMs ?? {}))
    if (!Number.isInteger(ms) || ms < 0) mistakes.push(`graceMs.${reason}: must be a whole number of milliseconds`);
  for (const [name, event] of Object.entries(events)) {
    const say = (place: string, message: string) => mistakes.push(`events.${name}.${place}: ${message}`);
    if (name === resolutionType) say('name', 'every lifecycle has it, none defines it');
    if (!isWeight(event.weight)) say('weight', 'must be a whole number above 0');
    if (event.transitions.length === 0) say('transitions', 'must lead somewhere');
    const leaves = new Set<Status>();
    for (const { from, to } of event.transitions) {
      if (to !== 'same' && (!known.has(to) || to === noStatus)) say('transitions', `unknown status ${to}`);
      for (const status of from === 'any' ? known : from) {
        if (!known.has(status)) say('transitions', `unknown status ${status}`);
        if (leaves.has(status)) say('transitions', `two ways from ${status}`);
        leaves.add(status);
      }
    }
    for (const [field, write] of Object.entries(event.writes ?? {})) {
      const merge = Object.hasOwn(fields, field) ? fields[field]?.merge : undefined;
      if (!merge) say('writes', `unknown field ${field}`);
      else if (!writeFits(write, merge))
        say('writes', `${field} merges as ${merge}, ${Object.keys(write)[0]} does not fit`);
    }
    for (const field of event.reads ?? []) if (!Object.hasOwn(fields, field)) say('reads', `unknown field ${field}`);
    for (const kind of Object.keys(event.money ?? {})) if (!money.includes(kind)) say('money', `unknown kind ${kind}`);
    event.versions.forEach((version, i) => {
      if (i > 0 && !version.upcast) say(`versions[${i}]`, 'needs an upcast from the version before');
    });
  }
  return [...mistakes, ...findPersonalMistakes(definition)];
};

export const resolutionType = 'ConflictResolved';

const resolutionEvent = ({ statuses, fields, resolutionWeight }: LifecycleDefinition): EventTypeDefinition => ({
  kind: 'decision',
  transitions: [{ from: 'any', to: 'same' }],
  weight: resolutionWeight,
  versions: [{ schema: resolutionV1(statuses, fields) }],
});

/** Four digits: versions are compared as text. */
const isVersion = (version: number): boolean => Number.isInteger(version) && version >= 1 && version <= 9999;

const isWeight = (weight: number): boolean => Number.isInteger(weight) && weight > 0;

const writeFits = (write: FieldWrite, merge: MergeRule): boolean => {
  switch (merge) {
    case 'counter':
      return 'increase' in write;
    case 'set':
      return 'add' in write || 'remove' in write;
    case 'lww':
    case 'critical':
      return 'set' in write;
  }
};

const compileEventType = (
  name: string,
  event: EventTypeDefinition,
  statuses: readonly Status[],
  { fields }: LifecycleDefinition,
): EventType => {
  const next = new Int8Array(statuses.length).fill(-1);
  for (const { from, to } of event.transitions)
    for (const status of from === 'any' ? statuses : from) {
      const index = statuses.indexOf(status);
      next[index] = to === 'same' ? index : statuses.indexOf(to);
    }
  return {
    ...event,
    name,
    next,
    isLegalEverywhere: next.every((to) => to >= 0),
    isOpening: next.every((to, from) => (from === 0 ? to > 0 : to < 0)),
    canMoveStatus: next.some((to, from) => to >= 0 && to !== from),
    whenIsolated: event.whenIsolated ?? (event.kind === 'decision' ? 'primary' : 'anywhere'),
    sealedAs: sealedNames(event, fields),
  };
};

const unreachableStatuses = (statuses: readonly Status[], eventTypes: ReadonlyMap<string, EventType>): Status[] => {
  const reached = reachableFrom(0, eventTypes);
  return statuses.filter((_, index) => !reached.has(index));
};

const reachableFrom = (start: number, eventTypes: ReadonlyMap<string, EventType>): ReadonlySet<number> => {
  const reached = new Set([start]);
  for (const status of reached)
    for (const { next } of eventTypes.values()) {
      const to = next[status] as number;
      if (to >= 0) reached.add(to);
    }
  return reached;
};

const isMonotone = (statuses: readonly Status[], eventTypes: ReadonlyMap<string, EventType>): boolean => {
  const above = statuses.map((_, status) => reachableFrom(status, eventTypes));
  const hasCycle = statuses.some((_, low) =>
    statuses.some((_, high) => low !== high && above[low]?.has(high) && above[high]?.has(low)),
  );
  if (hasCycle) return false;
  return [...eventTypes.values()].every(({ next }) => {
    const moves = [...next.entries()].filter(([from, to]) => to >= 0 && to !== from);
    const target = moves[0]?.[1];
    if (target === undefined) return true;
    const leadsToOne = moves.every(([, to]) => to === target);
    const staysWherePassed = next.every((to, from) => to !== from || above[target]?.has(from));
    return leadsToOne && staysWherePassed;
  });
};
