/** One region: whether it answers and what it takes, its traffic, and its view of the plan. */

import { RegionName } from '../components/region-name.tsx';
import { Staleness } from '../components/resource-view.tsx';
import { Status } from '../components/status.tsx';
import { Duty } from './duty.tsx';
import { RegionFigures } from './region-figures.tsx';
import { RegionStanding } from './region-standing.tsx';
import { RegionTraffic } from './region-traffic.tsx';
import type { WatchedRegion } from './use-regions.ts';

export interface RegionCardProps {
  readonly watched: WatchedRegion;
  readonly regions: readonly string[];
}

export const RegionCard = ({ watched, regions }: RegionCardProps) => {
  const { region, reach, standing, standingResource } = watched;
  return (
    <article class="card region" aria-label={region}>
      <header class="row spread">
        <h2>
          <RegionName name={region} regions={regions} />
        </h2>
        <div class="row">
          {standing?.plan.plan.primary === region && <Status tone="info">primary</Status>}
          {reach === 'not-answering' ? <Status tone="bad">does not answer</Status> : <Duty standing={standing} />}
        </div>
      </header>
      {standing !== undefined && <Staleness resource={standingResource} what={region} />}
      <RegionFigures watched={watched} />
      {(reach !== 'not-answering' || watched.traffic.value) && (
        <RegionTraffic region={region} traffic={watched.traffic} />
      )}
      <RegionStanding watched={watched} />
    </article>
  );
};
