/**
 * The report as one page that needs nothing else: no script, no font, no picture from anywhere.
 *
 * Markup comes from `html` alone, which escapes every value put into it; only what `html` made itself passes as markup.
 */
import { streamClasses } from '../../../domain/fold/folded-stream.ts';
import type { Report } from './report.ts';
import { count, day, seconds, tellLateFacts } from './report-text.ts';
import type { Story, StoryStep } from './stories.ts';

export const reportToHtml = (report: Report): string =>
  html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>Rejoin: ${count(report.ledger.entriesLost)} lost, last writer wins: ${count(report.lastWriterWins.updatesLost)} lost</title>
<style>${style}</style>
</head>
<body>
<main>
<h1>Rejoin</h1>
${answer(report)}
${playedSection(report)}
<div class="beside">
${ledgerSection(report)}
${rivalSection(report)}
</div>
<h2>Three orders that last writer wins got wrong</h2>
${report.stories.map((story) => storySection(story, report.regions))}
</main>
</body>
</html>
`.markup;

interface Markup {
  readonly markup: string;
}
type Value = string | number | Markup | readonly Markup[];

const html = (parts: TemplateStringsArray, ...values: readonly Value[]): Markup => ({
  markup: parts.reduce((page, part, index) => page + valueToMarkup(values[index - 1] ?? '') + part),
});

const valueToMarkup = (value: Value): string => {
  if (typeof value === 'string') return escapeHtml(value);
  if (typeof value === 'number') return String(value);
  return 'markup' in value ? value.markup : value.map((it) => it.markup).join('\n');
};

const escapeHtml = (text: string): string => text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);

const answer = ({ ledger, lastWriterWins }: Report): Markup => html`<p class="answer">
The ledger lost <strong>${count(ledger.entriesLost)}</strong> entries, and the regions' views are
<strong>${ledger.viewsEqual ? 'equal' : 'not equal'}</strong>. The same traffic under mutable rows with last writer wins
lost <strong>${count(lastWriterWins.updatesLost)}</strong> acknowledged updates and left
<strong>${count(lastWriterWins.wrongStatus)}</strong> orders in a wrong status: ${count(lastWriterWins.wrongStatusOverwritten)} because a write was overwritten, the others because the
row refused a fact that came late.</p>`;

const playedSection = ({ histories, partition, entries, engine, seed }: Report): Markup => html`<section>
<h2>What was played</h2>
${definitions([
  [
    'histories',
    `${count(histories.orders)} orders of ${histories.folder}, ${day(histories.from)} to ${day(histories.to)}, ${count(histories.compression)} times as fast as life`,
  ],
  ...histories.refusedRows.map(
    ({ file, reason, rows }): Definition => ['not played', `${count(rows)} rows of ${file}: ${reason}`],
  ),
  [
    'partition',
    `${day(partition.from)} to ${day(partition.to)}: ${count(partition.commands)} commands, ${seconds(partition.lastedMs)} of the run`,
  ],
  [
    'entries',
    `${count(entries.real)} real, ${count(entries.added)} added by us during the partition (seed ${seed}), ${count(entries.replayed)} answered from an earlier one`,
  ],
  ['engine', engine],
])}
</section>`;

const ledgerSection = ({ ledger: it }: Report): Markup => html`<section>
<h2>The ledger</h2>
${definitions([
  ['entries', counts(it.entriesPerRegion)],
  ['lost', `${count(it.entriesLost)}; sent by nobody: ${count(it.entriesUnsent)}`],
  [
    'views',
    `${it.viewsEqual ? 'equal' : 'not equal'}, ${count(it.viewRows)} rows; folds ${it.foldsEqual ? 'equal' : 'not equal'}`,
  ],
  ['classes', streamClasses.map((name) => `${name} ${count(it.classes[name])}`).join(', ')],
  ['cases opened', count(it.cases.opened)],
  ['closed by themselves', `${count(it.cases.withdrawn)} (${counts(it.cases.withdrawnByReason)})`],
  [
    'open for a person',
    `${count(it.cases.open)} on ${count(it.cases.ordersWithOpenCase)} orders (${counts(it.cases.openByReason)})`,
  ],
  ['late facts', tellLateFacts(it)],
  ['refused', `${counts(it.refused)}; ${count(it.retries)} requests sent again`],
  ['drained', `${it.isDrained ? '' : 'not yet, '}${seconds(it.drainMs)} after the heal`],
  ['speed', `${count(it.appendsPerSecond)} appends a second over HTTP`],
])}
</section>`;

const rivalSection = ({ lastWriterWins: it }: Report): Markup => html`<section>
<h2>Mutable rows, last writer wins</h2>
${definitions([
  ['acknowledged', `${count(it.updatesAcknowledged)} updates`],
  ['lost', `${count(it.updatesLost)}, on ${count(it.ordersOverwritten)} orders, silently`],
  ['wrong status', `${count(it.wrongStatus)} orders`],
  ['because overwritten', count(it.wrongStatusOverwritten)],
  ['because a fact was refused', count(it.wrongStatus - it.wrongStatusOverwritten)],
  ['where Rejoin asks too', `${count(it.undecidedStatus)} orders, not counted as wrong`],
  ['refused', `${count(it.factsRefused)} facts that had happened, ${count(it.decisionsRefused)} decisions`],
  ['rows', it.rowsEqual ? 'equal in both regions' : 'not equal'],
])}
</section>`;

const storySection = (story: Story, regions: readonly string[]): Markup => html`<article>
<h3>${story.title}</h3>
<p class="order">Order ${story.orderId}</p>
<div class="scroll"><table>
<thead><tr><th scope="col">When</th>${regions.map((region) => html`<th scope="col">${region}</th>`)}</tr></thead>
<tbody>
${story.steps.map((step) => stepRow(step, regions))}
</tbody>
</table></div>
<div class="beside">
<section><h4>The row kept</h4>${paragraphs(story.tableKept)}</section>
<section><h4>Rejoin kept</h4>${paragraphs(story.rejoinKept)}</section>
</div>
</article>`;

const stepRow = (
  step: StoryStep,
  regions: readonly string[],
): Markup => html`<tr class="${step.isDuringPartition ? 'cut' : 'linked'}">
<th scope="row">${step.at === undefined ? 'no time recorded' : step.at.slice(0, 16).replace('T', ' ')}${
  step.isDuringPartition ? html` <span class="mark">partition</span>` : ''
}</th>
${regions.map((region) => (region === step.region ? stepCell(step) : html`<td></td>`))}
</tr>`;

const stepCell = (
  step: StoryStep,
): Markup => html`<td>${step.what}${step.origin === 'added' ? html` <span class="mark">added</span>` : ''}
<small>row: <span class="${step.isLostByTable ? 'lost' : 'kept'}">${step.table}</span>; Rejoin: ${step.ledger}</small></td>`;

type Definition = readonly [string, string];

const definitions = (pairs: readonly Definition[]): Markup =>
  html`<dl>${pairs.map(([name, text]) => html`<dt>${name}</dt><dd>${text}</dd>`)}</dl>`;

const paragraphs = (lines: readonly string[]): readonly Markup[] => lines.map((line) => html`<p>${line}</p>`);

const counts = (byName: Readonly<Record<string, number>>): string =>
  Object.entries(byName)
    .map(([name, number]) => `${name} ${count(number)}`)
    .join(', ') || 'none';

const style: Markup = {
  markup: `
