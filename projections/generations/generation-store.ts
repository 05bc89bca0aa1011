/**
 * The generations document of one region, changed step by step under compare-and-set.
 */
import type { ControlStore } from '../../domain/ports/control-store.ts';
import { LedgerFault } from '../../domain/ports/event-store.ts';
import { type GenerationStep, type Generations, initialGenerations } from './generations.ts';

export interface GenerationStore {
  /** Strongly consistent. */
  read(): Promise<Generations>;
  /** Applies the step to what stands; decides again when somebody else was first. Throws LedgerFault. */
  change(step: (before: Generations) => GenerationStep): Promise<GenerationStep>;
}

const [kind, name] = ['generations', 'order'];
/** Nobody but people and their tools change it: a race is rare, a second one rarer. */
const triesMax = 10;

export const createGenerationStore = (controlStore: Pick<ControlStore, 'get' | 'put'>): GenerationStore => {
  const read = () => controlStore.get<Generations>(kind, name);
  return {
    read: async () => (await read())?.value ?? initialGenerations,
    change: async (step) => {
      for (let tries = 0; tries < triesMax; tries++) {
        const standing = await read();
        const taken = step(standing?.value ?? initialGenerations);
        if (taken.kind === 'refused') return taken;
        if (await controlStore.put(kind, name, taken.generations, standing?.revision ?? 0)) return taken;
      }
      throw new LedgerFault('unavailable', 'the generations change faster than they can be read');
    },
  };
};
