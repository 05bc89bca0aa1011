/** `rejoin rebuild`: builds every view anew beside the live ones, and lets the new ones take their place. */
import {
  type RebuildDeps,
  type RebuildOptions,
  type RebuildReport,
  type Rebuilt,
  rebuildGeneration,
} from '../../../projections/rebuild/rebuild-generation.ts';
import type { RebuildPhase, RebuildProgress } from '../../../projections/rebuild/rebuild-progress.ts';
import { exitClean, exitFailed } from '../exit-codes.ts';
import type { CommandIo } from '../run-on-region.ts';
import { printable } from '../text-table.ts';
import { writeJsonLine, writeOut } from '../write-out.ts';
import { type CountProgress, createCountProgress } from './count-progress.ts';

export interface RebuildCommandOptions extends Pick<RebuildOptions, 'parts' | 'acceptDifferences'> {
  readonly isJson: boolean;
}

export interface RebuildCommandDeps extends CommandIo, RebuildDeps {
  /** About how many there are; undefined where nobody knows. */
  readonly estimateEntries: () => Promise<number | undefined>;
}

/** Returns the exit code: 0 only if a new generation is live. Killed at any moment, the next run goes on. */
export const rebuildCommand = async (
  { isJson, ...options }: RebuildCommandOptions,
  deps: RebuildCommandDeps,
): Promise<number> => {
  const { output, errors } = deps;
  const total = await deps.estimateEntries();
  const progress = createCountProgress(errors, 'entries');
  try {
    const rebuilt = await rebuildGeneration(deps, {
      ...options,
      onProgress: (it) => progress.show(toCountProgress(it, total)),
    });
    progress.end();
    await (isJson ? writeJsonLine(output, rebuilt) : writeOut(output, describeRebuilt(rebuilt)));
    return rebuilt.kind === 'switched' || rebuilt.kind === 'switched-elsewhere' ? exitClean : exitFailed;
  } finally {
    progress.end();
  }
};

const toCountProgress = (it: RebuildProgress, total: number | undefined): CountProgress => ({
  done: it.entriesTotal,
  // An estimate: the ledger grows while it is read, and AWS counts its items every six hours.
  total: total && Math.max(total, it.entriesTotal),
  perSecond: it.entriesPerSecond,
  phase: `${it.generation}: ${phaseTexts[it.phase](it)}`,
});

const phaseTexts: Readonly<Record<RebuildPhase, (progress: RebuildProgress) => string>> = {
  building: ({ streamsTotal, partsDone, parts }) =>
    `${streamsTotal.toLocaleString('en')} orders, ${partsDone}/${parts} parts`,
  comparing: ({ compared }) => `comparing, ${compared.toLocaleString('en')} rows`,
  'adding-up': () => 'adding up the totals',
  switching: () => 'switching',
};

const describeRebuilt = (rebuilt: Rebuilt): string => {
  switch (rebuilt.kind) {
    case 'switched':
      return `${rebuilt.generation} is live. ${describeReport(rebuilt)}The old one stays until: rejoin generations clean\n`;
    case 'switched-elsewhere':
      return `${rebuilt.generation} is live: another rebuild of it was faster.\n`;
    case 'refused':
      return `Nothing was switched: ${rebuilt.reason}\n`;
    case 'differs':
      return (
        `Nothing was switched: ${rebuilt.generation} is not what it should be. ${describeReport(rebuilt)}` +
        'Find out why. Then rebuild again (--accept-differences switches all the same), or give it up: ' +
        `rejoin generations abandon ${rebuilt.generation}\n`
      );
  }
};

const describeReport = ({ isResumed, figures, rows, totals }: RebuildReport): string =>
  [
    `${figures.entries.toLocaleString('en')} entries of ${figures.streams.toLocaleString('en')} orders in ` +
      `${(figures.buildingMs / 1000).toFixed(1)} s, ${figures.entriesPerSecond.toLocaleString('en')}/s` +
      `${isResumed ? ', after what an earlier run had done' : ''}.`,
    `Rows: ${rows.equal} equal, ${rows.ahead} ahead, ${rows.changes} changed by the code, ${rows.differences} wrong.`,
    ...rows.firstDifferences.map(({ stream, kind, detail }) => printable(`- ${stream} ${kind}: ${detail}`)),
    `Totals: ${totals.tenantsQuiet} tenants compared, ${totals.tenantsBusy} too busy for it, ` +
      `${totals.differences} wrong.`,
    ...totals.firstDifferences.map(({ tenant, name, stored, summed }) =>
      printable(`- ${tenant} ${name}: ${stored}, and its rows add up to ${summed}`),
    ),
    '',
  ].join('\n');
