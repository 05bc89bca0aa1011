/**
 * A worker thread of the write plan's simulation: is told a seed, answers with what came of it.
 */
import { parentPort } from 'node:worker_threads';
import { runPlanSeed } from './run-plan-seed.ts';

parentPort?.on('message', async ({ seed }: { readonly seed: number }) =>
  parentPort?.postMessage(await runPlanSeed(seed)),
);
