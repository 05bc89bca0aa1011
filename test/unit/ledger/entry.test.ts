import { describe, expect, it } from 'vitest';
import { entryEventsMax } from '../../../domain/kernel/limits.ts';
import { type Entry, entrySchema, lastEventId } from '../../../domain/ledger/entry.ts';
import { createLedger } from '../../support/builders/ledger-builder.ts';
import { noteChanged, placed, tagAdded } from '../../support/builders/retail-drafts.ts';

const ledger = createLedger();
ledger.at('us-east-1').append(placed());
const entry: Entry = ledger.at('us-east-1').append([tagAdded('gift'), noteChanged('ring twice')]);

/** The places of what is wrong, each once. */
const mistakesOf = (candidate: unknown): readonly string[] => {
  const parsed = entrySchema.safeParse(candidate);
  return parsed.success ? [] : [...new Set(parsed.error.issues.map((issue) => issue.path.join('.')))];
};
const [first, second] = entry.events;

describe('the entry schema', () => {
  it('takes an entry as a writer makes it', () => {
    expect(mistakesOf(entry)).toEqual([]);
  });

  it('takes an entry without any of the optional fields', () => {
    const { stream, position, tenant, region, seq, id, seen, kind, source, events, hash } = entry;
    expect(mistakesOf({ stream, position, tenant, region, seq, id, seen, kind, source, events, hash })).toEqual([]);
  });

  it('takes an entry of the one chain of a strongly consistent table', () => {
    expect(mistakesOf({ ...entry, position: 'global/0000000002', seen: { global: 1 } })).toEqual([]);
  });

  it.each([
    ['a stream that is no order', { stream: 'heartbeat/us-east-1' }, ['stream', 'tenant']],
    ['a tenant other than the stream says', { tenant: 'other' }, ['tenant']],
    ['a position without a number', { position: 'us-east-1' }, ['position']],
    ['a number other than the position says', { seq: 3 }, ['seq']],
    ['a region other than the position says', { region: 'eu-west-1' }, ['region']],
    ['a region that is no name', { region: 'US EAST' }, ['region']],
    ['having seen itself', { seen: { 'us-east-1': 2 } }, ['seen']],
    ['having seen less of its own region than there is', { seen: { 'us-east-1': 0 } }, ['seen']],
    ['having seen a number that is none', { seen: { 'us-east-1': 1, 'eu-west-1': -1 } }, ['seen.eu-west-1']],
    ['having seen a fraction', { seen: { 'us-east-1': 1, 'eu-west-1': 1.5 } }, ['seen.eu-west-1']],
    ['a third kind', { kind: 'rumour' }, ['kind']],
    ['no source', { source: '' }, ['source']],
    ['no event', { events: [] }, ['events', 'id']],
    ["an id that is not its first event's", { id: second?.id }, ['id']],
    ['an id that is no ULID', { id: 'x' }, ['id']],
    ['event ids that stand still', { events: [first, { ...second, id: first?.id }] }, ['events']],
    ['an event without a version', { events: [{ ...first, v: 0 }] }, ['events.0.v']],
    ['event data that is a list', { events: [{ ...first, data: [1] }] }, ['events.0.data']],
    ['a hash that is none', { hash: 'ABC' }, ['hash']],
    ['a parent that is no hash', { parents: ['abc'] }, ['parents.0']],
    ['an idempotency key of 256 characters', { idempotencyKey: 'k'.repeat(256) }, ['idempotencyKey']],
    ['a time in words', { recordedAt: 'yesterday' }, ['recordedAt']],
    ['a field that nobody knows', { status: 'paid' }, ['']],
    ['a field that is null', { actor: null }, ['actor']],
  ])('refuses %s and names the place', (_, change, places) => {
    expect(mistakesOf({ ...entry, ...change })).toEqual(places);
  });

  it('bounds how many events an entry has', () => {
    const many = (count: number) =>
      createLedger()
        .at('us-east-1')
        .append(Array.from({ length: count }, () => tagAdded('t')));
    expect(mistakesOf(many(entryEventsMax))).toEqual([]);
    expect(mistakesOf(many(entryEventsMax + 1))).toEqual(['events']);
  });
});

it('comes after the last of its events', () => {
  expect(lastEventId(entry)).toBe(second?.id);
});
