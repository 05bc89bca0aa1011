/**
 * Where an entry stands in its stream: the writer (a region, or `global` in strong mode) and its number there.
 * The stored form is zero-padded, so that the sort key of the table sorts like the number.
 */
export interface Position {
  readonly writer: string;
  /** 1, 2, 3 … without gaps. */
  readonly seq: number;
}

/**
 * Of the ledger table. `eventual`: every region writes its own part and the parts are merged by the fold. `strong`: a
 * multi-region strongly consistent table, whose condition sees every region, so all write one chain.
 */
export type Consistency = 'eventual' | 'strong';

/** The one writer of a strongly consistent table. */
export const strongWriter = 'global';

export const writerIn = (region: string, consistency: Consistency): string =>
  consistency === 'strong' ? strongWriter : region;

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
