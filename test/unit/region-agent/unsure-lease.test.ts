import { describe, expect, it } from 'vitest';
import { createInMemoryControlStore } from '../../../infra/in-memory/in-memory-control-store.ts';
import { createLeaseRow } from '../../../services/write-plan/lease-row.ts';
import { createLinkedRegions } from '../../support/linked-agents.ts';

describe('a lease that can be read and not written', () => {
  it('is held no longer than the last renewal that is known to have succeeded allows', async () => {
    const world = createLinkedRegions();
    const region = world.region('us-east-1');
    const row = createLeaseRow(createInMemoryControlStore());
    let isWritable = true;
    const replace: typeof row.replace = (lease, revision) =>
      isWritable ? row.replace(lease, revision) : Promise.reject(new Error('no answer'));
    const agent = region.createAgent({ leaseRow: { ...row, replace } });
    const untilMs = async () => {
      await world.second([]);
      await agent.beat();
      const { lease } = await region.state();
      return lease?.kind === 'held' ? lease.untilMs : undefined;
    };
    let heldUntilMs: number | undefined;
    for (let i = 0; i < 45; i++) heldUntilMs = await untilMs();
    expect(heldUntilMs).toBeGreaterThan(region.clock.nowMs());
    isWritable = false;
    for (let i = 0; i < 10; i++) expect(await untilMs()).toBe(heldUntilMs);
  });
});
