/** Traffic, period by period, newest first. */
import { Time } from '../components/time.tsx';
import { Wide } from '../components/wide.tsx';
import { rateText, shareText, type TrafficPoint } from '../model/traffic-figures.ts';

export interface TrafficTableProps {
  readonly region: string;
  readonly points: readonly TrafficPoint[];
}

export const TrafficTable = ({ region, points }: TrafficTableProps) => (
  <Wide label={`Traffic of ${region}`}>
    <table class="traffic">
      <caption class="unseen">Traffic of {region}, newest period first</caption>
      <thead>
        <tr>
          <th scope="col">From</th>
          <th scope="col" class="number">
            Appends/s
          </th>
          <th scope="col" class="number">
            Answered
          </th>
          <th scope="col" class="number">
            Failed
          </th>
          <th scope="col" class="number">
            Success rate
          </th>
        </tr>
      </thead>
      <tbody>
        {points.toReversed().map(({ from, appendsPerSecond, answered, failed, successShare }) => (
          <tr key={from}>
            <th scope="row">
              <Time at={from} isClockOnly />
            </th>
            <td class="number">{rateText(appendsPerSecond)}</td>
            <td class="number">{answered.toLocaleString()}</td>
            <td class="number">{failed.toLocaleString()}</td>
            <td class="number">{successShare === undefined ? 'no requests' : shareText(successShare)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  </Wide>
);
