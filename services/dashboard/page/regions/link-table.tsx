/** Every direction between two regions, with all that is known of it. */
import { Status } from '../components/status.tsx';
import { Wide } from '../components/wide.tsx';
import type { Link } from '../model/link-states.ts';
import type { WorldState } from '../model/world-state.ts';
import { known, linkTones, linkWords } from './link-words.ts';

export interface LinkTableProps {
  readonly links: readonly Link[];
  /** Undefined where nobody counts it. */
  readonly backlog: WorldState['backlog'] | undefined;
}

export const LinkTable = ({ links, backlog }: LinkTableProps) => (
  <Wide label="Links, as a table">
    <table class="links-table">
      <caption class="unseen">Links between the regions, each way</caption>
      <thead>
        <tr>
          <th scope="col">From → to</th>
          <th scope="col">State</th>
          <th scope="col" class="number">
            Heartbeat age
          </th>
          <th scope="col" class="number">
            Link lag
          </th>
          {backlog && (
            <th scope="col" class="number">
              Backlog
            </th>
          )}
          <th scope="col" class="number">
            Sender’s clock
          </th>
          <th scope="col">Sender’s links</th>
        </tr>
      </thead>
      <tbody>
        {links.map((link) => (
          <tr key={`${link.from} ${link.to}`}>
            <th scope="row">
              {link.from} → {link.to}
            </th>
            <td>
              <Status tone={linkTones[link.state]}>{linkWords[link.state]}</Status>
            </td>
            <td class="number">{heartbeatText(link)}</td>
            <td class="number">{known(link.linkLagMs)}</td>
            {backlog && <td class="number">{itemsText(backlog, link)}</td>}
            <td class="number">{clockText(link.clockAheadMs)}</td>
            <td>{sickText(link.hasSickLink)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  </Wide>
);

const heartbeatText = ({ state, heartbeatAgeMs }: Link): string => {
  if (heartbeatAgeMs === undefined) return state === 'silent' ? 'never' : known(undefined);
  return known(heartbeatAgeMs);
};

const itemsText = (backlog: WorldState['backlog'], { from, to }: Link): string => {
  const items = backlog.filter((it) => it.from === from && it.to === to).reduce((sum, it) => sum + it.items, 0);
  return items === 1 ? '1 item' : `${items.toLocaleString()} items`;
};

/** A heartbeat takes its time, and is looked for once a second: less than that says nothing of a clock. */
const clockNoiseMs = 2_000;

const clockText = (aheadMs: number | undefined): string => {
  if (aheadMs === undefined) return known(undefined);
  if (Math.abs(aheadMs) < clockNoiseMs) return 'agrees';
  return aheadMs > 0 ? `${known(aheadMs)} ahead` : `${known(-aheadMs)} behind`;
};

const sickText = (hasSickLink: boolean | undefined): string => {
  if (hasSickLink === undefined) return known(undefined);
  return hasSickLink ? 'one is sick' : 'well';
};
