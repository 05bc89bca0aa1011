/** `rejoin rebuild`: every view anew. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Command } from 'commander';
import { partsMax } from '../../../projections/rebuild/checkpoints.ts';
import { rebuildCommand } from '../commands/rebuild.ts';
import { deployedLifecycle, projectionDeps } from '../projection-code.ts';
import { listenForStop } from '../stop-signal.ts';
import { io, onRegion } from './on-region.ts';
import { type RegionOptions, toCount, withJson, withRegion } from './options.ts';

interface RebuildOptions extends RegionOptions {
  readonly parts?: number;
  readonly acceptDifferences: boolean;
}

export const addRebuild = (program: Command): void => {
  const rebuild = program
    .command('rebuild')
    .description('build every view anew beside the live ones, compare, and switch: goes on where it was cut short')
    .option('--parts <count>', 'parts of the ledger that are read side by side', toCount(partsMax))
    .option('--accept-differences', 'switch although rows or totals are not what they should be', false);
  withJson(withRegion(rebuild)).action((options: RebuildOptions) =>
    onRegion('rejoin rebuild', options, (ports) => {
      const stop = listenForStop();
      return rebuildCommand(
        { isJson: options.json, parts: options.parts, acceptDifferences: options.acceptDifferences },
        {
          ...io,
          ...projectionDeps(ports),
          eventStore: ports.eventStore,
          openViews: ports.openViews,
          controlStore: ports.controlStore,
          generations: ports.generations,
          lifecycleName: deployedLifecycle.name,
          estimateEntries: ports.estimateEntries,
          // A rebuild takes a breath between pages; there it may be left.
          sleep: async (ms) => {
            stop.check();
            await sleep(ms);
          },
        },
      );
    }),
  );
};