:root { --ink: #1c2024; --paper: #fdfdfc; --line: #d9d9d6; --quiet: #60646c; --cut: #fff4e0; --lost: #b42318; }
@media (prefers-color-scheme: dark) {
  :root { --ink: #edeef0; --paper: #16181b; --line: #3a3f45; --quiet: #a5abb3; --cut: #33291a; --lost: #ff9a8f; }
}
body { margin: 0; background: var(--paper); color: var(--ink); font: 16px/1.5 system-ui, sans-serif; }
main { max-width: 70rem; margin: 0 auto; padding: 1.5rem; }
h1, h2, h3, h4 { line-height: 1.25; }
.answer { font-size: 1.25rem; max-width: 48rem; }
.beside { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(20rem, 100%), 1fr)); gap: 0 2rem; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: 0.25rem 1rem; }
dt, small, .order { color: var(--quiet); }
dd { margin: 0; }
article { border-top: 1px solid var(--line); margin-top: 1.5rem; }
.order { overflow-wrap: anywhere; }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; min-width: 40rem; }
th, td { border-bottom: 1px solid var(--line); padding: 0.4rem 0.6rem; text-align: left; vertical-align: top; }
tbody th { font-weight: normal; white-space: nowrap; }
small { display: block; }
.cut { background: var(--cut); }
.mark { border: 1px solid currentColor; border-radius: 3px; padding: 0 0.3em; font-size: 0.75rem; }
.lost { color: var(--lost); font-weight: 600; }
@media (max-width: 30rem) { dl { grid-template-columns: 1fr; } dd { margin-bottom: 0.5rem; } }
`,
};
