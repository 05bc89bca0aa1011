/**
 * A case as text, for a person at a terminal: the sides beside each other, what became of them and why, and what can be
 * decided. Whatever others wrote stays on its line.
 */
import type { CaseDecision } from '../../order-api/cases/case-decision.ts';
import type { CaseStep } from '../../order-api/cases/case-history.ts';
import type { CaseReport } from '../../order-api/cases/case-report.ts';
import { ageText } from '../age-text.ts';
import { printable, textTable } from '../text-table.ts';

export interface CaseTextContext {
  readonly tenant: string;
  readonly region: string;
  readonly nowMs: number;
}

export const caseText = (report: CaseReport, { nowMs, ...place }: CaseTextContext): string =>
  [
    factsText(report, nowMs),
    sidesText(report),
    historyText(report),
    decisionsText(report.decisions),
    outcomesText(report, place),
  ]
    .filter((part) => part !== '')
    .join('\n');

const factsText = (report: CaseReport, nowMs: number): string => {
  const { order, life, group } = report;
  const facts: readonly (readonly [string, string])[] = [
    ['case', `${report.caseId}, ${report.state}${sinceText(report, nowMs)}`],
    ['order', report.orderId],
    ['status', `${order.status}${order.provisional ? ' (provisional)' : ''}, ${order.class}`],
    ['entry', `${report.position}, accepted in ${report.acceptedIn}`],
    ['why', report.reasons.length === 0 ? 'there is nothing to decide about it' : report.reasons.join(', ')],
    ...(report.opponents.length === 0 ? [] : [['against', report.opponents.join(', ')] as const]),
    ...(report.fields.length === 0 ? [] : [['in dispute', report.fields.join(', ')] as const]),
    ...(group ? [['group', `${group.commandId}, of the orders ${group.orderIds.join(', ')}`] as const] : []),
    ...(report.settledBy === undefined ? [] : [['settled by', report.settledBy] as const]),
    ...(life ? [['review', reviewText(life)] as const] : []),
    ...Object.entries(order.money).map(([kind, amount]) => [kind, String(amount)] as const),
    ['complete to', order.token],
    ...(order.openCases.length < 2 ? [] : [['open cases', order.openCases.join(', ')] as const]),
  ];
  const width = Math.max(...facts.map(([name]) => name.length));
  return facts.map(([name, text]) => `${printable(`${name.padEnd(width)}  ${text}`)}\n`).join('');
};

const sinceText = ({ state, life }: CaseReport, nowMs: number): string =>
  life?.state === state && life.since !== undefined ? ` since ${ageText(nowMs - Date.parse(life.since))}` : '';

const reviewText = ({ workflow, lookAt, askedAt, escalations }: NonNullable<CaseReport['life']>): string =>
  [
    workflow === 0 ? 'no workflow here' : `workflow ${workflow}`,
    ...(lookAt === undefined ? [] : [`looks again at ${lookAt}`]),
    ...(askedAt === undefined ? [] : [`a person was asked at ${askedAt}`]),
    ...(escalations === 0 ? [] : [`escalated ${escalations} times`]),
  ].join(', ');

/** What differs is marked with a star. */
const sidesText = ({ branches }: CaseReport): string => {
  if (!branches) return '';
  const { base, regions, differences } = branches;
  const sides = [base, ...regions];
  const row = (name: string, valueIn: (side: (typeof sides)[number]) => unknown): readonly string[] => [
    `${differences.includes(name) ? '*' : ' '} ${name}`,
    ...sides.map((side) => valueText(valueIn(side))),
  ];
  const names = [...new Set(sides.flatMap(({ fields }) => Object.keys(fields)))];
  const kinds = [...new Set(sides.flatMap(({ money }) => Object.keys(money)))];
  return textTable(
    ['  side', 'base', ...regions.map(({ region }) => region)],
    [
      row('status', ({ status }) => status),
      ...kinds.map((kind) => row(kind, ({ money }) => money[kind])),
      ...names.map((name) => row(name, ({ fields }) => fields[name])),
    ],
  );
};

const historyText = ({ history, leftOut }: CaseReport): string => {
  const rows = history.map((step) => [
    step.id,
    step.position,
    `${step.source}${step.actor === undefined ? '' : `, ${step.actor}`}`,
    step.events.map(({ type, data }) => (isEmpty(data) ? type : `${type} ${valueText(data)}`)).join(', '),
    becameText(step),
  ]);
  const older = leftOut > 0 ? `and ${leftOut} older\n` : '';
  return `${textTable(['entry', 'position', 'by', 'events', 'status'], rows)}${older}`;
};

const isEmpty = (data: object | undefined): boolean => data === undefined || Object.keys(data).length === 0;

const becameText = ({ accepted, from, to, case: found }: CaseStep): string => {
  const moved = accepted ? (from === to ? to : `${from} -> ${to}`) : `rejected, stays ${to}`;
  if (!found) return moved;
  const settled = found.settledBy === undefined ? '' : ', settled';
  return `${moved} (${found.reasons.join(', ')}${settled})`;
};

const decisionsText = (decisions: readonly CaseDecision[]): string =>
  decisions.length === 0
    ? ''
    : textTable(
        ['decided', 'by', 'in', 'entry', 'outcome', 'reason'],
        decisions.map((it) => [
          it.decidedAt,
          it.actor ?? '-',
          it.region,
          it.entryId,
          `${outcomeText(it)}${it.stands ? '' : ' (does not stand)'}`,
          it.reason,
        ]),
      );

const outcomesText = (
  { outcomes, caseId, order, life }: CaseReport,
  { tenant, region }: Omit<CaseTextContext, 'nowMs'>,
): string => {
  if (outcomes.length === 0) return '';
  const rows = outcomes.map(({ outcome, preview }, index) => [
    String(index + 1),
    outcomeText(outcome),
    `${preview.status}${preview.provisional ? ' (provisional)' : ''}, ${preview.class}`,
    preview.openCases.length === 0 ? '-' : preview.openCases.join(', '),
    [...preview.legalMoves.decisions, ...preview.legalMoves.facts].join(', '),
  ]);
  const table = textTable(['outcome', 'decides', 'the order is then', 'still open', 'then possible'], rows);
  const named = life ? caseId : `${caseId} --order ${order.orderId}`;
  const place = `--region ${region} --tenant ${tenant}`;
  return `${table}\nrejoin cases resolve ${named} ${place} --outcome N --if-match ${order.token} --reason TEXT\n`;
};

/** Of a decision or of an outcome that is offered. */
export const outcomeText = ({
  status,
  fields = {},
}: {
  readonly status?: string | undefined;
  readonly fields?: Readonly<Record<string, unknown>> | undefined;
}): string => {
  const said = [
    ...(status === undefined ? [] : [`status ${status}`]),
    ...Object.entries(fields).map(([name, value]) => `${name} ${valueText(value)}`),
  ];
  return said.length === 0 ? 'stays as it is' : said.join(', ');
};

const valueText = (value: unknown): string => {
  if (value === undefined) return '-';
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return text.length > valueLengthMax ? `${text.slice(0, valueLengthMax)}…` : text;
};

/** `--json` has it whole. */
const valueLengthMax = 120;
