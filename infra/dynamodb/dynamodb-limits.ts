/**
 * The bounds of the DynamoDB adapters, with their units and the reasons for them. Domain limits: domain/kernel/limits.ts
 */
import { invariant } from '../../domain/kernel/invariant.ts';
import { entryBytesMax } from '../../domain/kernel/limits.ts';

/** DynamoDB refuses larger items, names of attributes included (service quota). */
export const itemBytesMax = 400 * 1024;

/** A view row as JSON. The rest of the item is the key, the view's name and one number a region. */
export const viewRowBytesMax = 380 * 1024;

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

invariant(entryBytesMax < itemBytesMax, 'an entry fits one item');
invariant(viewRowBytesMax < itemBytesMax, 'a view row fits one item');
invariant(shardsPerRegionDefault <= shardsPerRegionMax, 'a shard has two digits');
invariant(unknownOutcomesMax <= attemptsMax, 'tries without an answer are tries');
invariant(
  2 * unknownOutcomesMax * (requestTimeoutMsDefault + connectionTimeoutMsDefault) < 29_000,
  'puts and read-backs without an answer end before the API gateway gives up',
);
