/**
 * A worker thread of the simulator: is told a seed, answers with what came of it.
 */
import { parentPort } from 'node:worker_threads';
import type { Consistency } from '../../domain/ledger/position.ts';
import { runSeed } from './run-seed.ts';

interface Task {
  readonly seed: number;
  readonly consistency: Consistency;
  readonly isReviewed: boolean;
}

parentPort?.on('message', async ({ seed, consistency, isReviewed }: Task) =>
  parentPort?.postMessage(await runSeed(seed, consistency, { isReviewed })),
);
