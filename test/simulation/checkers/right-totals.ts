/**
 * Counters, sets and money are not only equal but right: computed here from the entries alone, without the fold's
 * machinery, for the entries that came through the API.
 */
import type { Entry } from '../../../domain/ledger/entry.ts';
import { canonicalJson } from '../../../domain/ledger/entry-hash.ts';
import { retail } from '../../../domain/lifecycle/retail.ts';
import type { Checker, CheckerDeps, ReplicaEvidence, Words } from './checker.ts';
import { coversEntry } from './covers-entry.ts';

export const rightTotals = ({ facts }: CheckerDeps): Checker => ({
  invariant: '7 counters and sets are right',
  checkStream: ({ stream, replicas }) => {
    for (const replica of replicas) {
      const words = wrongTotals(replica, ({ stream, position, hash }) => facts.isBypass({ stream, position, hash }));
      if (words) return `${stream} in ${replica.region}: ${words}`;
    }
    return undefined;
  },
});

const wrongTotals = ({ loaded, folded, row }: ReplicaEvidence, isBypass: (entry: Entry) => boolean): Words => {
  const uses = groupUses(loaded.entries.filter((entry) => coversEntry(folded.cut, entry) && !isBypass(entry)));
  const rejected = new Set(folded.history.filter((step) => !step.accepted).map(({ position }) => position));
  const holders = uses.filter(({ isHolder }) => isHolder);
  const effective = holders.filter(({ entry }) => isNeutral(entry) || !rejected.has(entry.position));
  const expected = {
    captured: sum(holders, 'PaymentCaptured', 'amount'),
    refunded: sum(holders, 'RefundIssued', 'amount'),
    points: sum(effective, 'LoyaltyPointsAdjusted', 'delta'),
    tags: tagsOf(effective),
  };
  const { money, fields } = folded;
  const actual = {
    captured: money['captured'] ?? 0,
    refunded: money['refunded'] ?? 0,
    points: fields['points'] ?? 0,
    tags: fields['tags'] ?? [],
  };
  if (canonicalJson(actual) === canonicalJson(expected)) return undefined;
  return `folds to ${canonicalJson(actual)}, its entries add up to ${canonicalJson(expected)}${row ? '' : ' (no view)'}`;
};

/** A command, once: the entry that counts, and the repetitions of it. */
interface Use {
  readonly entry: Entry;
  readonly copies: readonly Entry[];
  /** Of several payloads under a key the first has it; a reused key has no effect, on money neither (docs/adr/0005). */
  readonly isHolder: boolean;
}

const groupUses = (entries: readonly Entry[]): readonly Use[] => {
  const sorted = entries.toSorted((left, right) => (left.id + left.position < right.id + right.position ? -1 : 1));
  return [...Map.groupBy(sorted, ({ idempotencyKey, position }) => idempotencyKey ?? position).values()].flatMap(
    (ofKey) =>
      [...Map.groupBy(ofKey, ({ payloadHash }) => payloadHash).values()].map(([entry, ...copies], i) => ({
        entry: entry as Entry,
        copies,
        isHolder: i === 0,
      })),
  );
};

const isNeutral = ({ events }: Entry): boolean =>
  events.every(({ type }) => retail.eventTypes.get(type)?.isLegalEverywhere === true);

const sum = (uses: readonly Use[], type: string, property: string): number =>
  uses
    .flatMap(({ entry }) => entry.events)
    .filter((event) => event.type === type)
    .reduce((total, { data }) => total + Number(data[property]), 0);

/** A tag is there while some adding of it was seen by no removal. */
const tagsOf = (uses: readonly Use[]): readonly string[] => {
  const changes = uses.flatMap(({ entry, copies }) =>
    entry.events.map(({ type, data }, index) => ({ type, tag: String(data['tag']), index, entry, copies })),
  );
  type TagChange = (typeof changes)[number];
  const saw = (removal: TagChange, adding: TagChange): boolean =>
    removal.entry === adding.entry
      ? removal.index > adding.index
      : [adding.entry, ...adding.copies].some((it) => coversEntry(removal.entry.seen, it));
  const removals = changes.filter(({ type }) => type === 'TagRemoved');
  const standing = changes.filter(
    (adding) =>
      adding.type === 'TagAdded' && !removals.some((removal) => removal.tag === adding.tag && saw(removal, adding)),
  );
  return [...new Set(standing.map(({ tag }) => tag))].sort();
};
