/** The report for a terminal: the answer first, then the figures side by side, then three orders told. */
import { streamClasses } from '../../../domain/fold/folded-stream.ts';
import type { Report } from './report.ts';
import type { Story, StoryStep } from './stories.ts';

export const reportToText = (report: Report): string =>
  [headline(report), played(report), ledger(report), rival(report), ...report.stories.map(tell)]
    .map((block) => block.map(printable).join('\n'))
    .join('\n\n')
    .concat('\n');

const headline = ({ ledger, lastWriterWins }: Report): readonly string[] => [
  `Rejoin lost ${ledger.entriesLost} entries; the regions' views are ${ledger.viewsEqual ? 'equal' : 'NOT EQUAL'}.`,
  `Mutable rows with last writer wins lost ${count(lastWriterWins.updatesLost)} acknowledged updates and left ${count(lastWriterWins.wrongStatus)} orders in a wrong status:`,
  `${count(lastWriterWins.wrongStatusOverwritten)} because a write was overwritten, the others because the row refused a fact that came late.`,
];

const played = ({ histories, partition, entries, engine, seed }: Report): readonly string[] => [
  'Played',
  row(
    'histories',
    `${count(histories.orders)} orders of ${histories.folder}, ${day(histories.from)} to ${day(histories.to)}, ${count(histories.compression)} times as fast`,
  ),
  ...histories.refusedRows.map(({ file, reason, rows }) =>
    row('not played', `${count(rows)} rows of ${file}: ${reason}`),
  ),
  row(
    'partition',
    `${day(partition.from)} to ${day(partition.to)}, ${count(partition.commands)} commands, ${seconds(partition.lastedMs)} of the run`,
  ),
  row(
    'entries',
    `${count(entries.real)} real, ${count(entries.added)} added by us during the partition (seed ${seed}), ${count(entries.replayed)} answered from an earlier one`,
  ),
  row('engine', engine),
];

const ledger = ({ ledger: it }: Report): readonly string[] => [
  'The ledger',
  row('entries', counts(it.entriesPerRegion)),
  row('lost', `${it.entriesLost} lost, ${it.entriesUnsent} that nobody sent`),
  row(
    'views',
    `${it.viewsEqual ? 'equal' : 'NOT EQUAL'} in all regions, ${count(it.viewRows)} rows; folds ${it.foldsEqual ? 'equal' : 'NOT EQUAL'}`,
  ),
  row('classes', streamClasses.map((name) => `${name} ${count(it.classes[name])}`).join(', ')),
  row(
    'cases',
    `${count(it.cases.opened)} opened, ${count(it.cases.withdrawn)} closed by themselves (${counts(it.cases.withdrawnByReason)})`,
  ),
  row(
    '',
    `${count(it.cases.open)} open for a person, on ${count(it.cases.ordersWithOpenCase)} orders (${counts(it.cases.openByReason)})`,
  ),
  row('late facts', tellLateFacts(it)),
  row('refused', `${counts(it.refused)}; ${count(it.retries)} requests sent again`),
  row(
    'drained',
    it.isDrained ? `${seconds(it.drainMs)} after the heal` : `NOT YET, ${seconds(it.drainMs)} after the heal`,
  ),
  row('speed', `${count(it.appendsPerSecond)} appends/s over HTTP`),
];

export const tellLateFacts = ({ lateFacts: { orders, withOpenCase, beforePlacing } }: Report['ledger']): string =>
  `${count(orders)} orders; ${count(withOpenCase)} of them end with an open case (shipped before placed: ${count(beforePlacing.orders)}, of which ${count(beforePlacing.withOpenCase)})`;

const rival = ({ lastWriterWins: it }: Report): readonly string[] => [
  'The same traffic, mutable rows, last writer wins',
  row(
    'lost',
    `${count(it.updatesLost)} of ${count(it.updatesAcknowledged)} acknowledged updates, on ${count(it.ordersOverwritten)} orders, silently`,
  ),
  row(
    'status',
    `${count(it.wrongStatus)} orders wrong: ${count(it.wrongStatusOverwritten)} overwritten, ${count(it.wrongStatus - it.wrongStatusOverwritten)} for a fact that the row refused`,
  ),
  row('', `${count(it.undecidedStatus)} more differ where Rejoin asks a person`),
  row('refused', `${count(it.factsRefused)} facts that had happened, ${count(it.decisionsRefused)} decisions`),
  row('rows', it.rowsEqual ? 'equal in both regions' : 'NOT EQUAL'),
];

const tell = (story: Story, index: number): readonly string[] => [
  `${index + 1}. ${story.title}: order ${story.orderId}`,
  ...story.steps.flatMap(tellStep),
  ...story.tableKept.map((line, at) => row(at === 0 ? 'row kept' : '', line)),
  ...story.rejoinKept.map((line, at) => row(at === 0 ? 'Rejoin kept' : '', line)),
];

const tellStep = (step: StoryStep): readonly string[] => {
  const when = step.at === undefined ? 'no time recorded' : step.at.slice(0, 16).replace('T', ' ');
  const marks = [step.isDuringPartition ? 'partition' : '', step.origin === 'added' ? 'added' : ''].filter(
    (it) => it !== '',
  );
  return [
    `  ${when.padEnd(17)} ${step.region.padEnd(12)} ${step.what}${marks.length > 0 ? ` [${marks.join(', ')}]` : ''}`,
    `  ${' '.repeat(30)} row: ${step.table}; Rejoin: ${step.ledger}`,
  ];
};

const row = (name: string, text: string): string => `  ${name.padEnd(12)} ${text}`;

const counts = (byName: Readonly<Record<string, number>>): string =>
  Object.entries(byName)
    .map(([name, number]) => `${name} ${count(number)}`)
    .join(', ') || 'none';

export const count = (number: number): string => Math.round(number).toLocaleString('en-US');
export const seconds = (ms: number): string => `${(ms / 1000).toFixed(1)} s`;
export const day = (iso: string): string => iso.slice(0, 10);

/** A data file may hold anything; a terminal obeys control characters. */
const printable = (text: string): string => text.replace(/[\p{Cc}\p{Cf}]/gu, '?');
