/** A key file for one test file: gone after its tests. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from 'vitest';
import { ensureKeyFile } from '../../infra/key-file/key-file.ts';

/** The path of it. */
export const useKeyFile = (): string => {
  const directory = mkdtempSync(join(tmpdir(), 'rejoin-test-keys-'));
  const path = join(directory, 'keys.json');
  ensureKeyFile(path);
  afterAll(() => rmSync(directory, { recursive: true, force: true }));
  return path;
};
