/**
 * A line over time. It is a picture with a name: whoever shows one says the same facts in words or in a table as well, and
 * nothing is told to a mouse alone.
 */
import { useEffect, useRef } from 'preact/hooks';
import uPlot from 'uplot';
import { tokenColour } from './token-colour.ts';

export interface ChartProps {
  /** What the picture shows, for who does not see it. */
  readonly name: string;
  /** In seconds since 1970, rising. */
  readonly times: readonly number[];
  /** One a time; null where there is none. */
  readonly values: readonly (number | null)[];
  readonly colour: `--${string}`;
  /** From the smallest and the largest value, what the axis goes from and to. */
  readonly range: (min: number, max: number) => readonly [number, number];
  readonly format: (value: number) => string;
}

const heightPx = 110;
const font = '11px system-ui, sans-serif';
const clock = new Intl.DateTimeFormat(undefined, { hour: '2-digit', minute: '2-digit' });

export const Chart = (props: ChartProps) => {
  const { name, times, values } = props;
  const box = useRef<HTMLDivElement>(null);
  const plot = useRef<uPlot>(undefined);
  const latest = useRef(props);
  latest.current = props;

  useEffect(() => {
    const element = box.current;
    if (!element) return;
    const drawn = new uPlot(optionsOf(element, latest.current), [[], []], element);
    plot.current = drawn;
    const sizes = new ResizeObserver(() => drawn.setSize({ width: element.clientWidth, height: heightPx }));
    sizes.observe(element);
    const scheme = matchMedia('(prefers-color-scheme: dark)');
    const redraw = () => drawn.redraw(false);
    scheme.addEventListener('change', redraw);
    return () => {
      scheme.removeEventListener('change', redraw);
      sizes.disconnect();
      drawn.destroy();
    };
  }, []);

  useEffect(() => plot.current?.setData([[...times], [...values]]), [times, values]);

  return <div class="chart" role="img" aria-label={name} ref={box} />;
};

const optionsOf = (element: HTMLElement, { colour, range, format }: ChartProps): uPlot.Options => {
  const ink = (token: `--${string}`) => () => tokenColour(element, token);
  const axis: uPlot.Axis = {
    font,
    stroke: ink('--quiet'),
    grid: { stroke: ink('--line'), width: 1 },
    ticks: { show: false },
  };
  return {
    width: element.clientWidth,
    height: heightPx,
    padding: [6, 26, 0, 0],
    cursor: { show: false },
    legend: { show: false },
    scales: { y: { range: (_, min, max) => [...range(min, max)] } },
    axes: [
      { ...axis, size: 22, gap: 4, space: 70, values: (_, splits) => splits.map((at) => clock.format(at * 1_000)) },
      { ...axis, size: 48, gap: 4, space: 28, values: (_, splits) => splits.map((value) => format(value)) },
    ],
    series: [{}, { stroke: ink(colour), width: 1.5, points: { show: false } }],
  };
};
