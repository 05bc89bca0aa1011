/** Runs the action of a command on the region that its options choose, with the process's own output and exit code. */
import type { RegionPorts } from '../region-ports.ts';
import { type CommandIo, runOnRegion } from '../run-on-region.ts';
import type { RegionOptions } from './options.ts';

export const io: CommandIo = { output: process.stdout, errors: process.stderr };

export const onRegion = async (
  name: string,
  { region, aws, portBase }: RegionOptions,
  work: (ports: RegionPorts) => Promise<number>,
): Promise<void> => {
  process.exitCode = await runOnRegion({ ...io, name, choice: { region, aws, portBase } }, work);
};
