/**
 * The bounds of the EventBridge adapter, with their units and the reasons for them.
 */
import { invariant } from '../../domain/kernel/invariant.ts';

/** Entries of one PutEvents request (API reference: array members, minimum 1, maximum 10). */
export const requestEntriesMax = 10;

/**
 * All entries of one PutEvents request together, counted as `entryBytes` does. The user guide said 256 KB for years and
 * says 1 MB now; alerts are about 1 to 3 KB each, so the old limit costs nothing and holds in every partition.
 */
export const requestBytesMax = 256 * 1024;

/** Ids of entries on the other side that an alert names. The rest are counted; the ledger has them all. */
export const opponentsNamedMax = 50;

/** Requests for the entries that failed, the first included. A publisher that gave up is called again by its stream. */
export const publishAttemptsMax = 5;

/** Full jitter: a wait is uniform between 0 and this times 2, 4, 8 … */
export const retryWaitMsBase = 50;
export const retryWaitMsMax = 1_000;

/** Tries of one request by the SDK. Publishing is at least once anyway, so a repeated request does no harm. */
export const requestAttemptsMax = 3;

/** EventBridge answers in tens of ms; an answer this late is no answer. */
export const requestTimeoutMsDefault = 3_000;
export const connectionTimeoutMsDefault = 1_000;

/**
 * An alert is 1 to 5 KB. It is at its longest with the longest stream name that a partition key can have (2 KB, in seven
 * places), every opponent named and a cut of ten regions.
 */
export const alertBytesMax = 25 * 1024;

invariant(requestEntriesMax * alertBytesMax < requestBytesMax, 'ten alerts fit one request');
