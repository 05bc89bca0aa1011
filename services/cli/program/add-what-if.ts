/** `rejoin what-if`: another lifecycle, tried on the orders that there are. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Command } from 'commander';
import { fold } from '../../../domain/fold/fold.ts';
import { whatIfCommand } from '../commands/what-if.ts';
import { exitUsage } from '../exit-codes.ts';
import { loadLifecycle } from '../load-lifecycle.ts';
import { deployedLifecycle } from '../projection-code.ts';
import { listenForStop } from '../stop-signal.ts';
import { io, onRegion } from './on-region.ts';
import { type RegionOptions, toCount, withJson, withRegion } from './options.ts';

interface WhatIfOptions extends RegionOptions {
  readonly lifecycle: string;
  readonly parts?: number;
}

export const addWhatIf = (program: Command): void => {
  const command = program
    .command('what-if')
    .description('which orders another lifecycle would change: 0 only if it changes none')
    .requiredOption('--lifecycle <file>', 'a module whose default export is a lifecycle, or ({ retail }) => one')
    .option('--parts <count>', 'parts of the ledger that are read side by side', toCount(64));
  withJson(withRegion(command)).action(async (options: WhatIfOptions) => {
    const loaded = await loadLifecycle(options.lifecycle);
    if (loaded.kind === 'unusable') {
      io.errors.write(`rejoin what-if: ${loaded.message}\n`);
      process.exitCode = exitUsage;
      return;
    }
    await onRegion('rejoin what-if', options, ({ eventStore }) => {
      const stop = listenForStop();
      return whatIfCommand(
        { isJson: options.json, parts: options.parts },
        {
          ...io,
          eventStore,
          foldNow: (entries) => fold(entries, deployedLifecycle),
          foldThen: (entries) => fold(entries, loaded.lifecycle),
          clock: { nowMs: Date.now },
          sleep: async (ms) => {
            stop.check();
            await sleep(ms);
          },
        },
      );
    });
  });
};
