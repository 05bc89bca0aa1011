/** The figures of a run as a table. */
import type { FloorFigures } from './against-floor.ts';
import type { RequestCounts } from './count-requests.ts';
import type { EntrySizes } from './entry-sizes.ts';
import type { HandlerTime } from './time-handler.ts';

export interface AppendFigures {
  readonly requests: RequestCounts;
  readonly handler: readonly HandlerTime[];
  readonly floor: FloorFigures;
  readonly sizes: EntrySizes;
}

export const reportText = ({ requests, handler, floor, sizes }: AppendFigures): string => {
  const rows = requests.costs.map(({ name, requests: asked, readUnits, writeUnits }) => {
    const time = handler.find((it) => it.name === name);
    return [name, asked, units(readUnits), units(writeUnits), ms(time?.p50Ms), ms(time?.p99Ms)];
  });
  return [
    table([['command', 'requests to DynamoDB', 'read', 'write', 'p50 ms', 'p99 ms'], ...rows]),
    '',
    'read, write: units consumed, those of the index by-ulid included. p50, p99: the handler without DynamoDB.',
    `To control, beside: ${requests.controlRequestsPerSecond.toFixed(2)} requests a second while the handler took ${Math.round(requests.handledPerSecond)} a second.`,
    `A fact on 5 entries over DynamoDB Local: ${ms(floor.commandMs)} ms; its bare Query and PutItem: ${ms(floor.floorMs)} ms; ratio ${floor.ratio.toFixed(2)} (medians).`,
    `An entry as stored (${sizes.entries.toLocaleString('en')} of real orders): median ${sizes.medianBytes}, p95 ${sizes.p95Bytes}, largest ${sizes.maxBytes} bytes; ${Math.round(100 * sizes.oneUnitShare)} % fit one write unit.`,
    '',
  ].join('\n');
};

const units = (value: number): string => String(Number(value.toFixed(2)));
const ms = (value: number | undefined): string => (value ?? Number.NaN).toFixed(2);

const table = (rows: readonly (readonly string[])[]): string => {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows
    .map((row) =>
      row
        .map((cell, i) => cell.padEnd(widths[i] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
};
