/** The figures of a run as a table. */
import type { MeasuredPage, Walk } from './measure-pages.ts';

export interface CasesSummary {
  /** That wait, and as many that are over. */
  readonly cases: number;
  readonly fillMs: number;
  readonly pages: readonly MeasuredPage[];
  readonly walk: Omit<Walk, 'lastCursor'>;
}

export const summaryText = ({ cases, fillMs, pages, walk }: CasesSummary): string => {
  const width = Math.max(...pages.map(({ name }) => name.length));
  return [
    `${count(cases)} cases that wait and as many that are over, filled in ${(fillMs / 1000).toFixed(1)} s. Over HTTP:`,
    `  ${'page'.padEnd(width)}  items  p50 ms  worst ms`,
    ...pages.map(({ name, items, p50Ms, worstMs }) =>
      [`  ${name.padEnd(width)}`, String(items).padStart(5), ms(p50Ms).padStart(6), ms(worstMs).padStart(8)].join('  '),
    ),
    `all ${count(walk.items)} waiting cases, ${walk.pages} pages one after the other: ${(walk.ms / 1000).toFixed(1)} s.`,
    '',
  ].join('\n');
};

const ms = (value: number): string => value.toFixed(1);
const count = (number: number): string => number.toLocaleString('en');
