/**
 * A sequence as text of a Mermaid diagram, to be pasted where people write about an incident. Names of others are escaped:
 * no text can end its line, begin another statement or become markup. Pure.
 */

import { rowText, type Sequence, type SequenceRow } from './sequence.ts';
import { shortPosition } from './short-position.ts';

export const sequenceToMermaid = ({ lanes, rows }: Sequence): string =>
  [
    'sequenceDiagram',
    '  participant callers',
    ...lanes.map((region, lane) => `  participant ${nameOf(lane)} as ${escaped(region)}`),
    ...rows.map((row) => `  ${statementOf(row)}`),
    '',
  ].join('\n');

const statementOf = (row: SequenceRow): string => {
  if (row.kind === 'saw') return `${nameOf(row.from)}-->>${nameOf(row.to)}: ${escaped(rowText(row))}`;
  const arrow = row.remark === undefined ? '->>' : '-x';
  return `callers${arrow}${nameOf(row.lane)}: ${escaped(`${shortPosition(row.position)} ${rowText(row)}`)}`;
};

const nameOf = (lane: number): string => `r${lane}`;

/** Mermaid reads `#` with a number and `;` as the character of that number. */
const escaped = (text: string): string =>
  [...cut(text)]
    .map((character) => (plain.test(character) ? character : `#${character.codePointAt(0)};`))
    .join('')
    .replaceAll('#10;', ' ');

const plain = /^[A-Za-z0-9 .,:()/_-]$/;

const cut = (text: string): string => (text.length > textLengthMax ? `${text.slice(0, textLengthMax)}...` : text);

/** A type may have 64 characters and an entry many types: enough to tell them by. */
const textLengthMax = 200;
