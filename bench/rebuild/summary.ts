/** The middle of some rounds, as entries a second and as ratios, which say more than seconds of one machine. */
import type { MeasuredRound } from './measure-rebuild.ts';

export interface RebuildSummary {
  readonly entries: number;
  readonly rows: number;
  readonly scanEntriesPerSecond: number;
  readonly floorEntriesPerSecond: number;
  readonly buildEntriesPerSecond: number;
  readonly rebuildEntriesPerSecond: number;
  /** Entries a second of building, to those of a bare scan. */
  readonly buildToScan: number;
  /** The same, to those of a bare scan and bare writes. */
  readonly buildToFloor: number;
}

export const summarize = (rounds: readonly MeasuredRound[]): RebuildSummary => {
  const [first] = rounds;
  if (!first) throw new Error('a summary needs a round');
  const { entries, rows } = first;
  const rate = (ms: (round: MeasuredRound) => number) => Math.round((entries * 1000) / median(rounds.map(ms)));
  return {
    entries,
    rows,
    scanEntriesPerSecond: rate(({ scanMs }) => scanMs),
    floorEntriesPerSecond: rate(({ scanMs, writeMs }) => scanMs + writeMs),
    buildEntriesPerSecond: rate(({ buildMs }) => buildMs),
    rebuildEntriesPerSecond: rate(({ rebuildMs }) => rebuildMs),
    buildToScan: median(rounds.map(({ scanMs, buildMs }) => scanMs / buildMs)),
    buildToFloor: median(rounds.map(({ scanMs, writeMs, buildMs }) => (scanMs + writeMs) / buildMs)),
  };
};

export const summaryText = (it: RebuildSummary): string =>
  [
    `${count(it.entries)} entries, ${count(it.rows)} rows, entries a second (median):`,
    `  bare parallel scan        ${count(it.scanEntriesPerSecond)}`,
    `  bare scan and row writes  ${count(it.floorEntriesPerSecond)}`,
    `  rebuild, until built      ${count(it.buildEntriesPerSecond)}`,
    `  rebuild, until switched   ${count(it.rebuildEntriesPerSecond)}`,
    `building runs at ${it.buildToScan.toFixed(2)} of the bare scan, ${it.buildToFloor.toFixed(2)} of scan and writes.`,
    '',
  ].join('\n');

const median = (numbers: readonly number[]): number => {
  const sorted = [...numbers].sort((left, right) => left - right);
  const middle = Math.floor(sorted.length / 2);
  const [low, high] = [sorted[sorted.length % 2 === 0 ? middle - 1 : middle] ?? 0, sorted[middle] ?? 0];
  return (low + high) / 2;
};

const count = (number: number): string => number.toLocaleString('en').padStart(8);
