import { defineConfig } from 'vitest/config';

const project = (name: string, options: { readonly timeoutMs: number; readonly isSerial?: boolean }) => ({
  test: {
    name,
    include: [`test/${name}/**/*.test.ts`],
    testTimeout: options.timeoutMs,
    hookTimeout: 60_000,
    fileParallelism: !options.isSerial,
  },
});

export default defineConfig({
  test: {
    projects: [
      project('unit', { timeoutMs: 10_000 }),
      project('property', { timeoutMs: 300_000 }),
      project('simulation', { timeoutMs: 300_000 }),
      project('integration', { timeoutMs: 240_000, isSerial: true }),
    ],
  },
});
