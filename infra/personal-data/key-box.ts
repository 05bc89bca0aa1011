/**
 * Seals and opens values under one secret of a customer: AES-SIV (RFC 5297).
 *
 * Deterministic on purpose: the first 16 bytes of a box are a keyed digest of the value and its place, and the initial
 * vector at once. So equal values at one place are equal boxes, which a fold without keys can compare; a retry seals to
 * the same entry; and no nonce can ever be used twice. Who holds no key learns that two values of one field of one order
 * are equal, and how long they are. The key id is a digest of the secret, so it can be checked and says nothing.
 */
import { hkdfSync } from 'node:crypto';
import { aessiv } from '@noble/ciphers/aes.js';
import { canonicalJson } from '../../domain/ledger/entry-hash.ts';
import type { SealedValue } from '../../domain/ledger/sealed-value.ts';
import type { Open, Seal, SealedPlace } from '../../domain/ports/personal-data.ts';
import { sha256 } from '../node/sha256.ts';

export interface KeyBox {
  readonly seal: Seal;
  readonly open: Open;
}

export const secretBytes = 32;

export const keyIdOf = (secret: Uint8Array): string =>
  sha256(`rejoin/key-id/${Buffer.from(secret).toString('hex')}`).slice(0, keyIdDigits);

export const createKeyBox = (secret: Uint8Array): KeyBox => {
  const keyId = keyIdOf(secret);
  const key = new Uint8Array(hkdfSync('sha256', secret, '', 'rejoin/sealed-value/v1', sivKeyBytes));
  const cipherAt = ({ stream, name }: SealedPlace) => aessiv(key, utf8(stream), utf8(name));
  return {
    seal: (place, value): SealedValue => {
      const box = cipherAt(place).encrypt(utf8(canonicalJson(value)));
      return { sealed: 'v1', key: keyId, box: Buffer.from(box).toString('base64url') };
    },
    open: (place, sealed) => {
      const box = Buffer.from(sealed.box, 'base64url');
      // Of some texts the last digit has bits that mean nothing; only one of them is the one that was stored.
      if (sealed.key !== keyId || box.toString('base64url') !== sealed.box) return undefined;
      const plain = decrypt(() => cipherAt(place).decrypt(box));
      return plain && { value: JSON.parse(Buffer.from(plain).toString('utf8')) };
    },
  };
};

const keyIdDigits = 16;
const sivKeyBytes = 64;

const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text);

/** It throws for whatever was not sealed like this. */
const decrypt = (tryOnce: () => Uint8Array): Uint8Array | undefined => {
  try {
    return tryOnce();
  } catch {
    return undefined;
  }
};
