/**
 * A worker thread of the simulator: is told a seed, answers with what came of it.
 */
import { parentPort } from 'node:worker_threads';
import { runSeed } from './run-seed.ts';

parentPort?.on('message', async (seed: number) => parentPort?.postMessage(await runSeed(seed)));
