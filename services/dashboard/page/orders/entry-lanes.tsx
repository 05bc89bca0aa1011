/**
 * The entries drawn: a lane for each region, a box for each entry, a line for what it had seen. The boxes are radio buttons,
 * so that arrow keys walk along them and one step of Tab leaves them, however many there are.
 */
import { useLayoutEffect, useMemo, useRef } from 'preact/hooks';
import type { Entry } from '../../../../domain/ledger/entry.ts';
import type { EntryNode } from '../../../../domain/ledger/entry-graph.ts';
import { regionColour } from '../components/region-name.tsx';
import { outcomeText } from '../model/entry-outcomes.ts';
import { box, type LaneLayout, layOutLanes } from '../model/lane-layout.ts';
import { usePlace } from '../place.ts';
import { replaceRoute } from '../router.ts';
import { type OrderScene, useScene } from './order-scene.ts';

export const EntryLanes = ({ chosen }: { readonly chosen: string | undefined }) => {
  const { apis } = usePlace();
  const scene = useScene();
  const { graph } = scene;
  const layout = useMemo(() => layOutLanes(graph), [graph]);
  const colours = useMemo(() => {
    const regions = apis.map(({ region }) => region);
    return graph.lanes.map((region) => regionColour(region, regions));
  }, [graph, apis]);
  const lines = useMemo(() => <Lines layout={layout} colours={colours} />, [layout, colours]);
  const scroller = useShownAtEnd(layout.width);
  const chosenLeft = layout.boxes[graph.nodes.findIndex(({ entry }) => entry.position === chosen)]?.left;
  useLayoutEffect(() => {
    if (scroller.current && chosenLeft !== undefined) bringIntoView(scroller.current, chosenLeft);
  }, [scroller, chosenLeft]);
  return (
    <fieldset class="lanes">
      <legend class="unseen">Entries, oldest first: choose one to see it in full</legend>
      <div class="wide" ref={scroller}>
        <div class="lanes-ground" style={{ width: px(layout.width), height: px(layout.height) }}>
          {lines}
          {layout.lanes.map(({ region, top }) => (
            <div
              key={region}
              class="lane-row"
              style={{ top: px(top - 24), width: px(layout.width) }}
              aria-hidden="true"
            >
              <span class="lane-name">{region}</span>
            </div>
          ))}
          {graph.nodes.map((node, i) => (
            <EntryBox
              key={node.entry.position}
              node={node}
              scene={scene}
              colour={colours[node.lane] ?? ''}
              isChosen={node.entry.position === chosen}
              left={layout.boxes[i]?.left ?? 0}
              top={layout.boxes[i]?.top ?? 0}
            />
          ))}
        </div>
      </div>
    </fieldset>
  );
};

/** The newest entries are what somebody came for, until they look elsewhere. */
const useShownAtEnd = (width: number) => {
  const scroller = useRef<HTMLDivElement>(null);
  const shown = useRef(0);
  useLayoutEffect(() => {
    const { current } = scroller;
    if (!current) return;
    const wasAtEnd = current.scrollLeft + current.clientWidth >= shown.current - 2;
    if (wasAtEnd) current.scrollLeft = width;
    shown.current = width;
  }, [width]);
  return scroller;
};

const px = (length: number): string => `${length}px`;

/** With its neighbours, and sideways only: where the page itself stands is for whoever reads it. */
const bringIntoView = (scroller: HTMLElement, left: number): void => {
  const { scrollLeft, clientWidth } = scroller;
  const isShown = left - box.width >= scrollLeft && left + 2 * box.width <= scrollLeft + clientWidth;
  if (!isShown) scroller.scrollLeft = left - (clientWidth - box.width) / 2;
};

interface EntryBoxProps {
  readonly node: EntryNode<Entry>;
  readonly scene: OrderScene;
  readonly colour: string;
  readonly isChosen: boolean;
  readonly left: number;
  readonly top: number;
}

const EntryBox = ({ node, scene, colour, isChosen, left, top }: EntryBoxProps) => {
  const { position, region, seq, source, events, id } = node.entry;
  const { outcome, case: found } = scene.explain(position);
  const choose = () => replaceRoute(scene.routeTo({ id, position }));
  const waits = found !== undefined && found.settledBy === undefined;
  return (
    <label
      class={`entry ${outcome.kind}`}
      style={{ left: px(left), top: px(top), width: px(box.width), height: px(box.height), '--lane': colour }}
    >
      <input type="radio" name="entry" checked={isChosen} onChange={choose} onFocus={choose} />
      <span class="unseen">{region}, </span>
      <strong>
        <bdi>{events[0]?.type}</bdi>
      </strong>
      <span>
        {seq} · <bdi>{source}</bdi>
        {events.length > 1 && ` · ${events.length} events`}
      </span>
      <span class="entry-outcome">
        {outcomeText(outcome)}
        {waits && ' · case'}
      </span>
    </label>
  );
};

const Lines = ({ layout, colours }: { readonly layout: LaneLayout; readonly colours: readonly string[] }) => (
  <svg width={layout.width} height={layout.height} aria-hidden="true">
    {layout.edges.map(({ d, fromLane, end, isAcross }) => (
      <g key={d} style={{ color: colours[fromLane] }}>
        <path
          d={d}
          fill="none"
          stroke="currentColor"
          stroke-width="2"
          stroke-dasharray={isAcross ? '6 4' : undefined}
        />
        <path d={`M${end.x} ${end.y}l-8 -5v10z`} fill="currentColor" />
      </g>
    ))}
    {layout.stubs.map(({ x, y }) => (
      <path
        key={`${x} ${y}`}
        d={`M${x - 11} ${y}H${x}`}
        stroke="var(--line-strong)"
        stroke-width="2"
        stroke-dasharray="2 3"
      />
    ))}
  </svg>
);
