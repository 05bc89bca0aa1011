import { describe, expect, it } from 'vitest';
import { fold } from '../../../domain/fold/fold.ts';
import { isOpen } from '../../../domain/fold/folded-stream.ts';
import type { Cut } from '../../../domain/ledger/cut.ts';
import type { Entry } from '../../../domain/ledger/entry.ts';
import { nextEventIds } from '../../../domain/ledger/ledger-clock.ts';
import { formatPosition } from '../../../domain/ledger/position.ts';
import { retail } from '../../../domain/lifecycle/retail.ts';
import {
  addressChanged,
  cancelled,
  delivered,
  type EventDraft,
  packed,
  paid,
  placed,
  shipped,
} from '../../support/builders/retail-drafts.ts';
import { createSeededRandom } from '../../support/builders/seeded-random.ts';

/** Writes entries with a cut of the test's choice, in constant time each. */
const createWriter = () => {
  const random = createSeededRandom(7);
  const entries: Entry[] = [];
  const seqs: Record<string, number> = {};
  let nowMs = Date.UTC(2026, 0, 1);
  let lastSeenId: string | undefined;
  const write = (region: string, seen: Cut, { type, v, data, source }: EventDraft): void => {
    const seq = (seqs[region] ?? 0) + 1;
    seqs[region] = seq;
    nowMs += 1;
    const [id] = nextEventIds({ nowMs, random, lastSeenId }, 1) as [string];
    lastSeenId = id;
    const kind = retail.eventTypes.get(type)?.kind ?? 'fact';
    const position = formatPosition({ writer: region, seq });
    const base = { stream: 'order/acme/1', tenant: 'acme', region, seq, source, kind } as const;
    entries.push({ ...base, position, id, seen, events: [{ id, type, v, data }], hash: position.padEnd(64, '0') });
  };
  const head = (): Cut => ({ ...seqs });
  return { write, head, entries };
};

const startedOrder = () => {
  const writer = createWriter();
  writer.write('us-east-1', {}, placed());
  writer.write('us-east-1', { 'us-east-1': 1 }, paid());
  return writer;
};

describe('the fold of a large stream', () => {
  it('keeps 10,000 decisions that alternate between two regions in id order, exactly', () => {
    const { write, head, entries } = startedOrder();
    for (let i = 0; i < 10_000; i++) write(i % 2 ? 'us-east-1' : 'eu-west-1', head(), addressChanged(`city ${i}`));
    const folded = fold(entries, retail);
    expect(folded).toMatchObject({ status: 'paid', class: 'none', approximated: false });
    expect(folded.history.map(({ id }) => id)).toEqual(entries.map(({ id }) => id));
  });

  it('searches 120 against 120 concurrent decisions exactly, and rejects only the one that must give way', () => {
    const { write, entries } = startedOrder();
    for (let i = 0; i < 119; i++) write('us-east-1', { 'us-east-1': 2 + i }, addressChanged('Recife'));
    for (let i = 0; i < 119; i++) write('eu-west-1', { 'us-east-1': 2, 'eu-west-1': i }, addressChanged('Olinda'));
    write('eu-west-1', { 'us-east-1': 2, 'eu-west-1': 119 }, cancelled());
    write('us-east-1', { 'us-east-1': 121 }, shipped());
    const folded = fold(entries, retail);
    expect(folded.approximated).toBe(false);
    expect(folded.status).toBe('shipped');
    expect(folded.history.filter(({ accepted }) => !accepted).map(({ types }) => types)).toEqual([['OrderCancelled']]);
  });

  it('gives facts less freedom when the exact search is too large, says so, and still finds a late fact its place', () => {
    const { write, head, entries } = startedOrder();
    for (let i = 0; i < 1000; i++) write('us-east-1', head(), i % 2 ? paid(1) : addressChanged('Recife'));
    write('us-east-1', head(), packed());
    write('us-east-1', head(), delivered());
    write('us-east-1', head(), shipped());
    const folded = fold(entries, retail);
    expect(folded.approximated).toBe(true);
    expect(folded.status).toBe('shipped');
    const exact = startedOrder();
    exact.write('us-east-1', exact.head(), delivered());
    exact.write('us-east-1', exact.head(), shipped());
    expect(fold(exact.entries, retail)).toMatchObject({ approximated: false, status: 'shipped', class: 'illegal' });
  });

  it('finds the same history in any order of arrival where nothing orders 3,000 entries of 3 regions', () => {
    const { write, entries } = startedOrder();
    const drafts = [packed, shipped, delivered, cancelled, () => paid(1), () => addressChanged('Olinda')];
    const regions = ['us-east-1', 'eu-west-1', 'ap-south-1'];
    const seqs: Record<string, number> = { 'us-east-1': 2 };
    for (let i = 0; i < 3000; i++) {
      const region = regions[i % 3] as string;
      write(region, { 'us-east-1': 2, [region]: seqs[region] ?? 0 }, (drafts[(i * 7) % 6] as () => EventDraft)());
      seqs[region] = (seqs[region] ?? 0) + 1;
    }
    const folded = fold(entries, retail);
    expect(folded.approximated).toBe(true);
    expect(folded.history).toHaveLength(3002);
    expect(JSON.stringify(fold(entries.toReversed(), retail))).toBe(JSON.stringify(folded));
  });

  it('keeps more than 64 sources apart from nothing but their order, without growing with their square', () => {
    const { write, head, entries } = startedOrder();
    for (let i = 0; i < 2000; i++) write('us-east-1', head(), { ...delivered(), source: `carrier-${i}` });
    write('us-east-1', head(), shipped());
    const folded = fold(entries, retail);
    expect(folded.approximated).toBe(true);
    expect(folded.status).toBe('shipped');
    expect(folded.cases.filter(isOpen)).toHaveLength(2000);
  });
});
