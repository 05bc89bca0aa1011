/**
 * What EventBridge says to a PutEvents request before any rule sees it: nothing of it is taken, or each entry is taken or
 * not by itself.
 *
 * One answer differs from AWS, which accepts and silently drops what is for a bus that does not exist
 * (github.com/aws/aws-sdk/issues/186): here such an entry fails, so that a wrong name shows in the world already.
 */
import { entryBytes } from '../eventbridge/eventbridge-alert-bus.ts';
import { requestBytesMax, requestEntriesMax } from '../eventbridge/eventbridge-limits.ts';
import { isArray, isObject, type JsonObject } from './event-json.ts';

export type CheckedRequest =
  | {
      readonly kind: 'refused';
      readonly error: 'SerializationException' | 'ValidationException';
      readonly message: string;
    }
  | { readonly kind: 'taken'; readonly entries: readonly CheckedEntry[] };

export type CheckedEntry =
  | { readonly kind: 'accepted'; readonly entry: AcceptedEntry }
  | { readonly kind: 'failed'; readonly code: string; readonly message: string };

export interface AcceptedEntry {
  readonly source: string;
  readonly detailType: string;
  readonly detail: JsonObject;
  readonly resources: readonly string[];
  /** Undefined: now. */
  readonly timeMs: number | undefined;
}

export const checkPutEvents = (body: unknown, busName: string): CheckedRequest => {
  const entries = isObject(body) ? body['Entries'] : undefined;
  if (entries === undefined)
    return invalid("Value null at 'entries' failed to satisfy constraint: Member must not be null");
  if (!isWireEntries(entries))
    return { kind: 'refused', error: 'SerializationException', message: 'Entries is no list of entries' };
  if (entries.length < 1 || entries.length > requestEntriesMax)
    return invalid(
      `Value at 'entries' failed to satisfy constraint: Member must have length between 1 and ${requestEntriesMax}`,
    );
  const tooLong = entries.flatMap(violatedLengths)[0];
  if (tooLong !== undefined) return invalid(tooLong);
  if (entries.reduce((sum, entry) => sum + entryBytes(entry), 0) >= requestBytesMax)
    return {
      kind: 'refused',
      error: 'ValidationException',
      message: 'Total size of the entries in the request is over the limit.',
    };
  if (!entries.some((entry) => missingMember(entry) === undefined))
    return invalid(`Parameter ${missingMember(entries[0] ?? {})} is not valid. Reason: it is a required argument`);
  return { kind: 'taken', entries: entries.map((entry) => checkEntry(entry, busName)) };
};

interface WireEntry {
  readonly Time?: number;
  readonly Source?: string;
  readonly Resources?: readonly string[];
  readonly DetailType?: string;
  readonly Detail?: string;
  readonly EventBusName?: string;
  readonly TraceHeader?: string;
}

const isWireEntries = (value: unknown): value is readonly WireEntry[] => isArray(value) && value.every(isWireEntry);

const isWireEntry = (value: unknown): value is WireEntry =>
  isObject(value) &&
  Object.entries(value).every(([name, member]) => {
    if (name === 'Time') return typeof member === 'number';
    if (name === 'Resources') return isArray(member) && member.every((it) => typeof it === 'string');
    return typeof member === 'string';
  });

/** Of the API reference. */
const lengthsMax = { Source: 256, DetailType: 128, EventBusName: 1600, TraceHeader: 500 } as const;

const violatedLengths = (entry: WireEntry): readonly string[] =>
  Object.entries(lengthsMax)
    .filter(([name, max]) => (entry[name as keyof typeof lengthsMax]?.length ?? 0) > max)
    .map(
      ([name, max]) =>
        `Value at '${name}' failed to satisfy constraint: Member must have length less than or equal to ${max}`,
    );

const missingMember = (entry: WireEntry): string | undefined =>
  (['Source', 'DetailType', 'Detail'] as const).find((name) => !entry[name]);

const checkEntry = (entry: WireEntry, busName: string): CheckedEntry => {
  const missing = missingMember(entry);
  if (missing !== undefined)
    return failed('InvalidArgument', `Parameter ${missing} is not valid. Reason: ${missing} is a required argument.`);
  const { Source: source = '', DetailType: detailType = '', Detail = '', Resources: resources = [], Time } = entry;
  if (source.startsWith('aws.')) return failed('NotAuthorizedForSourceException', 'Not authorized for the source.');
  const addressee = entry.EventBusName?.replace(/^arn:[^/]*:event-bus\//, '') ?? 'default';
  if (addressee !== busName) return failed('InvalidArgument', `Event bus ${addressee} does not exist.`);
  const detail = parseDetail(Detail);
  if (detail === undefined) return failed('MalformedDetail', 'Detail is malformed.');
  const timeMs = Time === undefined ? undefined : Time * 1000;
  return { kind: 'accepted', entry: { source, detailType, detail, resources, timeMs } };
};

const parseDetail = (text: string): JsonObject | undefined => {
  try {
    const detail: unknown = JSON.parse(text);
    return isObject(detail) ? detail : undefined;
  } catch {
    return undefined;
  }
};

const failed = (code: string, message: string): CheckedEntry => ({ kind: 'failed', code, message });

const invalid = (detail: string): CheckedRequest => ({
  kind: 'refused',
  error: 'ValidationException',
  message: `1 validation error detected: ${detail}`,
});
