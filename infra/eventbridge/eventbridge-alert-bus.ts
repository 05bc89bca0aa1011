/**
 * Alerts on an EventBridge bus.
 *
 * PutEvents answers entry by entry: a request that succeeded may have lost some of its entries. Only an entry that came
 * back with an event id is published; the others are sent again, a few times, and then it is a fault. Whoever called
 * publishes the same alerts again, and their ids are the same.
 */
import { type EventBridgeClient, PutEventsCommand, type PutEventsResultEntry } from '@aws-sdk/client-eventbridge';
import type { AlertBus } from '../../domain/ports/alert-bus.ts';
import type { Random, Sleep } from '../../domain/ports/clock.ts';
import { LedgerFault } from '../../domain/ports/event-store.ts';
import { type AlertEntry, alertToEntry } from './alert-to-cloud-event.ts';
import { publishAttemptsMax, requestEntriesMax, retryWaitMsBase, retryWaitMsMax } from './eventbridge-limits.ts';

export interface EventBridgeAlertBusDeps {
  readonly client: EventBridgeClient;
  readonly busName: string;
  readonly sleep: Sleep;
  readonly random: Random;
}

export const createEventBridgeAlertBus = ({ client, busName, sleep, random }: EventBridgeAlertBusDeps): AlertBus => {
  const publishBatch = async (batch: readonly AlertEntry[]): Promise<void> => {
    let left = batch;
    for (let attempt = 1; ; attempt++) {
      const failed = await putEvents(client, left);
      if (failed.length === 0) return;
      const isOver = attempt >= publishAttemptsMax || failed.some(({ code }) => finalCodes.has(code));
      if (isOver) throw toLedgerFault(failed, attempt);
      left = failed.map(({ entry }) => entry);
      await sleep(random() * Math.min(retryWaitMsMax, retryWaitMsBase * 2 ** attempt));
    }
  };

  return {
    publish: async (alerts) => {
      for (const batch of toBatches(alerts.map((alert) => alertToEntry(alert, busName)))) await publishBatch(batch);
    },
  };
};

interface FailedEntry {
  readonly entry: AlertEntry;
  readonly code: string;
}

const putEvents = async (
  client: EventBridgeClient,
  entries: readonly AlertEntry[],
): Promise<readonly FailedEntry[]> => {
  const sent = entries.map((entry) => ({ ...entry, Resources: [...entry.Resources] }));
  const results = await client.send(new PutEventsCommand({ Entries: sent })).then(
    (answer): readonly PutEventsResultEntry[] => answer.Entries ?? [],
    (error: unknown) => {
      throw toRequestFault(error);
    },
  );
  return entries.flatMap((entry, i) => {
    const result = results[i];
    return result?.EventId === undefined ? [{ entry, code: result?.ErrorCode ?? 'no answer' }] : [];
  });
};

/** Of the API's own list: what another try cannot mend. */
const finalCodes: ReadonlySet<string> = new Set([
  'AccessDeniedException',
  'InvalidAccountIdException',
  'InvalidArgument',
  'MalformedDetail',
  'NotAuthorizedForDetailTypeException',
  'NotAuthorizedForSourceException',
  'RedactionFailure',
]);

const throttlingName = 'ThrottlingException';

const toLedgerFault = (failed: readonly FailedEntry[], attempts: number): LedgerFault => {
  const codes = [...new Set(failed.map(({ code }) => code))];
  const code = codes.every((it) => it === throttlingName) ? 'throttled' : 'unavailable';
  return new LedgerFault(
    code,
    `publish alerts: ${failed.length} not accepted after ${attempts} tries (${codes.join(', ')})`,
  );
};

const toRequestFault = (cause: unknown): LedgerFault => {
  const name = cause instanceof Error ? cause.name : 'unknown error';
  return new LedgerFault(name === throttlingName ? 'throttled' : 'unavailable', `publish alerts: ${name}`, { cause });
};

/** By number only: so many alerts always fit a request (eventbridge-limits.ts). */
const toBatches = (entries: readonly AlertEntry[]): readonly (readonly AlertEntry[])[] =>
  Array.from({ length: Math.ceil(entries.length / requestEntriesMax) }, (_, i) =>
    entries.slice(i * requestEntriesMax, (i + 1) * requestEntriesMax),
  );

/** As the user guide counts it ("Calculating PutEvents event entry size"). */
export const entryBytes = (entry: {
  readonly Time?: unknown;
  readonly Source?: string | undefined;
  readonly DetailType?: string | undefined;
  readonly Detail?: string | undefined;
  readonly Resources?: readonly string[] | undefined;
}): number =>
  [entry.Source, entry.DetailType, entry.Detail, ...(entry.Resources ?? [])].reduce(
    (sum, text) => sum + Buffer.byteLength(text ?? '', 'utf8'),
    entry.Time === undefined ? 0 : 14,
  );
