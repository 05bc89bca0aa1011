/** `rejoin generations list`, `clean` and `abandon`: which views are live, which are being built, which may go. */
import type { Clock } from '../../../domain/ports/clock.ts';
import type { GenerationStore } from '../../../projections/generations/generation-store.ts';
import { abandonGeneration, type Generation } from '../../../projections/generations/generations.ts';
import { type CleanDeps, cleanGenerations } from '../../../projections/rebuild/clean-generations.ts';
import { ageText } from '../age-text.ts';
import { exitClean, exitFailed } from '../exit-codes.ts';
import type { CommandIo } from '../run-on-region.ts';
import { textTable } from '../text-table.ts';
import { writeJsonLine, writeOut } from '../write-out.ts';
import { createCountProgress } from './count-progress.ts';

export interface GenerationsDeps extends CommandIo {
  readonly generations: GenerationStore;
  readonly clock: Clock;
}

export const listGenerations = async (
  { isJson }: { isJson: boolean },
  { generations, clock, output }: GenerationsDeps,
): Promise<number> => {
  const standing = await generations.read();
  if (isJson) for (const generation of standing.generations) await writeJsonLine(output, generation);
  else {
    const rows = standing.generations.map((it) => toRow(it, clock.nowMs()));
    await writeOut(output, textTable(['name', 'state', 'since', 'version', 'lifecycle'], rows));
  }
  return exitClean;
};

/** The generation of the first boot was begun by nobody: it has no date and no version. */
const toRow = ({ name, state, sinceMs, version, lifecycle }: Generation, nowMs: number): readonly string[] => [
  name,
  state,
  sinceMs === 0 ? 'the beginning' : `${ageText(nowMs - sinceMs)} ago`,
  version || '-',
  lifecycle || '-',
];

export interface CleanCommandOptions {
  /** Without the wait for readers that still hold the name. */
  readonly isNow: boolean;
  readonly isJson: boolean;
}

export const cleanCommand = async (
  { isNow, isJson }: CleanCommandOptions,
  deps: GenerationsDeps & CleanDeps & { readonly checkStop: () => void },
): Promise<number> => {
  const { output, errors, clock, checkStop } = deps;
  const progress = createCountProgress(errors, 'rows');
  try {
    const cleaned = await cleanGenerations(deps, {
      ...(isNow && { graceMs: 0 }),
      onProgress: ({ generation, rows }) => {
        progress.show({ done: rows, phase: `removing ${generation}` });
        checkStop();
      },
    });
    progress.end();
    if (isJson) await writeJsonLine(output, cleaned);
    else for (const name of cleaned.removed) await writeOut(output, `removed ${name}\n`);
    for (const { name, readyAtMs } of cleaned.waiting)
      errors.write(`${name} is kept for readers that may still hold it, ${untilText(readyAtMs - clock.nowMs())}\n`);
    if (cleaned.removed.length + cleaned.waiting.length === 0) errors.write('There is nothing to clean.\n');
    return exitClean;
  } finally {
    progress.end();
  }
};

const untilText = (ms: number): string => `for another ${ageText(ms)}: --now removes it all the same`;

export const abandonCommand = async (
  { name, isJson }: { readonly name: string; readonly isJson: boolean },
  { generations, clock, output, errors }: GenerationsDeps,
): Promise<number> => {
  const step = await generations.change((before) => abandonGeneration(before, name, clock.nowMs()));
  if (step.kind === 'refused') {
    errors.write(`rejoin generations abandon: ${step.reason}. See: rejoin generations list\n`);
    return exitFailed;
  }
  if (isJson) await writeJsonLine(output, { abandoned: step.name });
  else await writeOut(output, `abandoned ${step.name}\n`);
  errors.write('Its rows are removed by: rejoin generations clean\n');
  return exitClean;
};
