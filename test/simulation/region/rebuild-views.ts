/**
 * What an operator does to rebuild a region's views: run the real rebuild, and read what it says.
 */
import type { Clock } from '../../../domain/ports/clock.ts';
import { createGenerationStore } from '../../../projections/generations/generation-store.ts';
import { abandonGeneration } from '../../../projections/generations/generations.ts';
import { type RebuildReport, rebuildGeneration } from '../../../projections/rebuild/rebuild-generation.ts';
import type { Invocation } from '../kernel/invocation.ts';
import { Violation } from '../kernel/violation.ts';
import type { InvocationPorts } from './ports.ts';
import type { RegionDeps } from './region.ts';

/** True when there is nothing left to do; otherwise somebody tries again later. Throws LedgerFault. */
export const rebuildViews = async (
  deps: RegionDeps & { readonly clock: Clock },
  { ports, code }: InvocationPorts,
  { sleep }: Invocation,
): Promise<boolean> => {
  const { name: region, dice, clock, scheduler, facts } = deps;
  const generations = createGenerationStore(ports.controlStore);
  const rebuilt = await rebuildGeneration(
    { ...ports, region, generations, version: code.version, lifecycleName: code.lifecycle.name, clock, sleep },
    { parts: deps.randomStreams(`operator ${region}`).integer(1, 3), acceptDifferences: facts.maimed.size > 0 },
  );
  switch (rebuilt.kind) {
    case 'switched':
      if (rebuilt.isResumed) dice.reached('rebuild resumed by a later run');
      return true;
    case 'switched-elsewhere':
      return true;
    case 'differs':
      // What is damaged now will be repaired, and then it is built again.
      if (facts.flips.size === 0 && facts.maimed.size === 0) scheduler.fail(differs(region, rebuilt));
      return false;
    case 'refused': {
      const building = (await generations.read()).generations.find(({ state }) => state === 'building');
      if (building && building.version < code.version)
        await generations.change((before) => abandonGeneration(before, building.name, clock.nowMs()));
      return false;
    }
  }
};

const differs = (region: string, { generation, rows, totals }: RebuildReport): Violation =>
  new Violation(
    '7 a rebuild agrees with what it replaces',
    `${generation} of ${region} differs: ${JSON.stringify([...rows.firstDifferences, ...totals.firstDifferences])}`,
  );
