/** A strongly consistent table that asks only the replica at hand whether a position is free. */
import type { PlantedBug } from './planted-bug.ts';

export const conditionSeesOneReplica: PlantedBug = {
  name: 'condition evaluated against the local replica only',
  caughtBy: ['1', '2'],
  seedsMax: 30,
  consistency: 'strong',
  table: (table) => ({
    ...table,
    putIfFree: (region, item, answer) => {
      const standing = table.get(region, item);
      if (!standing) table.put(region, item);
      answer(standing ? { kind: 'taken', standing } : { kind: 'put' });
    },
  }),
};
