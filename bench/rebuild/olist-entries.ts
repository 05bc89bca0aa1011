/**
 * Entries of real shape for a bench: the order histories that ship with the world, written as two regions would have
 * written them with every entry replicated at once, and repeated under other order numbers until there are enough.
 */
import { fold } from '../../domain/fold/fold.ts';
import type { Entry } from '../../domain/ledger/entry.ts';
import { stampEntry } from '../../domain/ledger/stamp-entry.ts';
import { orderStream } from '../../domain/ledger/stream-name.ts';
import { retail } from '../../domain/lifecycle/retail.ts';
import type { Random } from '../../domain/ports/clock.ts';
import { sha256 } from '../../infra/node/sha256.ts';
import { readOlistHistories } from '../../infra/world/play/olist-histories.ts';
import type { OrderHistory } from '../../infra/world/play/timed-command.ts';

const folder = new URL('../../infra/world/data/olist-1000', import.meta.url).pathname;

/** Order by order, until there are at least `entriesMin`. */
export async function* olistEntries(entriesMin: number, random: Random): AsyncGenerator<readonly Entry[]> {
  const { histories } = await readOlistHistories(folder, ['us-east-1', 'eu-west-1']);
  let entries = 0;
  for (let copy = 0; entries < entriesMin; copy++)
    for (const history of histories) {
      const order = toEntries(history, orderStream({ tenant: 'acme', orderId: `${history.orderId}-${copy}` }), random);
      entries += order.length;
      yield order;
      if (entries >= entriesMin) return;
    }
}

const toEntries = ({ commands }: OrderHistory, stream: string, random: Random): readonly Entry[] => {
  const entries: Entry[] = [];
  for (const command of commands) {
    const { cut, newestId } = fold(entries, retail);
    const { region, kind, source, type, data, atMs, occurredAtMs, idempotencyKey } = command;
    const draft = {
      stream,
      kind,
      source,
      occurredAt: occurredAtMs,
      group: undefined,
      idempotencyKey,
      payloadHash: sha256(JSON.stringify(data)),
      actor: undefined,
      traceId: undefined,
      epoch: undefined,
      events: [{ type, v: 1, data }],
    };
    entries.push(stampEntry(draft, { region, writer: region, entries, cut, newestId, nowMs: atMs, random, sha256 }));
  }
  return entries;
};
