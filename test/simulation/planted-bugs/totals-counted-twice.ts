/**
 * A view store that adds to the totals by themselves, after the row. An answer that was lost has it do both again: the
 * row is the same as before, the totals are not.
 */
import { LedgerFault } from '../../../domain/ports/event-store.ts';
import { differenceOf } from '../model/view-tables.ts';
import type { PlantedBug } from './planted-bug.ts';
import { spoilViews } from './spoil-views.ts';

export const totalsCountedTwice: PlantedBug = {
  name: 'totals added outside the transaction',
  caughtBy: ['7'],
  seedsMax: 30,
  faults: { lostAnswer: 0.05 },
  projector: (ports, { views }) => ({
    ...ports,
    openViews: spoilViews(ports.openViews, (store, generation) => ({
      replace: async (replacement) => {
        const { view, over } = replacement;
        try {
          return await store.replace(replacement);
        } catch (error) {
          const isDone = views.get(generation, view.stream)?.view === view;
          if (!(error instanceof LedgerFault && isDone)) throw error;
          const difference = differenceOf(view.contribution, over?.contribution);
          views.addTotals(generation, view.listing.tenant, difference);
          return 'replaced';
        }
      },
    })),
  }),
};
