/**
 * Folds the fields of a stream, each by the merge rule that its lifecycle declares.
 *
 * counter: the sum. set: observed-remove, a removal takes away what it saw and nothing else. lww: the largest id among
 * the writes that no other write saw. critical: the same, but values that no one chose between, or a write that an
 * entry reading the field had not seen (the address was changed while the parcel left), are a dispute for a person.
 * Only accepted entries write. Money is a counter too, and counts whatever becomes of its entry: it has moved.
 */
import { countAdditions } from '../crdt/counter.ts';
import { largestWrite, lastWrite, newestWrites } from '../crdt/lww-register.ts';
import { presentElements, type SetWrite } from '../crdt/observed-remove-set.ts';
import type { WriteOrder } from '../crdt/write-order.ts';
import { canonicalJson } from '../ledger/entry-hash.ts';
import { type Lifecycle, type MergeRule, resolutionType } from '../lifecycle/define-lifecycle.ts';
import type { Step } from './chapters.ts';
import { compareText } from './closed-cut.ts';
import type { FieldMerge } from './folded-stream.ts';
import { areConcurrent, type Participant, saw } from './participants.ts';

export interface Write {
  readonly field: string;
  readonly participant: Participant;
  /** The event's id and its place in the entry; of a resolution, the place of its event. */
  readonly eventId: string;
  readonly eventIndex: number;
  readonly operation: 'set' | 'add' | 'remove' | 'increase';
  readonly value: unknown;
}

export interface FieldDispute {
  readonly field: string;
  /** The largest id among the disputed writes: the case is keyed by it. */
  readonly key: Participant;
  /** All whose word is at issue: a resolution has to have seen them. */
  readonly parties: readonly Participant[];
}

export interface MergedFields {
  readonly fields: Readonly<Record<string, unknown>>;
  readonly money: Readonly<Record<string, number>>;
  readonly merges: readonly FieldMerge[];
  readonly disputes: readonly FieldDispute[];
}

export const mergeFields = (steps: readonly Step[], lifecycle: Lifecycle): MergedFields => {
  const accepted = steps.filter(({ isAccepted }) => isAccepted).map(({ participant }) => participant);
  const writesByField = Map.groupBy(accepted.flatMap(writesOf), ({ field }) => field);
  const fields: Record<string, unknown> = {};
  const merges: FieldMerge[] = [];
  const disputes: FieldDispute[] = [];
  for (const [field, { merge }] of Object.entries(lifecycle.fields)) {
    const writes = writesByField.get(field) ?? [];
    const newest = newestWrites(writes, writeOrder);
    const dispute = merge === 'critical' ? findDispute(field, newest, writes, accepted) : undefined;
    if (dispute) disputes.push(dispute);
    else if (newest.length > 1) merges.push({ field, rule: merge, entries: newest.map(entryId).sort() });
    const value = dispute ? dispute.standing : mergedValue(merge, writes, newest);
    if (value !== undefined) fields[field] = value;
  }
  return { fields, money: sumMoney(steps, lifecycle), merges, disputes };
};

/** What an entry writes, whether it is accepted or not. */
export const writesOf = (participant: Participant): readonly Write[] => {
  const writes: Write[] = [];
  participant.events.forEach(({ id, eventType, data }, eventIndex) => {
    const write = (field: string, operation: Write['operation'], value: unknown) => {
      if (value !== undefined) writes.push({ field, participant, eventId: id, eventIndex, operation, value });
    };
    for (const [field, rule] of Object.entries(eventType.writes ?? {})) {
      const [operation, property] = Object.entries(rule)[0] as [Write['operation'], string];
      write(field, operation, data[property]);
    }
    if (participant.resolution && eventType.name === resolutionType)
      for (const [field, value] of Object.entries(participant.resolution.fields ?? {})) write(field, 'set', value);
  });
  return writes;
};

const entryId = ({ participant }: Write): string => participant.entry.id;

