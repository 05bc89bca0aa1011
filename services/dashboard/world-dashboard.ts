/**
 * The dashboard as a world serves it: every region behind the page's own origin, tokens for whoever opens it, and events
 * instead of a clock.
 */
import { retailDefinition } from '../../domain/lifecycle/retail.ts';
import { openPage } from './build/open-page.ts';
import { createDashboard, type Dashboard } from './dashboard.ts';

export interface WorldDashboardOptions {
  readonly regions: readonly string[];
  /** Whose orders it shows. */
  readonly tenant: string;
}

/** Throws what keeps the page from being read or bundled. */
export const openWorldDashboard = async ({ regions, tenant }: WorldDashboardOptions): Promise<Dashboard> =>
  createDashboard({
    files: await openPage(),
    config: {
      regions: regions.map((name) => ({ name, apiUrl: `/regions/${name}` })),
      login: { kind: 'world', tenant },
      live: { kind: 'events', url: '/world/events' },
      statuses: [...retailDefinition.statuses],
      worldUrl: '/world',
    },
  });
