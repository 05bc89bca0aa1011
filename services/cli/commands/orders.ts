/** `rejoin orders list`, `show` and `totals`: the live views, for a person to look at. */
import { cutToToken } from '../../../domain/ledger/cut.ts';
import { isSealed } from '../../../domain/ledger/sealed-value.ts';
import { orderStream, parseOrderStream } from '../../../domain/ledger/stream-name.ts';
import type { ListQuery, StoredView } from '../../../domain/ports/view-store.ts';
import type { LiveViews } from '../../../projections/read-models/live-views.ts';
import type { OrderView } from '../../../projections/views/order-view.ts';
import { ageText } from '../age-text.ts';
import { exitClean, exitFailed } from '../exit-codes.ts';
import type { CommandIo } from '../run-on-region.ts';
import { printable, textTable } from '../text-table.ts';
import { writeJsonLine, writeOut } from '../write-out.ts';

export interface OrdersDeps extends CommandIo {
  readonly views: LiveViews<OrderView>;
  readonly nowMs: () => number;
}

interface Format {
  readonly isJson: boolean;
}

export const listOrders = async (query: ListQuery, { isJson }: Format, deps: OrdersDeps): Promise<number> => {
  const { output, errors, views, nowMs } = deps;
  const page = await views.list(query);
  if (isJson) {
    for (const view of page.views) await writeJsonLine(output, view);
    if (page.next !== undefined) await writeJsonLine(output, { next: page.next });
    return exitClean;
  }
  const rows = page.views.map((view) => toRow(view, nowMs()));
  if (rows.length === 0) errors.write('There are none.\n');
  else await writeOut(output, textTable(['order', 'status', 'class', 'open cases', 'folded', 'complete to'], rows));
  if (page.next !== undefined) errors.write(`There are more: --cursor ${shellQuoted(page.next)}\n`);
  return exitClean;
};

const toRow = ({ stream, cut, foldedAtMs, row }: StoredView<OrderView>, nowMs: number): readonly string[] => [
  parseOrderStream(stream)?.orderId ?? stream,
  statusText(row),
  row.class,
  String(row.counts.openCases),
  `${ageText(nowMs - foldedAtMs)} ago`,
  cutToToken(cut),
];

const statusText = ({ status, provisional }: OrderView): string => (provisional ? `${status} (provisional)` : status);

const shellQuoted = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`;

export const showOrder = async (
  { tenant, orderId }: { readonly tenant: string; readonly orderId: string },
  { isJson }: Format,
  { output, errors, views, nowMs }: OrdersDeps,
): Promise<number> => {
  const view = await views.get(orderStream({ tenant, orderId }));
  if (!view) {
    errors.write(`rejoin orders show: there is no order ${orderId} of ${tenant} in this region's views\n`);
    return exitFailed;
  }
  const generation = await views.generation();
  if (isJson) await writeJsonLine(output, { generation, ...view });
  else await writeOut(output, orderText(view, generation, nowMs()));
  return exitClean;
};

const orderText = (view: StoredView<OrderView>, generation: string, nowMs: number): string => {
  const { row, foldedAtMs } = view;
  const facts: readonly (readonly [string, string])[] = [
    ['order', view.stream],
    ['status', statusText(row)],
    ['class', row.class],
    ['complete to', cutToToken(view.cut)],
    ['folded', `${new Date(foldedAtMs).toISOString()}, ${ageText(nowMs - foldedAtMs)} ago, by ${view.version}`],
    ['generation', generation],
    ...Object.entries(row.money).map(([kind, amount]) => [kind, String(amount)] as const),
    ...Object.entries(row.fields).map(([name, value]) => [name, textOf(value)] as const),
    ...countFacts(row),
  ];
  const width = Math.max(...facts.map(([name]) => name.length));
  return [
    ...facts.map(([name, text]) => `${printable(`${name.padEnd(width)}  ${text}`)}\n`),
    casesText(row),
    timelineText(row),
  ].join('');
};

const countFacts = ({ counts }: OrderView): readonly (readonly [string, string])[] => [
  [
    'entries',
    `${counts.entries}, ${counts.rejected} rejected, ${counts.duplicates} duplicates, ${counts.voided} voided`,
  ],
  ['cases', `${counts.cases}, ${counts.openCases} open`],
];

const textOf = (value: unknown): string => {
  if (isSealed(value)) return `(sealed, key ${value.key})`;
  return typeof value === 'string' ? value : JSON.stringify(value);
};

const casesText = ({ openCases }: OrderView): string => {
  if (openCases.length === 0) return '';
  const rows = openCases.map((it) => [it.id, it.position, it.reasons.join(', '), it.opponents.join(', ')]);
  return `\n${textTable(['open case', 'position', 'reasons', 'opponents'], rows)}`;
};

const timelineText = ({ timeline, counts }: OrderView): string => {
  const rows = timeline.map((step) => [
    step.id,
    step.position,
    step.source,
    step.types.join(', '),
    step.accepted ? step.to : `rejected, stays ${step.to}`,
  ]);
  const older = counts.entries - timeline.length;
  return `\n${textTable(['entry', 'position', 'source', 'events', 'status'], rows)}${older > 0 ? `and ${older} older\n` : ''}`;
};

export const showTotals = async (
  tenant: string,
  { isJson }: Format,
  { output, errors, views }: OrdersDeps,
): Promise<number> => {
  const totals = await views.totals(tenant);
  if (isJson) {
    await writeJsonLine(output, { tenant, generation: await views.generation(), totals });
    return exitClean;
  }
  const rows = Object.entries(totals)
    .filter(([, total]) => total !== 0)
    .sort(([left], [right]) => (left < right ? -1 : 1));
  if (rows.length === 0) errors.write(`There are no orders of ${tenant} in this region's views.\n`);
  else
    await writeOut(
      output,
      textTable(
        ['total', 'of'],
        rows.map(([name, total]) => [total.toLocaleString('en'), name]),
      ),
    );
  return exitClean;
};
