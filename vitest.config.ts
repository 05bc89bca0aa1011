import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

// For the workers, and for the processes that tests start: each loads much of the same.
process.env['NODE_COMPILE_CACHE'] ??= fileURLToPath(new URL('./node_modules/.cache/node', import.meta.url));

interface ProjectOptions {
  readonly timeoutMs: number;
  /** Projects of one turn run at the same time, those of the next when they have ended. */
  readonly turn: number;
  /** As many as the machine has room for, when left out. */
  readonly filesAtOnce?: number;
  /** Files share the modules that they load: for many small ones, of which none changes a setting of the process. */
  readonly sharesModules?: boolean;
}

const project = (name: string, { timeoutMs, turn, filesAtOnce, sharesModules = false }: ProjectOptions) => ({
  test: {
    name,
    include: [`test/${name}/**/*.test.ts`],
    testTimeout: timeoutMs,
    hookTimeout: 60_000,
    sequence: { groupOrder: turn },
    isolate: !sharesModules,
    ...(filesAtOnce !== undefined && { maxWorkers: filesAtOnce }),
  },
});

export default defineConfig({
  test: {
    projects: [
      project('unit', { timeoutMs: 10_000, turn: 1, sharesModules: true }),
      project('property', { timeoutMs: 300_000, turn: 1 }),
      project('simulation', { timeoutMs: 300_000, turn: 1 }),
      // One part on a database, queues or folder of its own.
      project('component', { timeoutMs: 240_000, turn: 2, filesAtOnce: 2 }),
      // Whole worlds. They mostly wait, so there is room for two.
      project('integration', { timeoutMs: 240_000, turn: 2, filesAtOnce: 2 }),
      // What measures how long answers take has the machine to itself.
      project('timing', { timeoutMs: 240_000, turn: 3, filesAtOnce: 1 }),
      project('browser', { timeoutMs: 120_000, turn: 4, filesAtOnce: 1 }),
    ],
  },
});
