/**
 * The lease as it stands in the witness region: a control document there, replaced by compare-and-set.
 */
import * as z from 'zod';
import type { ControlStore } from '../../domain/ports/control-store.ts';
import { LedgerFault } from '../../domain/ports/event-store.ts';
import type { Lease } from '../../domain/write-plan/lease.ts';
import { writePlanKind } from './region-document.ts';

export interface LeaseRow {
  /** Throws LedgerFault, also where what stands is no lease. */
  readonly read: () => Promise<{ readonly lease: Lease | undefined; readonly revision: number }>;
  /** False if somebody else has written since `revision`. Throws LedgerFault. */
  readonly replace: (lease: Lease, revision: number) => Promise<boolean>;
}

const leaseName = 'lease';

export const createLeaseRow = (witness: Pick<ControlStore, 'get' | 'put'>): LeaseRow => ({
  read: async () => {
    const document = await witness.get<unknown>(writePlanKind, leaseName);
    if (!document) return { lease: undefined, revision: 0 };
    const { data: lease } = leaseSchema.safeParse(document.value);
    // To overwrite it would make a second holder of somebody who may still act.
    if (!lease) throw new LedgerFault('unavailable', 'what stands in the witness is no lease');
    return { lease, revision: document.revision };
  },
  replace: (lease, revision) => witness.put(writePlanKind, leaseName, lease, revision),
});

const leaseSchema = z.strictObject({
  holder: z.string().min(1),
  epoch: z.int().min(0),
  counter: z.int().min(0),
});
