/** A region that was not told that its table is strongly consistent, and writes a part of its own. */
import type { PlantedBug } from './planted-bug.ts';

export const regionLeftEventual: PlantedBug = {
  name: 'one region left in eventual mode',
  caughtBy: ['2'],
  seedsMax: 5,
  consistency: 'strong',
  append: (append) => (deps, stream, command) =>
    append(deps.region === 'us-east-1' ? { ...deps, consistency: 'eventual' } : deps, stream, command),
};
