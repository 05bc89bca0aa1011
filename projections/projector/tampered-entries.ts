/**
 * Notices that an entry was changed or removed in place, keeps what it was, and says so.
 *
 * The ledger is append-only for everybody who comes through its ports; but a table has other doors. Its stream carries
 * the old image of whatever is changed, for a day: the projector keeps it where `rejoin repair` finds it, then alerts.
 * In that order, so that whoever is alerted finds something to repair with; a crash in between says it again.
 *
 * Not every change is one. An index attribute that was added leaves the entry as it was, and a repair is a change as well.
 * An item may be changed more than once: the first image that is an entry is the one to go back to.
 */
import type { AttributeValue, DynamoDBRecord } from 'aws-lambda';
import { readEntryBody } from '../../domain/ledger/entry-hash.ts';
import type { AlertBus, TamperAlert } from '../../domain/ports/alert-bus.ts';
import type { Clock } from '../../domain/ports/clock.ts';
import type { ControlStore } from '../../domain/ports/control-store.ts';
import type { Sha256 } from '../../domain/ports/digest.ts';
import { LedgerFault } from '../../domain/ports/event-store.ts';
import { repairedKind, tamperedKind, tamperedName } from '../repair/repair-ledger.ts';
import { creationMs, orderStreamOf } from './read-batch.ts';

export interface TamperedEntriesDeps {
  readonly region: string;
  readonly controlStore: Pick<ControlStore, 'get' | 'put'>;
  readonly alertBus: AlertBus;
  readonly sha256: Sha256;
  readonly clock: Clock;
}

/** An item with DynamoDB's types, as a stream record has it. */
export type ItemImage = Readonly<Record<string, AttributeValue>>;

/** A document of kind `tampered`, named `<stream>#<position>`. */
export interface KeptImage {
  readonly item: ItemImage;
  readonly change: TamperAlert['change'];
  readonly seenAtMs: number;
  /** The item did not fit or was not in the record: only what identifies it was kept. */
  readonly isPartial?: true;
}

/** Keeps and alerts. Undefined when nobody tampered with anything. Throws LedgerFault: the record has to come again. */
export const reportTampering = async (
  deps: TamperedEntriesDeps,
  record: DynamoDBRecord,
): Promise<TamperAlert | undefined> => {
  const seen = changeIn(record);
  if (!seen || !(await keepImage(deps, seen))) return undefined;
  const { stream, position, change } = seen;
  const alert: TamperAlert = {
    type: 'LedgerTampered',
    stream,
    region: deps.region,
    position,
    change,
    atMs: seen.atMs ?? deps.clock.nowMs(),
  };
  await deps.alertBus.publish([alert]);
  return alert;
};

interface SeenChange {
  readonly stream: string;
  readonly position: string;
  readonly change: TamperAlert['change'];
  readonly before: ItemImage | undefined;
  readonly after: ItemImage | undefined;
  /** The same whenever the record comes, so that an alert that is said again is the same alert. */
  readonly atMs: number | undefined;
}

/** Undefined for a new item, for one that is no entry of an order, and for one whose entry is what it was. */
const changeIn = (record: DynamoDBRecord): SeenChange | undefined => {
  const { eventName, dynamodb } = record;
  if (eventName !== 'MODIFY' && eventName !== 'REMOVE') return undefined;
  // The ledger also holds customers' keys: one that is removed has to be gone, and must not be kept here.
  const stream = orderStreamOf(record);
  if (stream === undefined) return undefined;
  const { OldImage: before, NewImage: after, Keys: keys } = dynamodb ?? {};
  if (eventName === 'MODIFY' && before && after && isSameEntry(before, after)) return undefined;
  return {
    stream,
    position: keys?.['position']?.S ?? '',
    change: eventName === 'MODIFY' ? 'changed' : 'removed',
    before,
    after,
    atMs: creationMs(record),
  };
};

/** What a reader takes for an entry, beside the key. The shard is none of it: it was right for the shards of its day. */
const entryAttributes = ['id', 'region', 'hash', 'body'] as const;

const isSameEntry = (left: ItemImage, right: ItemImage): boolean =>
  entryAttributes.every((name) => left[name]?.S !== undefined && left[name].S === right[name]?.S);

/** Losing the race for one document is rare: the records of a stream come to one projector, one after the other. */
const triesMax = 5;

/** False if what stands now is what must stand. */
const keepImage = async (deps: TamperedEntriesDeps, seen: SeenChange): Promise<boolean> => {
  const name = tamperedName(seen.stream, seen.position);
  for (let tries = 0; tries < triesMax; tries++) {
    const kept = await deps.controlStore.get<KeptImage>(tamperedKind, name);
    if (await isRepair(deps, seen, kept?.value)) return false;
    const isWorthKeeping = !kept || (!isEntry(deps, seen, kept.value.item) && isEntry(deps, seen, seen.before));
    if (!isWorthKeeping || (await putImage(deps, name, seen, kept?.revision ?? 0))) return true;
  }
  throw new LedgerFault('unavailable', `what was at ${seen.position} of ${seen.stream} could not be kept`);
};

/** What is put back is the kept image; once that is forgotten, a note says what the repair found right. Garbage is neither. */
const isRepair = async (deps: TamperedEntriesDeps, seen: SeenChange, kept: KeptImage | undefined): Promise<boolean> => {
  const { after } = seen;
  if (!after || !isEntry(deps, seen, after)) return false;
  if (kept && isSameEntry(kept.item, after)) return true;
  const repaired = await deps.controlStore.get<{ readonly hash?: string }>(
    repairedKind,
    tamperedName(seen.stream, seen.position),
  );
  return repaired !== undefined && repaired.value.hash === after['hash']?.S;
};

/** Whether it is, byte for byte, an entry that was hashed, at its place. */
const isEntry = ({ sha256 }: TamperedEntriesDeps, seen: SeenChange, image: ItemImage | undefined): boolean => {
  const [id, region, hash, body] = entryAttributes.map((name) => image?.[name]?.S);
  if (hash === undefined || body === undefined) return false;
  const read = readEntryBody({ hash, body }, sha256);
  if (read.kind === 'damaged') return false;
  const { entry } = read;
  return entry.stream === seen.stream && entry.position === seen.position && entry.id === id && entry.region === region;
};

/** False if somebody else was faster. */
const putImage = async (
  { controlStore, clock }: TamperedEntriesDeps,
  name: string,
  { stream, position, change, before }: SeenChange,
  revision: number,
): Promise<boolean> => {
  const put = (value: KeptImage) => controlStore.put(tamperedKind, name, value, revision);
  const seen = { change, seenAtMs: clock.nowMs() };
  const partial: KeptImage = { ...seen, item: identify({ stream, position }, before), isPartial: true };
  if (!before) return put(partial);
  try {
    return await put({ ...seen, item: before });
  } catch (error) {
    // An item that somebody blew up before, or a large entry full of quotes, which JSON in JSON doubles. Neither is worth
    // blocking the shard for.
    if (error instanceof LedgerFault && error.code === 'entry-too-large') return put(partial);
    throw error;
  }
};

const identify = (key: { readonly stream: string; readonly position: string }, image: ItemImage = {}): ItemImage => ({
  stream: { S: key.stream },
  position: { S: key.position },
  ...Object.fromEntries(
    (['id', 'region', 'hash'] as const)
      .map((name) => [name, image[name]?.S ?? ''] as const)
      .filter(([, text]) => text !== '' && text.length <= identifierCharsMax)
      .map(([name, text]) => [name, { S: text }]),
  ),
});

const identifierCharsMax = 64;