/** Who had seen whom is known from the cuts that entries carry. */
const writeOrder: WriteOrder<Write> = {
  writerOf: ({ participant }) => participant.writer,
  isLater: (left, right) =>
    left.participant.seq > right.participant.seq ||
    (left.participant === right.participant && left.eventIndex > right.eventIndex),
  saw: (left, right) =>
    left.participant === right.participant
      ? left.eventIndex > right.eventIndex
      : saw(left.participant, right.participant),
  compare: (left, right) =>
    compareText(left.eventId, right.eventId) ||
    compareText(left.participant.entry.position, right.participant.entry.position),
};

const mergedValue = (merge: MergeRule, writes: readonly Write[], newest: readonly Write[]): unknown => {
  switch (merge) {
    case 'counter':
      return countAdditions(writes.map(({ value }) => value as number));
    case 'set':
      return presentElements(writes.map(toSetWrite), setOrder);
    case 'lww':
    case 'critical':
      return largestWrite(newest, writeOrder)?.value;
  }
};

interface FieldSetWrite extends SetWrite {
  readonly write: Write;
}

const toSetWrite = (write: Write): FieldSetWrite => ({
  write,
  operation: write.operation === 'remove' ? 'remove' : 'add',
  element: write.value as string,
});

const setOrder: Omit<WriteOrder<FieldSetWrite>, 'compare'> = {
  writerOf: ({ write }) => writeOrder.writerOf(write),
  isLater: (left, right) => writeOrder.isLater(left.write, right.write),
  saw: (left, right) => writeOrder.saw(left.write, right.write),
};

interface StandingDispute extends FieldDispute {
  /** The value until a person decides: what the last reader in dispute saw, else the largest id's. */
  readonly standing: unknown;
}

const findDispute = (
  field: string,
  newest: readonly Write[],
  writes: readonly Write[],
  accepted: readonly Participant[],
): StandingDispute | undefined => {
  const differ = newest.length > 1 && new Set(newest.map(({ value }) => canonicalJson(value))).size > 1;
  const disputed = new Set<Write>(differ ? newest : []);
  const readers: Participant[] = [];
  let standing = largestWrite(newest, writeOrder)?.value;
  for (const reader of accepted) {
    if (!reads(reader, field)) continue;
    const unseen = newest.filter(({ participant }) => areConcurrent(participant, reader));
    if (unseen.length === 0) continue;
    const used = valueUsedBy(reader, writes);
    const contradicting = unseen.filter(({ value }) => canonicalJson(value) !== canonicalJson(used));
    if (contradicting.length === 0) continue;
    for (const write of contradicting) disputed.add(write);
    readers.push(reader);
    standing = used;
  }
  const key = largestWrite([...disputed], writeOrder);
  if (!key) return undefined;
  const parties = [...[...disputed].map(({ participant }) => participant), ...readers];
  return { field, key: key.participant, parties, standing };
};

const reads = ({ events }: Participant, field: string): boolean =>
  events.some(({ eventType }) => eventType.reads?.includes(field) === true);

/** A reader that had seen no write is taken to have used the first: the order itself, which it knew from elsewhere. */
const valueUsedBy = (reader: Participant, writes: readonly Write[]): unknown => {
  const seen = writes.filter(({ participant }) => saw(reader, participant));
  return (seen.length > 0 ? lastWrite(seen, writeOrder) : writes.toSorted(writeOrder.compare)[0])?.value;
};

const sumMoney = (steps: readonly Step[], lifecycle: Lifecycle): Readonly<Record<string, number>> => {
  const sums = Object.fromEntries(lifecycle.money.map((kind) => [kind, 0]));
  for (const { participant } of steps) {
    if (participant.keyHolder) continue;
    for (const { eventType, data } of participant.events)
      for (const [kind, property] of Object.entries(eventType.money ?? {}))
        sums[kind] = (sums[kind] ?? 0) + ((data[property] as number | undefined) ?? 0);
  }
  return sums;
};
