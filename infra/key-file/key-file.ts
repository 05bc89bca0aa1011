/**
 * The keys of a deployment without a key service, in one file: what wraps the customers' keys, and the payload secret.
 *
 * For the local world, and for nothing that holds anybody's data: who reads the file reads everything. All regions of a
 * world share one, as the regions of AWS share a multi-Region key. Keys are wrapped with AES-SIV, which needs no nonce.
 */
import { randomBytes } from 'node:crypto';
import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { aessiv } from '@noble/ciphers/aes.js';
import * as z from 'zod';
import type { KeyOwner, KeyWrap } from '../personal-data/customer-keys.ts';

export interface LocalKeys {
  readonly masterKey: Uint8Array;
  readonly payloadSecret: Uint8Array;
}

export const createLocalKeys = (): LocalKeys => ({
  masterKey: randomBytes(masterKeyBytes),
  payloadSecret: randomBytes(payloadSecretBytes),
});

export const createLocalKeyWrap = ({ masterKey, payloadSecret }: LocalKeys): KeyWrap => {
  const cipherFor = ({ tenant, customer }: KeyOwner) => aessiv(masterKey, utf8(tenant), utf8(customer));
  return {
    wrap: async (secret, owner) => Buffer.from(cipherFor(owner).encrypt(secret)).toString('base64'),
    unwrap: async (wrapped, owner) => {
      try {
        return cipherFor(owner).decrypt(Buffer.from(wrapped, 'base64'));
      } catch {
        // Wrapped with another key file, or for somebody else.
        return undefined;
      }
    },
    payloadSecret: async () => payloadSecret,
  };
};

/** Makes the file if there is none. Throws a KeyFileError. */
export const ensureKeyFile = (path: string): void => {
  const { masterKey, payloadSecret } = createLocalKeys();
  const text = JSON.stringify({ masterKey: toBase64(masterKey), payloadSecret: toBase64(payloadSecret) });
  try {
    writeFileSync(path, `${text}\n`, { flag: 'wx', mode: 0o600 });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return;
    throw new KeyFileError(path, `cannot be written: ${(error as Error).message}`);
  }
};

/** Throws a KeyFileError that says what to do. */
export const readKeyFile = (path: string): LocalKeys => {
  const keys = keysSchema.safeParse(parseFile(path));
  if (!keys.success) throw new KeyFileError(path, 'does not hold the keys of a world');
  return keys.data;
};

export class KeyFileError extends Error {
  readonly code = 'invalid-key-file';
  constructor(path: string, problem: string) {
    super(`The key file ${path} ${problem}`);
  }
}

const masterKeyBytes = 64;
const payloadSecretBytes = 32;

const keyOf = (bytes: number) =>
  z
    .base64()
    .transform((text): Uint8Array => Buffer.from(text, 'base64'))
    .refine((key) => key.length === bytes);

const keysSchema = z.strictObject({ masterKey: keyOf(masterKeyBytes), payloadSecret: keyOf(payloadSecretBytes) });

const parseFile = (path: string): unknown => {
  try {
    if ((statSync(path).mode & othersMayRead) !== 0)
      throw new KeyFileError(path, `may be read by others: chmod 600 ${path}`);
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch (error) {
    if (error instanceof KeyFileError) throw error;
    // What stands in the file must not get into a message.
    throw new KeyFileError(
      path,
      error instanceof SyntaxError ? 'is no JSON' : `cannot be read: ${(error as Error).message}`,
    );
  }
};

const othersMayRead = 0o077;

const toBase64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64');

const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text);
