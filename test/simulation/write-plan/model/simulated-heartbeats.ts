/**
 * The heartbeat store port on a region's replica: one item a region among the ledger's, rewritten under a condition on
 * its counter. A put whose answer got lost is put again, as the adapter does, and finds itself.
 */
import type { HeartbeatStore } from '../../../../domain/ports/heartbeat-store.ts';
import type { Beat } from '../../../../domain/write-plan/link-lag.ts';
import { beatKey, beatToItem, readBeatBody } from '../../../../infra/dynamodb/beat-codec.ts';
import type { LedgerItem } from '../../../../infra/dynamodb/entry-codec.ts';
import { LostAnswer, type Requests } from '../../model/faulty-requests.ts';
import type { GlobalTable } from '../../model/global-table.ts';

export const createSimulatedHeartbeats = (
  region: string,
  table: GlobalTable<LedgerItem>,
  { request }: Pick<Requests, 'request'>,
): HeartbeatStore => ({
  put: async (beat) => {
    // It stands in no index and has no hash.
    const item = { ...beatToItem(beat), id: '', hash: '' };
    const putOverOlder = (): boolean => {
      const standing = table.get(region, item);
      const counter = standing ? (readBeat(beat.region, standing)?.counter ?? 0) : 0;
      if (counter >= beat.counter) return standing?.body === item.body;
      table.put(region, item);
      return true;
    };
    try {
      return await request('put heartbeat', putOverOlder);
    } catch (error) {
      if (!(error instanceof LostAnswer)) throw error;
      return await request('put heartbeat again', putOverOlder);
    }
  },
  load: (regions) =>
    request('load heartbeats', () =>
      regions.flatMap((name) => {
        const item = table.get(region, beatKey(name));
        return (item && readBeat(name, item)) ?? [];
      }),
    ),
});

/** An item is read once: it is replaced and never changed. */
const readBeat = (region: string, item: LedgerItem): Beat | undefined => {
  const read = beats.get(item) ?? { beat: readBeatBody(region, item.body) };
  beats.set(item, read);
  return read.beat;
};

const beats = new WeakMap<LedgerItem, { readonly beat: Beat | undefined }>();

export const isHeartbeat = ({ stream }: Pick<LedgerItem, 'stream'>): boolean => stream.startsWith('heartbeat/');
