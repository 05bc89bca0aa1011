/**
 * Reference fold, part 4: the value of every field, what is disputed, and the money.
 */
import { canonicalJson } from '../../../domain/ledger/entry-hash.ts';
import type { Lifecycle } from '../../../domain/lifecycle/define-lifecycle.ts';
import { compare, type Event } from './admission.ts';
import type { Participant } from './participants.ts';

/** A critical field whose value nobody chose: its case, and what a resolution must have seen to settle it. */
export interface Dispute {
  readonly keyedBy: Participant;
  readonly parties: readonly Participant[];
}

export interface FoldedFields {
  readonly fields: Readonly<Record<string, unknown>>;
  readonly disputes: readonly Dispute[];
}

export interface Write {
  readonly participant: Participant;
  /** The place of its event in the entry. */
  readonly index: number;
  readonly eventId: string;
  readonly field: string;
  readonly operation: string;
  readonly value: unknown;
}

/** `accepted` in the order of the history. */
export const foldFields = (accepted: readonly Participant[], lifecycle: Lifecycle): FoldedFields => {
  const fields: Record<string, unknown> = {};
  const disputes: Dispute[] = [];
  for (const [field, { merge }] of Object.entries(lifecycle.fields)) {
    const writes = accepted.flatMap(writesOf).filter((write) => write.field === field);
    if (merge === 'counter') fields[field] = writes.reduce((sum, { value }) => sum + Number(value), 0);
    else if (merge === 'set') fields[field] = observedRemove(writes);
    else if (writes.length > 0) {
      const readers = accepted.filter((it) => it.events.some(({ type }) => type.reads?.includes(field)));
      const { value, dispute } =
        merge === 'lww' ? { value: largest(unseen(writes)).value } : foldCritical(writes, readers);
      fields[field] = value;
      if (dispute) disputes.push(dispute);
    }
  }
  return { fields, disputes };
};

export const foldMoney = (participants: readonly Participant[], { money }: Lifecycle): Record<string, number> => {
  const events = participants.filter((it) => !it.isKeyReused).flatMap((it) => it.events);
  const amount = (kind: string) =>
    events.reduce((sum, { type, data }) => sum + Number(data[type.money?.[kind] ?? ''] ?? 0), 0);
  return Object.fromEntries(money.map((kind) => [kind, amount(kind)]));
};

export const writesOf = (participant: Participant): Write[] =>
  participant.events.flatMap((event, index) =>
    fieldChangesOf(event)
      .filter(({ value }) => value !== undefined)
      .map((change) => ({ participant, index, eventId: event.id, ...change })),
  );

const fieldChangesOf = ({ type, data, resolution }: Event): Pick<Write, 'field' | 'operation' | 'value'>[] => {
  if (resolution)
    return Object.entries(resolution.fields ?? {}).map(([field, value]) => ({ field, operation: 'set', value }));
  return Object.entries(type.writes ?? {}).map(([field, write]) => {
    const [[operation, property] = ['', '']] = Object.entries(write);
    return { field, operation, value: data[property] };
  });
};

export const areConcurrent = (left: Participant, right: Participant): boolean =>
  left !== right && !left.past.has(right) && !right.past.has(left);

const hasSeen = (later: Write, earlier: Write): boolean =>
  later.participant.past.has(earlier.participant) ||
  (later.participant === earlier.participant && earlier.index < later.index);

const unseen = (writes: readonly Write[]): Write[] =>
  writes.filter((write) => !writes.some((other) => hasSeen(other, write)));

const byEventId = (left: Write, right: Write): number =>
  compare(left.eventId, right.eventId) || compare(left.participant.entry.position, right.participant.entry.position);

const largest = (writes: readonly Write[]): Write => [...writes].sort(byEventId).at(-1) as Write;
const smallest = (writes: readonly Write[]): Write => [...writes].sort(byEventId)[0] as Write;

const observedRemove = (writes: readonly Write[]): unknown[] => {
  const removes = writes.filter(({ operation }) => operation === 'remove');
  const isRemoved = (add: Write) => removes.some((remove) => remove.value === add.value && hasSeen(remove, add));
  const present = writes.filter((write) => write.operation === 'add' && !isRemoved(write)).map(({ value }) => value);
  return [...new Set(present)].sort();
};

const foldCritical = (writes: readonly Write[], readers: readonly Participant[]) => {
  const last = unseen(writes);
  const differ = (left: unknown, right: unknown) => canonicalJson(left) !== canonicalJson(right);
  const valueReadBy = (reader: Participant) => {
    const known = writes.filter((write) => reader.past.has(write.participant));
    return (known.length > 0 ? largest(unseen(known)) : smallest(writes)).value;
  };
  const disagrees = (reader: Participant, write: Write) =>
    areConcurrent(reader, write.participant) && differ(write.value, valueReadBy(reader));
  const misread = last.filter((write) => readers.some((reader) => disagrees(reader, write)));
  const misreaders = readers.filter((reader) => last.some((write) => disagrees(reader, write)));
  const lastMisreader = misreaders.at(-1);
  const value = lastMisreader ? valueReadBy(lastMisreader) : largest(last).value;
  const disputed = last.some((write) => differ(write.value, last[0]?.value)) ? last : misread;
  if (disputed.length === 0) return { value };
  const parties = [...disputed.map((write) => write.participant), ...misreaders];
  return { value, dispute: { keyedBy: largest(disputed).participant, parties } };
};
