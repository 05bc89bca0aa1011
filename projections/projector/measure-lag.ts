/**
 * How late a batch is, read from its records.
 *
 * Replication lag: from the physical clock of the region that accepted an entry to our own at its arrival, so two
 * clocks' difference is in it, and never less than 0 is said. It is told for every entry of an order that another region
 * accepted.
 * A record arrives when we are given it; but a stream that is read again (a restart, a retry) must not report the age of
 * old entries, so an arrival is at most `creationRoundedMsMax` after the record was made. A reading may therefore hold
 * up to that much of our own delay, and an entry that `rejoin repair` put back reads as late as its repair was.
 *
 * Time to consistency, of the same entries: to the moment when the row stood that shows them, told by whoever stored it
 * (see-arrivals.ts). What a row has shown already is not told again, so no delivery is too late for it.
 *
 * Projector lag: the age of the batch's oldest record. DynamoDB rounds the time at which a record was made down to the
 * second, DynamoDB Local to the minute: so it is too large by up to that, and never too small.
 *
 * A record that cannot be read gives no reading: metrics are no reason to fail.
 */
import type { DynamoDBRecord } from 'aws-lambda';
import { type Position, parsePosition, writerPattern } from '../../domain/ledger/position.ts';
import type { Arrival } from '../../domain/write-plan/late-arrival.ts';
import { creationMs, orderStreamOf } from './read-batch.ts';

export interface LagReadings {
  /** By stream, in the order of the batch. */
  readonly arrivals: ReadonlyMap<string, readonly EntryArrival[]>;
  readonly oldestRecordMs: number | undefined;
}

export interface EntryArrival extends Arrival {
  readonly position: Position;
}

/** The most by which DynamoDB, in the cloud or on one machine, rounds the time of a record down. */
const creationRoundedMsMax = 60_000;

export const measureLag = (
  records: readonly DynamoDBRecord[],
  { region, nowMs }: { readonly region: string; readonly nowMs: number },
): LagReadings => {
  const arrivals = new Map<string, EntryArrival[]>();
  let oldestRecordMs: number | undefined;
  for (const record of records) {
    const createdAtMs = creationMs(record);
    if (createdAtMs === undefined) continue;
    oldestRecordMs = Math.max(oldestRecordMs ?? 0, nowMs - createdAtMs);
    const [stream, arrival] = [
      orderStreamOf(record),
      arrivalOf(record, Math.min(nowMs, createdAtMs + creationRoundedMsMax)),
    ];
    if (stream === undefined || !arrival || arrival.from === region) continue;
    const known = arrivals.get(stream) ?? [];
    known.push(arrival);
    arrivals.set(stream, known);
  }
  return { arrivals, oldestRecordMs };
};

export const replicationLagMs = ({ atMs, recordedAtMs }: Arrival): number => Math.max(0, atMs - recordedAtMs);

const arrivalOf = (record: DynamoDBRecord, atMs: number): EntryArrival | undefined => {
  const [from, position] = [acceptedIn(record), parsePosition(record.dynamodb?.Keys?.['position']?.S ?? '')];
  if (from === undefined || !position) return undefined;
  const recordedAtMs = recordedAt(record);
  return recordedAtMs === undefined ? undefined : { from, position, recordedAtMs, atMs };
};

/** Of a new entry; undefined for whatever else happened. A region names a metric, so anything else must not. */
const acceptedIn = ({ eventName, dynamodb }: DynamoDBRecord): string | undefined => {
  const region = eventName === 'INSERT' ? dynamodb?.NewImage?.['region']?.S : undefined;
  return region !== undefined && writerPattern.test(region) ? region : undefined;
};

/** Parsing costs a small part of what the fold is about to spend on the same text. */
const recordedAt = ({ dynamodb }: DynamoDBRecord): number | undefined => {
  try {
    const { recordedAt: ms } = JSON.parse(dynamodb?.NewImage?.['body']?.S ?? '{}') as { recordedAt?: unknown };
    return typeof ms === 'number' && Number.isSafeInteger(ms) && ms >= 0 ? ms : undefined;
  } catch {
    return undefined;
  }
};
