/**
 * Which views are read and which are being built: the life of a generation, as one small document.
 *
 * building → live → retired → removing → gone. A generation never goes back, and its number is never used again. So
 * whoever acts on what it read long ago (a rebuild that slept, a clean-up) finds its step refused by compare-and-set,
 * and rows may be deleted once their generation is `removing`: nothing can ever make it live again.
 */
import { invariant } from '../../domain/kernel/invariant.ts';

export interface Generations {
  /** The highest number that was ever given. */
  readonly lastNumber: number;
  readonly generations: readonly Generation[];
}

export interface Generation {
  /** `g0001`. */
  readonly name: string;
  readonly state: GenerationState;
  /** Of the code that builds it, from projectionVersion. */
  readonly version: string;
  readonly lifecycle: string;
  /** When it came into this state, in ms since 1970. */
  readonly sinceMs: number;
}

export type GenerationState = 'building' | 'live' | 'retired' | 'removing';

export type GenerationStep =
  | { readonly kind: 'changed'; readonly generations: Generations; readonly name: string }
  | { readonly kind: 'refused'; readonly reason: string };

export const firstGeneration = 'g0001';

/** Before anybody rebuilt anything. Its version is below every other: any code may write it. */
export const initialGenerations: Generations = {
  lastNumber: 1,
  generations: [{ name: firstGeneration, state: 'live', version: '', lifecycle: '', sinceMs: 0 }],
};

/** What a projector writes, the live one first. */
export const fedGenerations = ({ generations }: Generations): readonly [Generation, ...Generation[]] => {
  const live = generations.find(({ state }) => state === 'live');
  invariant(live, 'one generation is live');
  return [live, ...generations.filter(({ state }) => state === 'building')];
};

export const liveGeneration = (generations: Generations): Generation => fedGenerations(generations)[0];

export const startGeneration = (
  { lastNumber, generations }: Generations,
  { version, lifecycle, atMs }: { readonly version: string; readonly lifecycle: string; readonly atMs: number },
): GenerationStep => {
  const building = generations.find(({ state }) => state === 'building');
  if (building) return refuse(`${building.name} is being built: resume it, or abandon it first`);
  const name = `g${String(lastNumber + 1).padStart(4, '0')}`;
  const started: Generation = { name, state: 'building', version, lifecycle, sinceMs: atMs };
  return { kind: 'changed', name, generations: { lastNumber: lastNumber + 1, generations: [...generations, started] } };
};

/** The one that was live is retired. */
export const switchGeneration = (before: Generations, name: string, atMs: number): GenerationStep => {
  const refusal = refuseUnless(before, name, ['building']);
  if (refusal) return refusal;
  const live = liveGeneration(before).name;
  return { kind: 'changed', name, generations: put(put(before, live, 'retired', atMs), name, 'live', atMs) };
};

/** Gives up a generation that is being built. */
export const abandonGeneration = (before: Generations, name: string, atMs: number): GenerationStep =>
  refuseUnless(before, name, ['building']) ?? {
    kind: 'changed',
    name,
    generations: put(before, name, 'retired', atMs),
  };

/** After this its rows may be deleted. Again, for one whose removal was cut short. */
export const beginRemoval = (before: Generations, name: string, atMs: number): GenerationStep =>
  refuseUnless(before, name, ['retired', 'removing']) ?? {
    kind: 'changed',
    name,
    generations: put(before, name, 'removing', atMs),
  };

/** Once no row of it is left. */
export const finishRemoval = (before: Generations, name: string): GenerationStep =>
  refuseUnless(before, name, ['removing']) ?? {
    kind: 'changed',
    name,
    generations: { ...before, generations: before.generations.filter((it) => it.name !== name) },
  };

const refuse = (reason: string): GenerationStep => ({ kind: 'refused', reason });

const refuseUnless = (
  { generations }: Generations,
  name: string,
  states: readonly GenerationState[],
): GenerationStep | undefined => {
  const found = generations.find((it) => it.name === name);
  if (!found) return refuse(`there is no generation ${name}`);
  if (!states.includes(found.state)) return refuse(`${name} is ${found.state}, not ${states.join(' or ')}`);
  return undefined;
};

const put = (before: Generations, name: string, state: GenerationState, sinceMs: number): Generations => ({
  ...before,
  generations: before.generations.map((it) => (it.name === name ? { ...it, state, sinceMs } : it)),
});
