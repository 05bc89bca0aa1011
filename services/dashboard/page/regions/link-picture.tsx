/** The regions and an arrow each way, with how it stands. The table beside it says the same. */

import { regionColour } from '../components/region-name.tsx';
import { type Arrow, drawLinks, nodeSize, type Point } from '../model/link-drawing.ts';
import type { Link } from '../model/link-states.ts';
import type { RegionReading } from '../model/region-reading.ts';
import { linkLabel, linkTones } from './link-words.ts';

export interface LinkPictureProps {
  readonly readings: readonly RegionReading[];
  readonly links: readonly Link[];
}

export const LinkPicture = ({ readings, links }: LinkPictureProps) => {
  const names = readings.map(({ region }) => region);
  const { width, height, nodes, arrows } = drawLinks(names);
  const name = links.map((link) => `${link.from} to ${link.to}: ${linkLabel(link)}`).join('; ');
  return (
    <svg class="link-picture" viewBox={`0 0 ${width} ${height}`} role="img" aria-label={`Links. ${name}`}>
      {arrows.map((arrow) => (
        <LinkArrow key={`${arrow.from} ${arrow.to}`} arrow={arrow} link={links.find((it) => isOf(it, arrow))} />
      ))}
      {readings.map((reading, i) => {
        const node = nodes[i];
        return (
          node && <Node key={reading.region} reading={reading} at={node} colour={regionColour(reading.region, names)} />
        );
      })}
    </svg>
  );
};

const isOf = (link: Link, { from, to }: Arrow): boolean => link.from === from && link.to === to;

const LinkArrow = ({ arrow, link }: { readonly arrow: Arrow; readonly link: Link | undefined }) => {
  if (!link) return null;
  const { start, end, head, label } = arrow;
  return (
    <g class={`link ${linkTones[link.state]}`}>
      <line x1={start.x} y1={start.y} x2={end.x} y2={end.y} />
      <polygon points={head.map(({ x, y }) => `${x},${y}`).join(' ')} />
      <text x={label.x} y={label.y}>
        {linkLabel(link)}
      </text>
    </g>
  );
};

interface NodeProps {
  readonly reading: RegionReading;
  readonly at: Point;
  readonly colour: string;
}

const Node = ({ reading, reading: { region, reach }, at, colour }: NodeProps) => (
  <g class="node" transform={`translate(${at.x} ${at.y})`}>
    <rect
      x={-nodeSize.width / 2}
      y={-nodeSize.height / 2}
      width={nodeSize.width}
      height={nodeSize.height}
      rx="8"
      style={{ stroke: colour }}
    />
    <text y="-8">{region.length > nameLengthMax ? `${region.slice(0, nameLengthMax - 1)}…` : region}</text>
    <text y="11" class={reach === 'not-answering' ? 'bad' : 'quiet'}>
      {standingText(reading)}
    </text>
  </g>
);

const standingText = ({ region, reach, standing }: RegionReading): string => {
  if (reach === 'not-answering') return 'does not answer';
  if (!standing) return 'not known';
  return standing.plan.plan.primary === region ? 'primary' : 'secondary';
};

/** What fits. */
const nameLengthMax = 16;
