/**
 * A generation goes through its life in one direction, a stale one never takes the place of a newer one, and rows are
 * deleted only from one that is neither read nor built.
 */
import { type Generation, type Generations, liveGeneration } from '../../../projections/generations/generations.ts';
import type { Checker, CheckerDeps, Words } from './checker.ts';

export const generationsGoOn = ({ reached }: CheckerDeps): Checker => ({
  invariant: '9 a stale generation never replaces a newer one, the active one is never deleted',
  onGenerations: ({ region, after, before }) => {
    const words = wrongStep(before, after);
    return words && `${region.name}: ${words}`;
  },
  onRow: ({ region, generation, stream, row }) => {
    const state = region.generations().generations.find(({ name }) => name === generation)?.state;
    if (row && (state === undefined || state === 'removing')) reached('late row of a generation that is gone');
    if (row || state === undefined || state === 'removing') return undefined;
    return `${region.name} removed the row of ${stream} from ${generation}, which is ${state}`;
  },
});

const lives: readonly Generation['state'][] = ['building', 'live', 'retired', 'removing'];

const wrongStep = (before: Generations, after: Generations): Words => {
  const live = after.generations.filter(({ state }) => state === 'live');
  if (live.length !== 1) return `${live.length} generations are live`;
  if (liveGeneration(after).name < liveGeneration(before).name)
    return `${liveGeneration(after).name} took the place of ${liveGeneration(before).name}`;
  if (after.lastNumber < before.lastNumber) return `the last number went back to ${after.lastNumber}`;
  for (const { name, state } of before.generations) {
    const next = after.generations.find((it) => it.name === name)?.state;
    if (next === undefined && state !== 'removing') return `${name} was ${state} and is gone`;
    if (next !== undefined && lives.indexOf(next) < lives.indexOf(state)) return `${name} was ${state} and is ${next}`;
  }
  const known = new Set(before.generations.map(({ name }) => name));
  const revived = after.generations.find(({ name }) => !known.has(name) && Number(name.slice(1)) <= before.lastNumber);
  return revived && `the number of ${revived.name} was given before`;
};
