/** What a test writes to standard output and error meanwhile, as whoever reads the logs of a function would find it. */
import { afterEach, beforeEach, vi } from 'vitest';

/** For a `describe`: the chunks since the test began. */
export const useWrittenOutput = (): readonly string[] => {
  const written: string[] = [];
  beforeEach(() => {
    written.length = 0;
    const keep = (chunk: string | Uint8Array): boolean => written.push(String(chunk)) > 0;
    vi.spyOn(process.stdout, 'write').mockImplementation(keep);
    vi.spyOn(process.stderr, 'write').mockImplementation(keep);
  });
  afterEach(() => {
    vi.restoreAllMocks();
  });
  return written;
};
