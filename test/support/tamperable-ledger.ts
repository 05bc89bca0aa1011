/**
 * A ledger in memory that somebody can get at past its ports: items are changed and removed in place, read through the
 * real codec, and restored under the rule of the real adapter.
 */

import type { Entry } from '../../domain/ledger/entry.ts';
import { canonicalJson } from '../../domain/ledger/entry-hash.ts';
import type { EntryRepair, StandingItem } from '../../domain/ports/entry-repair.ts';
import type { EventStore } from '../../domain/ports/event-store.ts';
import { readItems, toItem, type UnknownItem } from '../../infra/dynamodb/entry-codec.ts';
import { verifyImage } from '../../infra/dynamodb/restore-entry.ts';
import { sha256 } from '../../infra/node/sha256.ts';

export interface TamperableLedger {
  readonly eventStore: Pick<EventStore, 'load' | 'scan'>;
  readonly entryRepair: EntryRepair;
  readonly put: (item: UnknownItem & { readonly stream: string; readonly position: string }) => void;
  readonly remove: (entry: Pick<Entry, 'stream' | 'position'>) => void;
  readonly standing: (entry: Pick<Entry, 'stream' | 'position'>) => UnknownItem | undefined;
  /** Called before every restore: a race. */
  readonly beforeRestore: (act: () => void) => void;
  readonly restores: () => number;
}

export const createTamperableLedger = (entries: readonly Entry[]): TamperableLedger => {
  const items = new Map<string, UnknownItem>();
  const keyOf = ({ stream, position }: { readonly stream: string; readonly position: string }) =>
    `${stream}#${position}`;
  const put: TamperableLedger['put'] = (item) => void items.set(keyOf(item), item);
  for (const entry of entries) put(toItem(entry));
  let race: () => void = () => undefined;
  let restores = 0;

  const load = async (stream: string) =>
    readItems(
      stream,
      [...items.values()].filter((item) => item.stream === stream),
      sha256,
    );
  const look = async (stream: string, position: string): Promise<StandingItem> => {
    const receipt = items.get(keyOf({ stream, position }));
    return receipt ? { ...verifyImage(stream, receipt, sha256), receipt } : { kind: 'missing', receipt };
  };

  return {
    put,
    remove: (entry) => void items.delete(keyOf(entry)),
    standing: (entry) => items.get(keyOf(entry)),
    beforeRestore: (act) => {
      race = act;
    },
    restores: () => restores,
    eventStore: {
      load,
      scan: async function* () {
        for (const stream of new Set([...items.values()].map((item) => String(item.stream))))
          yield { streams: [{ stream, ...(await load(stream)) }], place: { stream } };
      },
    },
    entryRepair: {
      look,
      verify: (stream, image) => verifyImage(stream, image, sha256),
      restore: async (entry, over) => {
        race();
        const standing = items.get(keyOf(entry));
        if (canonicalJson(standing ?? null) !== canonicalJson(over.receipt ?? null)) return 'changed';
        restores++;
        put(toItem(entry));
        return 'restored';
      },
    },
  };
};
