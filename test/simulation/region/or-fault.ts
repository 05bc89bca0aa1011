/**
 * A fault of the world is an answer like any other; a bug, or what a checker says, is not.
 */
import { LedgerFault, type LedgerFaultCode } from '../../../domain/ports/event-store.ts';

export interface Failed {
  readonly kind: 'failed';
  readonly code: LedgerFaultCode;
}

export const orFault = async <Outcome>(work: Promise<Outcome>): Promise<Outcome | Failed> => {
  try {
    return await work;
  } catch (error) {
    if (error instanceof LedgerFault) return { kind: 'failed', code: error.code };
    throw error;
  }
};
