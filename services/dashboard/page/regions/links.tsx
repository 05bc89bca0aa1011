/** The links between the regions, each way: a drawing, and the same facts and more as a table. */
import { useWorld } from '../live/use-world.ts';
import { findLinks } from '../model/link-states.ts';
import type { RegionReading } from '../model/region-reading.ts';
import { LinkPicture } from './link-picture.tsx';
import { LinkTable } from './link-table.tsx';

export const Links = ({ readings }: { readonly readings: readonly RegionReading[] }) => {
  const world = useWorld();
  const links = findLinks(readings);
  if (links.length === 0) return null;
  if (readings.every(({ standing }) => standing === null))
    return (
      <section class="card" aria-labelledby="links">
        <h2 id="links">Links</h2>
        <p>This deployment has no write plan, so no heartbeats are sent and no link is watched.</p>
      </section>
    );
  return (
    <section class="card" aria-labelledby="links">
      <h2 id="links">Links</h2>
      <div class="links">
        <LinkPicture readings={readings} links={links} />
        <LinkTable links={links} backlog={world?.backlog} />
      </div>
      <p class="quiet">
        Every region sends a heartbeat once a second. The age of the newest that arrived tells how late this one
        direction is. Link lag goes there and back: how long ago the sender sent the newest heartbeat that the receiver
        has echoed.
      </p>
    </section>
  );
};
