/**
 * The key file of a world: in its state directory, or, where a world keeps nothing, in a directory that goes with it.
 */
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ensureKeyFile } from '../key-file/key-file.ts';

export interface WorldKeys {
  readonly path: string;
  readonly stop: () => Promise<void>;
}

/** Throws a KeyFileError. */
export const openWorldKeys = (directory: string | undefined): WorldKeys => {
  const holder = directory ?? mkdtempSync(join(tmpdir(), 'rejoin-keys-'));
  mkdirSync(holder, { recursive: true, mode: 0o700 });
  const path = join(holder, keyFileName);
  ensureKeyFile(path);
  return {
    path,
    stop: async () => {
      if (directory === undefined) rmSync(holder, { recursive: true, force: true });
    },
  };
};

const keyFileName = 'personal-data-keys.json';
