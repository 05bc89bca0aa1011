/**
 * An embedded ledger as a test API is: its clock stands still, its randomness is seeded, its pauses take no time.
 */
import { retail } from '../../domain/lifecycle/retail.ts';
import type { EventStore } from '../../domain/ports/event-store.ts';
import { sha256 } from '../../infra/node/sha256.ts';
import { createLedger, type Ledger, type LedgerDeps } from '../../services/ledger/open-ledger.ts';
import { createSeededRandom } from './builders/seeded-random.ts';
import { createTestPersonalData } from './personal-data.ts';
import { startMs } from './test-tokens.ts';

export const createTestLedger = (
  eventStore: EventStore,
  { region = 'us-east-1', ...rest }: Partial<LedgerDeps<typeof retail>> = {},
): Ledger<typeof retail> =>
  createLedger({
    eventStore,
    peers: [],
    personalData: createTestPersonalData({ region }),
    lifecycle: retail,
    region,
    consistency: 'eventual',
    clock: { nowMs: () => startMs },
    random: createSeededRandom(region === 'us-east-1' ? 1 : 2),
    sleep: () => new Promise((resolve) => setImmediate(resolve)),
    sha256,
    metrics: { count: () => undefined },
    logger: { warn: () => undefined },
    ...rest,
  });
