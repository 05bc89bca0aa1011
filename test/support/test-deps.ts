/**
 * What a ledger under test stands on: a clock that stands still, seeded randomness, pauses that take no time, no peers.
 */
import { retail } from '../../domain/lifecycle/retail.ts';
import { noWritePlan } from '../../domain/ports/write-gate-reader.ts';
import { sha256 } from '../../infra/node/sha256.ts';
import { createSeededRandom } from './builders/seeded-random.ts';
import { createTestPersonalData } from './personal-data.ts';
import { startMs } from './test-tokens.ts';

export const createTestDeps = (region: string) => ({
  peers: [],
  personalData: createTestPersonalData({ region }),
  lifecycle: retail,
  region,
  consistency: 'eventual' as const,
  clock: { nowMs: () => startMs },
  random: createSeededRandom(region === 'us-east-1' ? 1 : 2),
  sleep: () => new Promise<void>((resolve) => setImmediate(resolve)),
  sha256,
  writeGate: noWritePlan,
});
