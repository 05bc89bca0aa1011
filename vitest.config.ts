import { defineConfig } from 'vitest/config';

interface ProjectOptions {
  readonly timeoutMs: number;
  /** Projects of one turn run at the same time, those of the next when they have ended. */
  readonly turn: number;
  /** As many as the machine has room for, when left out. */
  readonly filesAtOnce?: number;
}

const project = (name: string, { timeoutMs, turn, filesAtOnce }: ProjectOptions) => ({
  test: {
    name,
    include: [`test/${name}/**/*.test.ts`],
    testTimeout: timeoutMs,
    hookTimeout: 60_000,
    sequence: { groupOrder: turn },
    ...(filesAtOnce !== undefined && { maxWorkers: filesAtOnce }),
  },
});

export default defineConfig({
  test: {
    projects: [
      project('unit', { timeoutMs: 10_000, turn: 1 }),
      project('property', { timeoutMs: 300_000, turn: 1 }),
      project('simulation', { timeoutMs: 300_000, turn: 1 }),
      // One part at a time on a database, queues or folder of its own, and nothing that measures time.
      project('component', { timeoutMs: 240_000, turn: 2, filesAtOnce: 2 }),
      // Whole worlds, whose every second counts.
      project('integration', { timeoutMs: 240_000, turn: 3, filesAtOnce: 1 }),
    ],
  },
});
