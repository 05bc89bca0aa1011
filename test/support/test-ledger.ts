/** An embedded ledger that stands on the same as a test API. */
import type { retail } from '../../domain/lifecycle/retail.ts';
import type { EventStore } from '../../domain/ports/event-store.ts';
import { createLedger, type Ledger, type LedgerDeps } from '../../services/ledger/open-ledger.ts';
import { createTestDeps } from './test-deps.ts';

export const createTestLedger = (
  eventStore: EventStore,
  { region = 'us-east-1', ...rest }: Partial<LedgerDeps<typeof retail>> = {},
): Ledger<typeof retail> =>
  createLedger({
    eventStore,
    ...createTestDeps(region),
    metrics: { count: () => undefined },
    logger: { warn: () => undefined },
    ...rest,
  });
