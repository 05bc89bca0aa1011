/** Where the parts of a sequence stand when it is drawn, in CSS pixels: a row for each, the regions side by side. Pure. */
import { rowText, type Sequence } from './sequence.ts';

export const sequenceSizes = { head: 34, row: 40, remark: 14, column: 280, left: 24, charactersMax: 36 } as const;

export interface SequenceLayout {
  readonly width: number;
  readonly height: number;
  readonly lifelines: readonly { readonly region: string; readonly x: number }[];
  readonly entries: readonly {
    readonly x: number;
    readonly y: number;
    readonly text: string;
    readonly remark: string | undefined;
    readonly region: string;
  }[];
  /** That a region first knew of an entry of another. */
  readonly notices: readonly {
    readonly fromX: number;
    readonly toX: number;
    readonly y: number;
    readonly text: string;
    readonly colourRegion: string;
  }[];
}

export const drawSequence = ({ lanes, rows }: Sequence): SequenceLayout => {
  const { head, row: rowHeight, column, left } = sequenceSizes;
  const xOf = (lane: number): number => left + lane * column;
  const placed = rows.map((row, i) => ({ row, y: head + (i + 0.75) * rowHeight }));
  return {
    width: left + lanes.length * column,
    height: head + (rows.length + 0.5) * rowHeight,
    lifelines: lanes.map((region, lane) => ({ region, x: xOf(lane) })),
    entries: placed.flatMap(({ row, y }) => {
      if (row.kind !== 'entry') return [];
      const text = rowText({ ...row, remark: undefined });
      return [{ x: xOf(row.lane), y, text: shorten(text), remark: row.remark, region: lanes[row.lane] ?? '' }];
    }),
    notices: placed.flatMap(({ row, y }) => {
      if (row.kind !== 'saw') return [];
      const direction = Math.sign(row.to - row.from);
      return [
        {
          fromX: xOf(row.from),
          toX: xOf(row.to) - direction * 2,
          y,
          text: rowText(row),
          colourRegion: lanes[row.from] ?? '',
        },
      ];
    }),
  };
};

/** What is wider than its column would cross the next line. */
const shorten = (text: string): string => {
  const characters = [...text];
  const { charactersMax } = sequenceSizes;
  return characters.length > charactersMax ? `${characters.slice(0, charactersMax - 1).join('')}…` : text;
};
