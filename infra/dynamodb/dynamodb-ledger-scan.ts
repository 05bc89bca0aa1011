/**
 * The whole ledger, stream by stream: a parallel Scan that never shows a part of an order.
 *
 * A Scan goes by the hash of the partition key and gives one stream's items together, in order of position, but ends its
 * pages at 1 MB wherever that is. So a stream is held back until an item of another one, or the end, shows that it is
 * complete. An entry may be put before the place that the Scan has reached in a long stream: later ones that saw it then
 * wait in the fold, as they would if replication had been slow.
 *
 * A place is the key of the last item that was yielded. Whoever goes on from there leaves out further items of its
 * stream: they came later, and without what stands before them they would be a wrong stream.
 */
import { type DynamoDBDocumentClient, ScanCommand } from '@aws-sdk/lib-dynamodb';
import { invariant } from '../../domain/kernel/invariant.ts';
import type { Sha256 } from '../../domain/ports/digest.ts';
import type { EventStore, ScannedStream, ScanOptions } from '../../domain/ports/event-store.ts';
import { readItems, type UnknownItem } from './entry-codec.ts';
import { orderStreamPrefix } from './ledger-keys.ts';
import type { RequestRetry } from './request-retry.ts';

export interface LedgerScanDeps {
  readonly documentClient: DynamoDBDocumentClient;
  readonly tableName: string;
  readonly sha256: Sha256;
  readonly retry: RequestRetry;
}

export const createLedgerScan = (deps: LedgerScanDeps): EventStore['scan'] =>
  async function* (options) {
    const { part, parts, after } = options;
    invariant(Number.isInteger(part) && part >= 0 && part < parts, 'parts are counted from 0');
    let held: Collected | undefined;
    for await (const page of scanPages(deps, options)) {
      const complete: Collected[] = [];
      for (const item of page) {
        const { stream } = item;
        if (typeof stream !== 'string' || !stream.startsWith(orderStreamPrefix) || stream === after?.['stream'])
          continue;
        if (held?.stream !== stream) {
          if (held) complete.push(held);
          held = { stream, items: [] };
        }
        held.items.push(item);
      }
      if (complete.length > 0) yield toScanned(complete, deps.sha256);
    }
    if (held) yield toScanned([held], deps.sha256);
  };

interface Collected {
  readonly stream: string;
  readonly items: UnknownItem[];
}

const toScanned = (collected: readonly Collected[], sha256: Sha256) => {
  const last = collected.at(-1);
  const position = last?.items.at(-1)?.position;
  invariant(last && typeof position === 'string', 'an item has its key');
  const streams = collected.map(
    ({ stream, items }): ScannedStream => ({ stream, ...readItems(stream, items, sha256) }),
  );
  return { streams, place: { stream: last.stream, position } };
};

async function* scanPages(
  { documentClient, tableName, retry }: LedgerScanDeps,
  { part, parts, after }: ScanOptions,
): AsyncGenerator<readonly UnknownItem[]> {
  let startKey: Record<string, unknown> | undefined = after;
  do {
    const request = new ScanCommand({
      TableName: tableName,
      ConsistentRead: true,
      Segment: part,
      TotalSegments: parts,
      ExclusiveStartKey: startKey,
    });
    const answer = await retry(`scan part ${part} of ${parts}`, () => documentClient.send(request));
    yield answer.Items ?? [];
    startKey = answer.LastEvaluatedKey;
  } while (startKey !== undefined);
}
