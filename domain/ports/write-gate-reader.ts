/**
 * How plan, breaker and lease stand in a region, for whoever is about to take a command.
 */
import type { WriteGate } from '../write-plan/admission.ts';

export interface WriteGateReader {
  /** Never throws: where nothing can be read it says what is safe. Undefined in a deployment without a write plan. */
  read(): Promise<WriteGate | undefined>;
}

/** Of a deployment of one region, or on a strongly consistent table, where histories cannot part. */
export const noWritePlan: WriteGateReader = { read: async () => undefined };
