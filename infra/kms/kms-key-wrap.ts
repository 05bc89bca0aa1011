/**
 * Customers' keys wrapped by AWS KMS, and the payload secret that it keeps for the deployment.
 *
 * The KMS key is a multi-Region key: what one region wrapped, its replica in another unwraps. The encryption context
 * binds a wrapped key to its owner, and stands in the log of KMS, so it holds a digest and no customer's id. A container
 * decrypts a customer's key once in some minutes, and the payload secret once in its life.
 *
 * KMS says of a wrapped key that it is lost, or that it cannot say now. Only the second is a fault: it would be wrong to
 * show as gone what is there a moment later, and to keep clients trying for what is not.
 */
import {
  DecryptCommand,
  DisabledException,
  EncryptCommand,
  IncorrectKeyException,
  InvalidCiphertextException,
  type KMSClient,
  KMSInvalidStateException,
  NotFoundException,
} from '@aws-sdk/client-kms';
import { LedgerFault } from '../../domain/ports/event-store.ts';
import type { KeyOwner, KeyWrap } from '../personal-data/customer-keys.ts';
import { secretBytes } from '../personal-data/key-box.ts';

export interface KmsKeyWrapDeps {
  readonly client: KMSClient;
  /** Id, ARN or alias of the key, or of its replica in this region. */
  readonly keyId: string;
  /** base64: 32 random bytes, encrypted under the key with the context of `payloadSecretContext`. */
  readonly payloadSecret: string;
}

export const payloadSecretContext = { purpose: 'rejoin-payload-secret' } as const;

export const createKmsKeyWrap = ({ client, keyId, payloadSecret }: KmsKeyWrapDeps): KeyWrap => {
  const decrypt = async (label: string, wrapped: string, context: Readonly<Record<string, string>>) => {
    const CiphertextBlob = Buffer.from(wrapped, 'base64');
    const { Plaintext } = await orFault(label, () =>
      client.send(new DecryptCommand({ KeyId: keyId, CiphertextBlob, EncryptionContext: context })),
    );
    return given(label, Plaintext);
  };
  return {
    wrap: async (secret, owner) => {
      const { CiphertextBlob } = await orFault('wrap a key', () =>
        client.send(new EncryptCommand({ KeyId: keyId, Plaintext: secret, EncryptionContext: contextOf(owner) })),
      );
      return Buffer.from(given('wrap a key', CiphertextBlob)).toString('base64');
    },
    unwrap: async (wrapped, owner) => {
      try {
        return await decrypt('unwrap a key', wrapped, contextOf(owner));
      } catch (error) {
        if (error instanceof LedgerFault && isLost(error.cause)) return undefined;
        throw error;
      }
    },
    payloadSecret: async () => {
      const label = 'decrypt the payload secret';
      const secret = await decrypt(label, payloadSecret, payloadSecretContext);
      // A short one could be guessed, and what it protects is there for ever.
      if (secret.length !== secretBytes)
        throw new LedgerFault('unavailable', `${label}: it has ${secret.length} bytes, and must have ${secretBytes}`);
      return secret;
    },
  };
};

const contextOf = ({ tenant, customer }: KeyOwner): Readonly<Record<string, string>> => ({ tenant, customer });

/** In other states than these, a key is about to be of use. */
const isLost = (cause: unknown): boolean =>
  cause instanceof InvalidCiphertextException ||
  cause instanceof IncorrectKeyException ||
  cause instanceof NotFoundException ||
  cause instanceof DisabledException ||
  (cause instanceof KMSInvalidStateException && /pending (replica )?deletion/i.test(cause.message));

/** The client has repeated what can be repeated. */
const orFault = async <Done>(label: string, request: () => Promise<Done>): Promise<Done> => {
  try {
    return await request();
  } catch (cause) {
    throw new LedgerFault('unavailable', `${label}: ${cause instanceof Error ? cause.name : 'unknown error'}`, {
      cause,
    });
  }
};

const given = (label: string, bytes: Uint8Array | undefined): Uint8Array => {
  if (!bytes) throw new LedgerFault('unavailable', `${label}: KMS answered with nothing`);
  return bytes;
};
