/**
 * Personal data as a person at a shell reads them: what their keys do not open stays closed, which is said once, and keeps
 * them from nothing else.
 */
import type { Writable } from 'node:stream';
import { LedgerFault } from '../../../domain/ports/event-store.ts';
import type { PersonalData } from '../../../domain/ports/personal-data.ts';

export const openForReading = (
  personalData: Pick<PersonalData, 'opener'> | undefined,
  errors: Writable,
): PersonalData => {
  let isSaid = false;
  const sayOnce = (line: string): void => {
    if (!isSaid) errors.write(`${line}\n`);
    isSaid = true;
  };
  const refuse = async (): Promise<never> => {
    throw new LedgerFault('unavailable', 'these keys are for reading');
  };
  return {
    payloadDigest: refuse,
    sealer: refuse,
    opener: async (customer, keys) => {
      try {
        if (personalData) return await personalData.opener(customer, keys);
        sayOnce(
          'What is personal stays closed: the environment does not say who wraps the keys (PERSONAL_DATA_KMS_KEY).',
        );
      } catch (error) {
        if (!(error instanceof LedgerFault)) throw error;
        sayOnce(`What is personal stays closed: ${error.message}.`);
      }
      return () => undefined;
    },
  };
};
