/**
 * The bounds of the DynamoDB adapters, with their units and the reasons for them. Domain limits: domain/kernel/limits.ts
 */
import { invariant } from '../../domain/kernel/invariant.ts';
import { entryBytesMax } from '../../domain/kernel/limits.ts';

/** DynamoDB refuses larger items, names of attributes included (service quota). */
export const itemBytesMax = 400 * 1024;

/** A view's row and contribution as JSON. The rest of the item are its keys in the table and the lists. */
export const viewRowBytesMax = 380 * 1024;

/** A control document's value as JSON. The rest of the item is the key and a number. */
export const controlValueBytesMax = 396 * 1024;

/** A heartbeat as JSON: some 100 bytes, and as many again for each peer. More was not written by an agent. */
export const beatBodyBytesMax = 8 * 1024;

/** Totals to which one row adds. A real order adds to some fifteen. */
export const contributionNamesMax = 100;

/** Totals that one update changes: DynamoDB takes 300 operators and 4 KB of text an expression (service quotas). */
export const totalsPerUpdateMax = 200;

/** Items of one tenant's totals. At 1,000 writes a second each, two for a transaction, of rows that change the totals. */
export const totalsShardsDefault = 16;
export const totalsShardsMax = 100;

/** Rows of one transaction: DynamoDB takes 100 items and 4 MB (service quotas), and one item is the totals. */
export const transactionRowsMax = 90;
export const transactionBytesMax = 3.5 * 1024 * 1024;

/** Of transactions with many rows: more at a time only wait for each other, and for their time-outs. */
export const transactionsAtATime = 4;
export const putsAtATime = 16;

/** A group of rows that met another writer this often is written row by row. */
export const groupConflictsMax = 3;

/** Keys of one BatchGetItem and requests of one BatchWriteItem (service quotas). */
export const batchGetsMax = 100;
export const batchDeletesMax = 25;
export const batchesAtATime = 4;

/** Times that a page of a list reads on because rows had left the list; then it is a short one. */
export const listRoundsMax = 4;

/** Parts in which a whole table is read or deleted. */
export const scanParts = 4;

/** Partitions of the index `by-ulid` per region. Stored with every item: the number only ever grows. */
export const shardsPerRegionDefault = 16;

/** The shard is stored with two digits, so that shards sort like their numbers. */
export const shardsPerRegionMax = 100;

/** Tries of one request, the first included, while DynamoDB throttles it: about 3 s of waiting at most. */
export const attemptsMax = 8;

/** Tries that may end without an answer. Each costs a whole time-out, and a caller behind an API waits 29 s at most. */
export const unknownOutcomesMax = 3;

/** Full jitter: a wait is uniform between 0 and this times 2, 4, 8 … */
export const retryWaitMsBase = 25;
export const retryWaitMsMax = 1_000;

/** DynamoDB answers a put in single-digit ms; an answer this late is no answer. */
export const requestTimeoutMsDefault = 2_000;
export const connectionTimeoutMsDefault = 1_000;

/** Two regions are 0.3 s apart at most, and a first question takes some trips; somebody waits for the answer. */
export const peerRequestTimeoutMs = 2_000;
export const peerConnectionTimeoutMs = 1_000;

/** Of the lease, which a beat reads and then writes: the next beat, a second later, is the next try. */
export const witnessTimeoutMs = 1_000;
export const witnessTriesMax = 1;

invariant(entryBytesMax < itemBytesMax, 'an entry fits one item');
invariant(viewRowBytesMax < itemBytesMax, 'a view row fits one item');
invariant(controlValueBytesMax < itemBytesMax, 'a control document fits one item');
invariant(transactionRowsMax < 100, 'a transaction has room for the totals');
invariant(transactionBytesMax > viewRowBytesMax, 'a transaction has room for any row');
invariant(totalsPerUpdateMax >= 2 * contributionNamesMax, 'any two rows differ in no more totals than fit');
invariant(totalsShardsDefault <= totalsShardsMax && totalsShardsMax <= 100, 'totals are read in one request');
invariant(shardsPerRegionDefault <= shardsPerRegionMax, 'a shard has two digits');
invariant(unknownOutcomesMax <= attemptsMax, 'tries without an answer are tries');
invariant(
  2 * unknownOutcomesMax * (requestTimeoutMsDefault + connectionTimeoutMsDefault) < 29_000,
  'puts and read-backs without an answer end before the API gateway gives up',
);
