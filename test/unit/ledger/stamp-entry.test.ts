import { decodeTime } from 'ulid';
import { describe, expect, it } from 'vitest';
import { fold } from '../../../domain/fold/fold.ts';
import { type Entry, entrySchema } from '../../../domain/ledger/entry.ts';
import { hashEntry } from '../../../domain/ledger/entry-hash.ts';
import { type EntryDraft, type Stamp, stampEntry } from '../../../domain/ledger/stamp-entry.ts';
import { retail } from '../../../domain/lifecycle/retail.ts';
import { createLedger, sha256 } from '../../support/builders/ledger-builder.ts';
import { cancelled, noteChanged, packed, paid, placed } from '../../support/builders/retail-drafts.ts';
import { createSeededRandom } from '../../support/builders/seeded-random.ts';

const stream = 'order/acme/1001';
const startMs = Date.UTC(2026, 0, 1);

const draft: EntryDraft = {
  stream,
  kind: 'fact',
  source: 'warehouse',
  events: [{ type: 'OrderPacked', v: 1, data: {} }],
  idempotencyKey: 'key-1',
};

const stampOver = (entries: readonly Entry[], given: Partial<Stamp> = {}): Stamp => {
  const { cut, newestId } = fold(entries, retail);
  return {
    region: 'us-east-1',
    writer: 'us-east-1',
    entries,
    cut,
    newestId,
    nowMs: startMs + 60_000,
    random: createSeededRandom(7),
    sha256,
    ...given,
  };
};

describe('stamp entry', () => {
  it('begins a stream at position 1 with nothing seen and no parents', () => {
    const entry = stampEntry(draft, stampOver([]));
    expect(entry).toMatchObject({
      position: 'us-east-1/0000000001',
      tenant: 'acme',
      region: 'us-east-1',
      seq: 1,
      seen: {},
      parents: [],
      recordedAt: startMs + 60_000,
    });
    expect(decodeTime(entry.id)).toBe(startMs + 60_000);
  });

  it('takes the next position of the one chain on a strongly consistent table, and says where it was accepted', () => {
    const first = stampEntry(draft, stampOver([], { writer: 'global' }));
    const second = stampEntry(draft, stampOver([first], { region: 'eu-west-1', writer: 'global' }));
    expect(first).toMatchObject({ position: 'global/0000000001', region: 'us-east-1', seen: {} });
    expect(second).toMatchObject({ position: 'global/0000000002', region: 'eu-west-1', seen: { global: 1 } });
    expect(second.parents).toEqual([first.hash]);
  });

  it('takes the next position of its region and the heads of all that it saw, sorted', () => {
    const ledger = createLedger();
    ledger.at('us-east-1').append(placed());
    ledger.replicateAll();
    const us = ledger.at('us-east-1').append(paid());
    const eu = ledger.at('eu-west-1').append(noteChanged('ring twice'));
    ledger.replicateAll();
    const entry = stampEntry(draft, stampOver(ledger.at('us-east-1').entries()));
    expect(entry.position).toBe('us-east-1/0000000003');
    expect(entry.seen).toEqual({ 'us-east-1': 2, 'eu-west-1': 1 });
    expect(entry.parents).toEqual([us.hash, eu.hash].sort());
  });

  it('claims to have seen the closed cut only, not what still waits for a predecessor', () => {
    const ledger = createLedger();
    ledger.at('us-east-1').append(placed());
    ledger.replicateAll();
    ledger.at('eu-west-1').append(paid());
    const second = ledger.at('eu-west-1').append(noteChanged('ring twice'));
    ledger.replicate('eu-west-1', 'us-east-1', (entry) => entry === second);
    const entry = stampEntry(draft, stampOver(ledger.at('us-east-1').entries()));
    expect(entry.seen).toEqual({ 'us-east-1': 1 });
  });

  it('stamps an id after every id it saw when its clock is ten minutes behind', () => {
    const ledger = createLedger();
    const seen = ledger.at('us-east-1').append([placed(), noteChanged('a')]);
    const entry = stampEntry(draft, stampOver([seen], { nowMs: startMs - 600_000 }));
    expect(entry.id > (seen.events[1]?.id ?? '')).toBe(true);
    expect(entry.recordedAt).toBe(startMs - 600_000);
  });

  it('does not follow a forged id into the future', () => {
    const ledger = createLedger();
    ledger.at('us-east-1').append(placed());
    ledger.at('us-east-1').append(paid(), { forgedTimeMs: startMs + 400 * 24 * 3_600_000 });
    const entry = stampEntry(draft, stampOver(ledger.at('us-east-1').entries()));
    expect(decodeTime(entry.id)).toBe(startMs + 60_000);
    expect(entry.seen).toEqual({ 'us-east-1': 2 });
  });

  it("gives its events ids that increase, the first being the entry's", () => {
    const events = [paid(), packed()].map(({ type, v, data }) => ({ type, v, data }));
    const entry = stampEntry({ ...draft, events }, stampOver([]));
    expect(entry.events[0]?.id).toBe(entry.id);
    expect((entry.events[1]?.id ?? '') > entry.id).toBe(true);
  });

  it('gives the same bytes for the same input, and a hash that covers them', () => {
    const ledger = createLedger();
    ledger.at('us-east-1').append(placed());
    const stampTwice = () => stampEntry(draft, stampOver(ledger.entries()));
    const entry = stampTwice();
    expect(stampTwice()).toStrictEqual(entry);
    const { hash, ...unhashed } = entry;
    expect(hashEntry(unhashed, sha256).hash).toBe(hash);
    expect(hashEntry({ ...unhashed, source: 'carrier' }, sha256).hash).not.toBe(hash);
  });

  it('leaves absent fields out, so that it reads back equal', () => {
    const entry = stampEntry({ ...draft, actor: undefined, occurredAt: undefined }, stampOver([]));
    expect(Object.keys(entry)).not.toContain('actor');
    expect(entrySchema.parse(JSON.parse(JSON.stringify(entry)))).toStrictEqual(entry);
  });

  it('refuses to stamp what no reader could read', () => {
    expect(() => stampEntry({ ...draft, source: '' }, stampOver([]))).toThrow('Invariant broken');
    expect(() => stampEntry({ ...draft, stream: 'heartbeat/us-east-1' }, stampOver([]))).toThrow('Invariant broken');
  });

  it('is later than a decision that it can follow in one region', () => {
    const ledger = createLedger();
    ledger.at('us-east-1').append(placed());
    const cancellation = ledger.at('us-east-1').append(cancelled());
    const entry = stampEntry(draft, stampOver(ledger.entries()));
    expect(entry.parents).toEqual([cancellation.hash]);
    expect(entry.id > cancellation.id).toBe(true);
  });
});
