/**
 * A clean-up that keeps the newest generation and takes every older one for superseded: while a rebuild is under way, or
 * after one was abandoned, the live one is older.
 */
import type { Generation, Generations } from '../../../projections/generations/generations.ts';
import type { PlantedBug } from './planted-bug.ts';

export const cleanUpIgnoresPointer: PlantedBug = {
  name: 'clean-up that does not look at the pointer',
  caughtBy: ['9'],
  seedsMax: 30,
  faults: { rebuild: 10, cleanUp: 20, crash: 0.02 },
  cleanUp: (ports) => {
    const { controlStore } = ports;
    let truth: Generations | undefined;
    return {
      ...ports,
      controlStore: {
        ...controlStore,
        get: async (kind, name) => {
          const document = await controlStore.get(kind, name);
          if (kind !== 'generations' || !document) return document as never;
          truth = document.value as Generations;
          return { ...document, value: asIfSuperseded(truth) } as never;
        },
        put: (kind, name, value, revision) =>
          controlStore.put(
            kind,
            name,
            kind === 'generations' ? withTruth(value as Generations, truth) : value,
            revision,
          ),
      },
    };
  },
};

const isActive = ({ state }: Generation): boolean => state === 'live' || state === 'building';

const asIfSuperseded = ({ lastNumber, generations }: Generations): Generations => ({
  lastNumber,
  generations: generations.map((it, i) =>
    i < generations.length - 1 && isActive(it) ? { ...it, state: 'retired', sinceMs: 0 } : it,
  ),
});

/** What it writes names the active ones as they are, so that only its deletions show. */
const withTruth = ({ lastNumber, generations }: Generations, truth: Generations | undefined): Generations => ({
  lastNumber,
  generations: (truth?.generations ?? []).flatMap((it) =>
    isActive(it) ? it : (generations.find(({ name }) => name === it.name) ?? []),
  ),
});
