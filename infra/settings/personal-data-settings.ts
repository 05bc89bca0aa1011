/**
 * Who wraps the customers' keys: AWS KMS, or a file. Exactly one, and neither for who never sees what is personal.
 */
import * as z from 'zod';
import type { PersonalDataSettings } from '../personal-data/open-key-wrap.ts';

export const personalDataVariables = {
  /** Id, ARN or alias of a multi-Region KMS key, or of its replica in this region. */
  PERSONAL_DATA_KMS_KEY: z
    .string()
    .regex(/^[A-Za-z0-9:/_-]{1,2048}$/, 'must be the id, the ARN or the alias of a KMS key')
    .optional(),
  /** base64: 32 random bytes, encrypted under that key; the same text in every region. */
  PERSONAL_DATA_PAYLOAD_SECRET: z.base64().min(1, 'must not be empty').max(8_192).optional(),
  /** Of a world, or of a test: holds the keys as they are. */
  PERSONAL_DATA_KEY_FILE: z.string().min(1, 'must be a path').optional(),
};

type PersonalDataVariables = z.infer<z.ZodObject<typeof personalDataVariables>>;

export const checkPersonalDataSettings = (env: PersonalDataVariables, context: z.RefinementCtx): void => {
  const say = (name: string, message: string) => context.addIssue({ code: 'custom', path: [name], message });
  const { PERSONAL_DATA_KMS_KEY: key, PERSONAL_DATA_PAYLOAD_SECRET: secret, PERSONAL_DATA_KEY_FILE: file } = env;
  if (key !== undefined && file !== undefined)
    say('PERSONAL_DATA_KEY_FILE', 'must not stand beside PERSONAL_DATA_KMS_KEY: keys are wrapped by one of them');
  if (key !== undefined && secret === undefined)
    say('PERSONAL_DATA_PAYLOAD_SECRET', 'must go with PERSONAL_DATA_KMS_KEY');
  if (key === undefined && secret !== undefined)
    say('PERSONAL_DATA_KMS_KEY', 'must be the key that PERSONAL_DATA_PAYLOAD_SECRET is encrypted under');
};

export const readPersonalDataSettings = (env: PersonalDataVariables): PersonalDataSettings | undefined => {
  const { PERSONAL_DATA_KMS_KEY: keyId, PERSONAL_DATA_PAYLOAD_SECRET: payloadSecret } = env;
  if (keyId !== undefined && payloadSecret !== undefined) return { kind: 'kms', keyId, payloadSecret };
  return env.PERSONAL_DATA_KEY_FILE === undefined ? undefined : { kind: 'key-file', path: env.PERSONAL_DATA_KEY_FILE };
};
