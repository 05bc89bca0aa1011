/** The figures of a region that one looks at first. */
import type { ComponentChildren } from 'preact';
import { formatRoute } from '../model/route.ts';
import { caseTotals } from '../model/totals.ts';
import { rateText, shareText, trafficNow } from '../model/traffic-figures.ts';
import type { WatchedRegion } from './use-regions.ts';

export const RegionFigures = ({ watched: { traffic, totals } }: { readonly watched: WatchedRegion }) => {
  const now = traffic.value ? trafficNow(traffic.value) : undefined;
  const share = now?.successShare;
  return (
    <dl class="figures">
      <Figure name="Appends/s" over={now?.seconds}>
        {now && rateText(now.appendsPerSecond)}
      </Figure>
      <Figure name="Success rate" over={now?.seconds} isBad={share !== undefined && share < successShareGood}>
        {now && (share === undefined ? 'no requests' : shareText(share))}
      </Figure>
      <Figure name="Open cases">
        {totals.value && (
          <a href={formatRoute({ page: 'cases', query: {} })}>{caseTotals(totals.value).open.toLocaleString()}</a>
        )}
      </Figure>
      <Figure name="Orders">
        {totals.value && (
          <a href={formatRoute({ page: 'orders', query: {} })}>
            {(totals.value.totals['orders'] ?? 0).toLocaleString()}
          </a>
        )}
      </Figure>
    </dl>
  );
};

/** Where the alarm of docs/metrics.md is. */
const successShareGood = 0.99;

interface FigureProps {
  readonly name: string;
  /** In seconds. */
  readonly over?: number | undefined;
  readonly isBad?: boolean;
  /** Nothing where it is not known. */
  readonly children: ComponentChildren;
}

const Figure = ({ name, over, isBad = false, children }: FigureProps) => (
  <div class={isBad ? 'figure bad' : 'figure'}>
    <dt>{name}</dt>
    <dd>
      {children ?? <span class="quiet">not known</span>}
      {over !== undefined && <small class="quiet"> last {over} s</small>}
    </dd>
  </div>
);
