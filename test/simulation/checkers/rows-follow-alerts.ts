/**
 * A row that does not name a case as unsaid is right in that it was said: people in its region were told of the case as
 * the row knows it, or of what became of it later. So whoever dies after a row was written leaves nothing untold that
 * the next one could not find out.
 */
import { caseStatesOfRow } from '../../../projections/views/order-view.ts';
import type { Checker } from './checker.ts';
import { createLastAlerts, isBefore } from './last-alerts.ts';

export const rowsFollowAlerts = (): Checker => {
  const lastAlerts = createLastAlerts();
  return {
    invariant: '5 no row takes for said what no alert said',
    onAlert: ({ alert }) => void lastAlerts.hear(alert),
    onRow: ({ region, generation, stream, row }) => {
      if (!row) return undefined;
      const { view } = row;
      if (view.unsaid?.includes(everyCase)) return undefined;
      const said = lastAlerts.of(region.name, stream);
      for (const [caseId, state] of caseStatesOfRow(view.row)) {
        const last = said.get(caseId);
        if (view.unsaid?.includes(caseId) || (last && (last.state === state || isBefore(view, last)))) continue;
        const words = `the last alert of it says ${last?.state ?? 'nothing'}`;
        return `${region.name} (${generation}) knows case ${caseId} of ${stream} as ${state}, and ${words}`;
      }
      return undefined;
    },
  };
};

/** In the place of so many ids that they would not fit. */
const everyCase = '*';
