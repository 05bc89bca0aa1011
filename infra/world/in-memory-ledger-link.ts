/**
 * The replication link of the in-memory world's ledger: entries, and what lies beside them in the same table.
 */
import type { Entry } from '../../domain/ledger/entry.ts';
import type { Beat } from '../../domain/write-plan/link-lag.ts';
import type { InMemoryCustomerKeys, PlacedKey } from '../in-memory/in-memory-customer-keys.ts';
import type { InMemoryEventStore } from '../in-memory/in-memory-event-store.ts';
import type { InMemoryHeartbeats } from '../in-memory/in-memory-heartbeats.ts';
import { drainOf } from './drain-of.ts';
import type { LinkSettings } from './engine.ts';
import { type ReplicationLink, startReplicationLink } from './replication-link.ts';

/** One region's replica. */
export interface InMemoryLedger {
  readonly eventStore: InMemoryEventStore;
  readonly customerKeys: InMemoryCustomerKeys;
  readonly heartbeats: InMemoryHeartbeats;
}

type LedgerChange =
  | { readonly kind: 'entry'; readonly region: string; readonly entry: Entry }
  | { readonly kind: 'key'; readonly region: string; readonly key: PlacedKey }
  | { readonly kind: 'beat'; readonly region: string; readonly beat: Beat };

export const startInMemoryLedgerLink = (
  source: InMemoryLedger,
  target: InMemoryLedger,
  settings: LinkSettings,
): ReplicationLink => {
  const read = drainOf<LedgerChange>((tell) => {
    source.eventStore.onAppend((entry) => tell({ kind: 'entry', region: entry.region, entry }));
    source.customerKeys.onPut((key) => tell({ kind: 'key', region: key.region, key }));
    source.heartbeats.onPut((beat) => tell({ kind: 'beat', region: beat.region, beat }));
  });

  const apply = async (change: LedgerChange): Promise<void> => {
    switch (change.kind) {
      case 'entry':
        target.eventStore.replicate(change.entry);
        break;
      case 'key':
        target.customerKeys.replicate(change.key);
        break;
      case 'beat':
        target.heartbeats.replicate(change.beat);
    }
  };

  return startReplicationLink<LedgerChange>({
    ...settings,
    read,
    isOwn: ({ region }) => region === settings.from,
    isBacklog: ({ kind }) => kind !== 'beat',
    keyOf: ({ kind, region }) => (kind === 'beat' ? region : undefined),
    apply,
  });
};
