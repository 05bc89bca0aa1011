import { describe, expect, it } from 'vitest';
import { LedgerFault } from '../../../domain/ports/event-store.ts';
import { createInMemoryControlStore } from '../../../infra/in-memory/in-memory-control-store.ts';
import { createLeaseRow } from '../../../services/write-plan/lease-row.ts';

const lease = { holder: 'us-east-1', epoch: 4, counter: 90 };

describe('the lease in the witness', () => {
  it('is what was put there last, by whoever had seen what stood before', async () => {
    const row = createLeaseRow(createInMemoryControlStore());
    expect(await row.read()).toEqual({ lease: undefined, revision: 0 });
    expect(await row.replace(lease, 0)).toBe(true);
    expect(await row.replace({ ...lease, holder: 'eu-west-1' }, 0)).toBe(false);
    expect(await row.read()).toEqual({ lease, revision: 1 });
  });

  it.each([['held'], [{ holder: '', epoch: 4, counter: 90 }], [{ ...lease, epoch: -1 }], [{}]])(
    'is not taken for absent where %j stands: somebody may still act on what that was',
    async (garbage) => {
      const witness = createInMemoryControlStore();
      await witness.put('write-plan', 'lease', garbage, 0);
      await expect(createLeaseRow(witness).read()).rejects.toThrow(LedgerFault);
    },
  );
});
