/** The sides of a case, value by value, and where they differ. Pure. */
import type { ShownBranches } from '../../../order-api/cases/case-report.ts';

export interface ComparedRow {
  readonly kind: 'status' | 'money' | 'field';
  readonly name: string;
  /** What both sides had seen. */
  readonly base: unknown;
  /** In the order of the regions. */
  readonly sides: readonly ComparedValue[];
  /** The sides do not agree. */
  readonly differs: boolean;
}

export interface ComparedValue {
  readonly region: string;
  readonly value: unknown;
  /** This side has changed it. */
  readonly isChanged: boolean;
}

/** Status first, then money, then the fields by name; a field of several parts by its parts, so that one sees which differs. */
export const compareSides = ({ base, regions, differences }: ShownBranches): readonly ComparedRow[] => {
  const all = [base, ...regions];
  const row = (kind: ComparedRow['kind'], name: string, valueIn: (side: Side) => unknown): ComparedRow => {
    const texts = regions.map((side) => textOf(valueIn(side)));
    const sides = regions.map((side, at) => ({
      region: side.region,
      value: valueIn(side),
      isChanged: texts[at] !== textOf(valueIn(base)),
    }));
    const isSaidToDiffer = kind !== 'money' && differences.includes(name);
    return { kind, name, base: valueIn(base), sides, differs: isSaidToDiffer || new Set(texts).size > 1 };
  };
  const fieldRows = (name: string): readonly ComparedRow[] => {
    const values = all.map(({ fields }) => fields[name]).filter((value) => value !== undefined);
    if (!values.every(hasParts)) return [row('field', name, ({ fields }) => fields[name])];
    return namesIn(values).map((part) => row('field', `${name}.${part}`, ({ fields }) => partOf(fields[name], part)));
  };
  return [
    row('status', 'status', ({ status }) => status),
    ...namesIn(all.map(({ money }) => money)).map((name) => row('money', name, ({ money }) => money[name])),
    ...namesIn(all.map(({ fields }) => fields)).flatMap(fieldRows),
  ];
};

type Side = Pick<ShownBranches['base'], 'status' | 'money' | 'fields'>;

const namesIn = (objects: readonly object[]): readonly string[] =>
  [...new Set(objects.flatMap((it) => Object.keys(it)))].sort();

const hasParts = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && !('sealed' in value);

const partOf = (value: unknown, part: string): unknown => (hasParts(value) ? value[part] : undefined);

/** Of a part of an answer: its names come in one order from every region. */
const textOf = (value: unknown): string => JSON.stringify(value) ?? '';
