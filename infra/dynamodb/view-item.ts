/**
 * A view's row as an item, and back.
 *
 * `row`, `contribution` and `listing` are canonical JSON, since nothing in DynamoDB looks into them, and equal rows are
 * then equal strings in every region. `revision` names what the row was folded from and by which code: it is what a
 * writer compares. The rest are keys of the lists; an index holds nothing else, so it costs a write only when one changes.
 */
import { invariant } from '../../domain/kernel/invariant.ts';
import { cutToToken, parseToken } from '../../domain/ledger/cut.ts';
import { canonicalJson } from '../../domain/ledger/entry-hash.ts';
import { LedgerFault } from '../../domain/ports/event-store.ts';
import type { StoredView } from '../../domain/ports/view-store.ts';
import { contributionNamesMax, viewRowBytesMax } from './dynamodb-limits.ts';
import type { FlatItem } from './flat-item.ts';
import { assertKeyName, listIndexes, listPartition, rowView, shardOfStream } from './view-keys.ts';

export interface ViewItem {
  readonly stream: string;
  /** `<generation>/order`. */
  readonly view: string;
  readonly row: string;
  /** `<version>@<cut>`, and `!` behind it while anything is unsaid. */
  readonly revision: string;
  /** Ids of cases, by commas. */
  readonly unsaid?: string;
  readonly contribution: string;
  readonly listing: string;
  readonly foldedAtMs: number;
  readonly place: string;
  readonly statusList: string;
  readonly customerList?: string;
  readonly openCase?: string;
  readonly caseList?: string;
}

/** Throws LedgerFault `entry-too-large`. */
export const viewToItem = (generation: string, view: StoredView<unknown>): ViewItem => {
  const { stream, foldedAtMs, listing } = view;
  const { tenant, place, status, customerId, openCase } = listing;
  assertKeyName(tenant);
  const partitionOf = (list: Parameters<typeof listPartition>[1]): string =>
    listPartition(generation, list, shardOfStream(stream, listIndexes[list.list].shards));
  const item: ViewItem = {
    stream,
    view: rowView(generation),
    row: canonicalJson(view.row),
    revision: revisionOf(view),
    contribution: contributionText(view),
    listing: canonicalJson(listing),
    foldedAtMs,
    ...(isTelling(view) ? { unsaid: view.unsaid?.join(',') ?? '' } : {}),
    place,
    statusList: partitionOf({ list: 'status', tenant, status }),
    ...(customerId === undefined ? {} : { customerList: partitionOf({ list: 'customer', tenant, customerId }) }),
    ...(openCase === undefined ? {} : { openCase, caseList: partitionOf({ list: 'open-cases', tenant }) }),
  };
  assertFits(item, Object.keys(view.contribution).length);
  return item;
};

export const itemToView = <Row>(item: FlatItem | ViewItem): StoredView<Row> => {
  const { stream, row, revision, unsaid, contribution, listing, foldedAtMs } = item as ViewItem;
  const at = revision.lastIndexOf('@');
  const cut = parseToken(revision.slice(at + 1).replace('!', ''));
  invariant(cut, 'a stored row says its cut');
  return {
    stream,
    cut,
    version: revision.slice(0, at),
    foldedAtMs,
    listing: JSON.parse(listing),
    contribution: JSON.parse(contribution),
    row: JSON.parse(row),
    ...(unsaid === undefined ? {} : { unsaid: unsaid.split(',') }),
  };
};

export const revisionOf = (view: Pick<StoredView<unknown>, 'version' | 'cut' | 'unsaid'>): string =>
  `${view.version}@${cutToToken(view.cut)}${isTelling(view) ? '!' : ''}`;

const isTelling = ({ unsaid }: Pick<StoredView<unknown>, 'unsaid'>): boolean =>
  unsaid !== undefined && unsaid.length > 0;

export const contributionText = ({ contribution }: Pick<StoredView<unknown>, 'contribution'>): string =>
  canonicalJson(contribution);

/** What a transaction counts: the strings that may be long, and room for the keys. */
export const itemBytes = ({ row, contribution, listing, unsaid = '' }: ViewItem): number =>
  Buffer.byteLength(row) +
  Buffer.byteLength(unsaid) +
  Buffer.byteLength(contribution) +
  4 * Buffer.byteLength(listing) +
  1_024;

const assertFits = ({ stream, row, contribution }: ViewItem, names: number): void => {
  const bytes = Buffer.byteLength(row) + Buffer.byteLength(contribution);
  if (bytes > viewRowBytesMax)
    throw new LedgerFault('entry-too-large', `the row of ${stream} has ${bytes} bytes, at most ${viewRowBytesMax} fit`);
  if (names > contributionNamesMax)
    throw new LedgerFault(
      'entry-too-large',
      `the row of ${stream} adds to ${names} totals, at most ${contributionNamesMax} fit`,
    );
};
