/** Orders of very many entries, quickly made: notes that two regions write by turns, each having seen the other's. */
import type { Entry } from '../../../domain/ledger/entry.ts';
import { hashEntry } from '../../../domain/ledger/entry-hash.ts';
import { nextEventIds } from '../../../domain/ledger/ledger-clock.ts';
import { formatPosition } from '../../../domain/ledger/position.ts';
import { orderStream } from '../../../domain/ledger/stream-name.ts';
import { sha256, twoRegions } from './ledger-builder.ts';
import { noteChanged, placed } from './retail-drafts.ts';
import { createSeededRandom } from './seeded-random.ts';

const tenant = 'acme';
const startMs = Date.UTC(2026, 0, 1);

/** Placed in the first region. */
export const longOrder = (orderId: string, size: number): readonly Entry[] => {
  const random = createSeededRandom(7);
  const seen: Record<string, number> = {};
  let lastSeenId: string | undefined;
  return Array.from({ length: size }, (_, i) => {
    const region = twoRegions[i % twoRegions.length] as string;
    const seq = (seen[region] ?? 0) + 1;
    const { source, ...event } = i === 0 ? placed() : noteChanged(`note ${i}`);
    const nowMs = startMs + i;
    const [id] = nextEventIds({ nowMs, random, lastSeenId }, 1) as [string];
    const entry = hashEntry(
      {
        stream: orderStream({ tenant, orderId }),
        position: formatPosition({ writer: region, seq }),
        tenant,
        region,
        seq,
        id,
        seen: { ...seen },
        kind: 'decision',
        source,
        events: [{ id, ...event }],
        recordedAt: nowMs,
      },
      sha256,
    );
    seen[region] = seq;
    lastSeenId = id;
    return entry;
  });
};
