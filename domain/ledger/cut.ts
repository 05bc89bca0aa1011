/**
 * How much of a stream somebody has seen: per writer, the number of the last entry (a version vector).
 * A cut is a gapless prefix of every writer's part, so covering a number means covering all before it.
 */
import { type Position, parsePosition } from './position.ts';

export type Cut = Readonly<Record<string, number>>;

export const emptyCut: Cut = {};

export const seqAt = (cut: Cut, writer: string): number => (Object.hasOwn(cut, writer) ? (cut[writer] as number) : 0);

export const coversPosition = (cut: Cut, position: Position): boolean => seqAt(cut, position.writer) >= position.seq;

/** Whether the entry lies within. What stands at no position does not. */
export const coversEntry = (cut: Cut, entry: { readonly position: string }): boolean => {
  const position = parsePosition(entry.position);
  return position !== undefined && coversPosition(cut, position);
};

export const coversCut = (cut: Cut, other: Cut): boolean => {
  for (const writer in other) if (seqAt(cut, writer) < (other[writer] as number)) return false;
  return true;
};

export const equalCuts = (left: Cut, right: Cut): boolean => coversCut(left, right) && coversCut(right, left);

/** The cut as a token, `eu-west-1:3,us-east-1:7`: ETag and causality token of the API. Writers are sorted, zeros left out. */
export const cutToToken = (cut: Cut): string =>
  Object.keys(cut)
    .filter((writer) => seqAt(cut, writer) > 0)
    .sort()
    .map((writer) => `${writer}:${cut[writer]}`)
    .join(',');

/** Undefined when `token` is none. The empty token is the empty cut. */
export const parseToken = (token: string): Cut | undefined => {
  if (token === '') return emptyCut;
  const cut: Record<string, number> = {};
  for (const part of token.split(',')) {
    const match = tokenPartPattern.exec(part);
    if (!match || Object.hasOwn(cut, match[1] as string)) return undefined;
    cut[match[1] as string] = Number(match[2]);
  }
  return cut;
};

const tokenPartPattern = /^([a-z0-9](?:[a-z0-9-]{0,30}[a-z0-9])?):([1-9]\d{0,9})$/;
