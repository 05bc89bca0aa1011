/** An open-case that takes the order for what it was when the alert was sent. */
import { coversPosition } from '../../../../domain/ledger/cut.ts';
import { parsePosition } from '../../../../domain/ledger/position.ts';
import type { PlantedBug } from '../planted-bug.ts';

export const believesAlerts: PlantedBug = {
  name: 'open-case that believes the alert instead of the ledger',
  caughtBy: ['5 a life changes only'],
  seedsMax: 60,
  isReviewed: true,
  faults: { duplicateMessage: 0.5 },
  believes: (given, { cut }) => ({
    ...given,
    eventStore: {
      ...given.eventStore,
      load: async (stream) => {
        const loaded = await given.eventStore.load(stream);
        const entries = loaded.entries.filter(({ position }) => {
          const parsed = parsePosition(position);
          return parsed !== undefined && coversPosition(cut, parsed);
        });
        return { ...loaded, entries };
      },
    },
  }),
};
