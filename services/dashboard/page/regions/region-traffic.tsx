/** What a region's order API has done in the last minutes: two charts, and the same as a table. */
import { useMemo } from 'preact/hooks';
import type { TrafficAnswer } from '../../../order-api/read-traffic.ts';
import { Chart } from '../components/chart.tsx';
import { Staleness } from '../components/resource-view.tsx';
import { Unfold } from '../components/unfold.tsx';
import type { Resource } from '../live/use-resource.ts';
import { rateText, trafficPoints } from '../model/traffic-figures.ts';
import { TrafficTable } from './traffic-table.tsx';

export interface RegionTrafficProps {
  readonly region: string;
  readonly traffic: Resource<TrafficAnswer | null>;
}

export const RegionTraffic = ({ region, traffic }: RegionTrafficProps) => {
  const { value, problem } = traffic;
  if (value === null) return <p class="quiet">This deployment does not count its traffic.</p>;
  if (value === undefined)
    return <p class="quiet">{problem ? `Traffic is not known: ${problem.title}` : 'Asking for the traffic …'}</p>;
  return (
    <>
      <Staleness resource={traffic} what={`the traffic of ${region}`} />
      <TrafficCharts answer={value} />
    </>
  );
};

const TrafficCharts = ({ answer }: { readonly answer: TrafficAnswer }) => {
  const { region, periodSeconds } = answer;
  const { points, times, appends, success } = useMemo(() => seriesOf(answer), [answer]);
  const minutes = Math.round((points.length * periodSeconds) / 60);
  return (
    <>
      <div class="charts">
        <figure>
          <figcaption>Appends/s, last {minutes} min</figcaption>
          <Chart
            name={`Appends per second in ${region}, the last ${minutes} minutes. The table below says the same.`}
            times={times}
            values={appends}
            colour="--accent"
            range={fromZero}
            format={rateText}
          />
        </figure>
        <figure>
          <figcaption>Success rate, last {minutes} min</figcaption>
          <Chart
            name={`Success rate in ${region}, the last ${minutes} minutes. The table below says the same.`}
            times={times}
            values={success}
            colour="--good"
            range={toHundred}
            format={(percent) => `${percent} %`}
          />
        </figure>
      </div>
      <Unfold title="Traffic as a table">{() => <TrafficTable region={region} points={points} />}</Unfold>
    </>
  );
};

const seriesOf = (answer: TrafficAnswer) => {
  const points = trafficPoints(answer);
  return {
    points,
    times: points.map(({ from }) => Date.parse(from) / 1_000),
    appends: points.map(({ appendsPerSecond }) => appendsPerSecond),
    success: points.map(({ successShare }) => (successShare === undefined ? null : successShare * 100)),
  };
};

const fromZero = (_: number, max: number) => [0, Math.max(1, max * 1.1)] as const;

/** Close enough to see one failure in a hundred, wider when there are more. */
const toHundred = (min: number) => {
  const lowest = Math.min(95, Math.floor(min / 10) * 10);
  // A line along the upper edge would be cut in half.
  return [lowest, 100 + (100 - lowest) / 20] as const;
};
