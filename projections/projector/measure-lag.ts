/**
 * How late a batch is, read from its records.
 *
 * Replication lag: from the physical clock of the region that accepted an entry to our own at its arrival, so two
 * clocks' difference is in it, and never less than 0 is said. It is told for every entry that another region accepted.
 * A record arrives when we are given it; but a stream that is read again (a restart, a retry) must not report the age of
 * old entries, so an arrival is at most `creationRoundedMsMax` after the record was made. A reading may therefore hold
 * up to that much of our own delay, and an entry that `rejoin repair` put back reads as late as its repair was.
 *
 * Projector lag: the age of the batch's oldest record. DynamoDB rounds the time at which a record was made down to the
 * second, DynamoDB Local to the minute: so it is too large by up to that, and never too small.
 *
 * A record that cannot be read gives no reading: metrics are no reason to fail.
 */
import type { DynamoDBRecord } from 'aws-lambda';
import { writerPattern } from '../../domain/ledger/position.ts';
import { creationMs } from './read-batch.ts';

export interface LagReadings {
  /** By the region that accepted them. */
  readonly replicationMs: ReadonlyMap<string, readonly number[]>;
  readonly oldestRecordMs: number | undefined;
}

/** The most by which DynamoDB, in the cloud or on one machine, rounds the time of a record down. */
const creationRoundedMsMax = 60_000;

export const measureLag = (
  records: readonly DynamoDBRecord[],
  { region, nowMs }: { readonly region: string; readonly nowMs: number },
): LagReadings => {
  const replicationMs = new Map<string, number[]>();
  let oldestRecordMs: number | undefined;
  for (const record of records) {
    const createdAtMs = creationMs(record);
    if (createdAtMs === undefined) continue;
    oldestRecordMs = Math.max(oldestRecordMs ?? 0, nowMs - createdAtMs);
    const from = acceptedIn(record);
    if (from === undefined || from === region) continue;
    const recordedAtMs = recordedAt(record);
    if (recordedAtMs === undefined) continue;
    const arrivedAtMs = Math.min(nowMs, createdAtMs + creationRoundedMsMax);
    const readings = replicationMs.get(from) ?? [];
    readings.push(Math.max(0, arrivedAtMs - recordedAtMs));
    replicationMs.set(from, readings);
  }
  return { replicationMs, oldestRecordMs };
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
