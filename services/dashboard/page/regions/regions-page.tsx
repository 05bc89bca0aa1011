/** The regions, the links between them, and who decides. In the world also the switches to play with. */
import { useWorld } from '../live/use-world.ts';
import { usePlace } from '../place.ts';
import { FaultsLine } from './faults-line.tsx';
import { FaultsPanel } from './faults-panel.tsx';
import { Links } from './links.tsx';
import { PlanHistory } from './plan-history.tsx';
import { PlayPanel } from './play-panel.tsx';
import { RegionCard } from './region-card.tsx';
import { useRegions } from './use-regions.ts';
import { Worries } from './worries.tsx';

export const RegionsPage = () => {
  const { api, config } = usePlace();
  const watched = useRegions();
  const world = useWorld();
  const { worldUrl } = config;
  const regions = watched.map(({ region }) => region);
  const plan = watched.find(({ region }) => region === api.region)?.standing?.plan;
  return (
    <>
      <h1>Regions</h1>
      {world && <FaultsLine faults={world.faults} />}
      <Worries watched={watched} />
      <div class="grid">
        {watched.map((it) => (
          <RegionCard key={it.region} watched={it} regions={regions} />
        ))}
      </div>
      <Links readings={watched} />
      {world && worldUrl !== undefined && (
        <div class={regions.length <= 2 ? 'grid' : 'stack'}>
          <FaultsPanel world={world} worldUrl={worldUrl} />
          <PlayPanel world={world} worldUrl={worldUrl} />
        </div>
      )}
      {plan && <PlanHistory plan={plan} />}
    </>
  );
};
