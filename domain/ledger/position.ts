/**
 * Where an entry stands in its stream: the writer (a region, or `global` in strong mode) and its number there.
 * The stored form is zero-padded, so that the sort key of the table sorts like the number.
 */
export interface Position {
  readonly writer: string;
  /** 1, 2, 3 … without gaps. */
  readonly seq: number;
}

/** The one writer of a multi-region strongly consistent table: positions are then one chain. */
export const strongWriter = 'global';

export const formatPosition = ({ writer, seq }: Position): string =>
  `${writer}/${String(seq).padStart(seqDigits, '0')}`;

/** Undefined when `text` is not a position: the caller knows what to say about it. */
export const parsePosition = (text: string): Position | undefined => {
  const match = positionPattern.exec(text);
  return match ? { writer: match[1] as string, seq: Number(match[2]) } : undefined;
};

const seqDigits = 10;
export const writerPattern = /^[a-z0-9](?:[a-z0-9-]{0,30}[a-z0-9])?$/;
const positionPattern = /^([a-z0-9](?:[a-z0-9-]{0,30}[a-z0-9])?)\/((?!0{10})\d{10})$/;
