/** `rejoin generations`: the lives of the views. */
import type { Command } from 'commander';
import { abandonCommand, cleanCommand, type GenerationsDeps, listGenerations } from '../commands/generations.ts';
import type { RegionPorts } from '../region-ports.ts';
import { listenForStop } from '../stop-signal.ts';
import { io, onRegion } from './on-region.ts';
import { type RegionOptions, withJson, withRegion } from './options.ts';

export const addGenerations = (program: Command): void => {
  const generations = program.command('generations').description('which views are live, being built, or done with');
  const list = generations.command('list', { isDefault: true }).description('all of them');
  withJson(withRegion(list)).action((options: RegionOptions) =>
    onRegion('rejoin generations list', options, (ports) => listGenerations({ isJson: options.json }, depsOf(ports))),
  );
  const clean = generations
    .command('clean')
    .description('remove the rows of those that nobody reads any more')
    .option('--now', 'do not wait for readers that may still hold them', false);
  withJson(withRegion(clean)).action((options: RegionOptions & { readonly now: boolean }) =>
    onRegion('rejoin generations clean', options, (ports) =>
      cleanCommand(
        { isNow: options.now, isJson: options.json },
        { ...ports, ...depsOf(ports), checkStop: listenForStop().check },
      ),
    ),
  );
  const abandon = generations.command('abandon <name>').description('give up one that is being built');
  withJson(withRegion(abandon)).action((name: string, options: RegionOptions) =>
    onRegion('rejoin generations abandon', options, (ports) =>
      abandonCommand({ name, isJson: options.json }, depsOf(ports)),
    ),
  );
};

const depsOf = ({ generations }: RegionPorts): GenerationsDeps => ({
  ...io,
  generations,
  clock: { nowMs: Date.now },
});
