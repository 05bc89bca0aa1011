/** `rejoin repair`: the ledger's own entries, put back where somebody changed them in place. */
import type { Command } from 'commander';
import { repairCommand } from '../commands/repair.ts';
import { listenForStop } from '../stop-signal.ts';
import { io, onRegion } from './on-region.ts';
import { type RegionOptions, withJson, withRegion } from './options.ts';

interface RepairOptions extends RegionOptions {
  readonly dryRun: boolean;
  readonly scan: boolean;
}

export const addRepair = (program: Command): void => {
  const repair = program
    .command('repair')
    .description('put back entries that were changed or removed in place: 0 only if nothing is left to do')
    .option('--dry-run', 'say what would be done, and do nothing', false)
    .option('--scan', 'read the whole ledger, too, for damage of which no image was kept', false);
  withJson(withRegion(repair)).action((options: RepairOptions) =>
    onRegion('rejoin repair', options, ({ controlStore, eventStore, entryRepair }) =>
      repairCommand(
        { isDryRun: options.dryRun, isScan: options.scan, isJson: options.json },
        {
          ...io,
          controlStore,
          eventStore,
          entryRepair,
          clock: { nowMs: Date.now },
          checkStop: listenForStop().check,
        },
      ),
    ),
  );
};
