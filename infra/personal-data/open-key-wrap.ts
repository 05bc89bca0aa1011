/**
 * Who wraps the customers' keys of this deployment: AWS KMS, or a file.
 */
import { createLocalKeyWrap, readKeyFile } from '../key-file/key-file.ts';
import { createKmsClient } from '../kms/kms-client.ts';
import { createKmsKeyWrap } from '../kms/kms-key-wrap.ts';
import type { KeyWrap } from './customer-keys.ts';

export type PersonalDataSettings =
  | { readonly kind: 'kms'; readonly keyId: string; readonly payloadSecret: string }
  | { readonly kind: 'key-file'; readonly path: string };

/** Throws a KeyFileError. */
export const openKeyWrap = (settings: PersonalDataSettings, { region }: { readonly region: string }): KeyWrap =>
  settings.kind === 'kms'
    ? createKmsKeyWrap({ ...settings, client: createKmsClient({ region }) })
    : createLocalKeyWrap(readKeyFile(settings.path));
