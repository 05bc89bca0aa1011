/**
 * What can be wrong with a stream that no writer meant: items that have not arrived, one id twice, two entries at one
 * position, entries without a clock reading.
 */
import fc from 'fast-check';
import type { Entry } from '../../../domain/ledger/entry.ts';
import { hashEntry } from '../../../domain/ledger/entry-hash.ts';
import { resolutionType } from '../../../domain/lifecycle/define-lifecycle.ts';
import { sha256 } from '../builders/ledger-builder.ts';
import { sometimes } from './steps.ts';

const place = fc.nat({ max: 99 });

export const damage = fc.record({
  missing: sometimes(place),
  sameId: sometimes(fc.record({ of: place, as: place })),
  /** A second entry at one position, sometimes with the hash of the first: then it was tampered with. */
  twin: sometimes(fc.record({ of: place, as: place, keepsHash: fc.boolean() })),
  clockless: sometimes(place),
});

export type Damage = typeof damage extends fc.Arbitrary<infer Value> ? Value : never;

export const applyDamage = (
  entries: readonly Entry[],
  { missing, sameId, twin, clockless }: Damage,
): readonly Entry[] => {
  const damaged = [...entries];
  const rewrite = (index: number, change: (entry: Entry) => Omit<Entry, 'hash'>): void => {
    const entry = entryAt(damaged, index);
    damaged[damaged.indexOf(entry)] = hashEntry(change(entry), sha256);
  };
  if (clockless !== undefined) rewrite(clockless, ({ recordedAt: _, hash: __, ...entry }) => entry);
  if (sameId) rewrite(sameId.of, ({ hash: _, ...entry }) => withIdsOf(entry, entryAt(damaged, sameId.as)));
  if (twin && !isResolution(entryAt(damaged, twin.of))) {
    const { hash, ...entry } = entryAt(damaged, twin.of);
    const { kind, source, events } = entryAt(damaged, twin.as);
    const some = events.slice(0, entry.events.length);
    const other = withIdsOf({ ...entry, kind, source, events: some }, entryAt(damaged, twin.of));
    damaged.push(twin.keepsHash ? { ...other, hash } : hashEntry(other, sha256));
  }
  if (missing === undefined) return damaged;
  const { position } = entryAt(damaged, missing);
  return damaged.filter((entry) => entry.position !== position);
};

const entryAt = (entries: readonly Entry[], index: number): Entry => entries[index % entries.length] as Entry;

const isResolution = ({ events }: Entry): boolean => events.some(({ type }) => type === resolutionType);

const withIdsOf = (entry: Omit<Entry, 'hash'>, other: Entry): Omit<Entry, 'hash'> => {
  const ids = other.events.map(({ id }) => id);
  if (ids.length < entry.events.length) return entry;
  return { ...entry, id: other.id, events: entry.events.map((event, i) => ({ ...event, id: ids[i] ?? event.id })) };
};
