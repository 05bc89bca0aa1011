/** `rejoin what-if`: which orders another lifecycle would change, and how. Nothing is stored, nobody is alerted. */
import type { OrderChange, OrderStanding } from '../../../projections/rebuild/order-change.ts';
import {
  type WhatIfDeps,
  type WhatIfProgress,
  type WhatIfSummary,
  whatIf,
} from '../../../projections/rebuild/what-if.ts';
import { exitClean, exitFailed } from '../exit-codes.ts';
import type { CommandIo } from '../run-on-region.ts';
import { writeJsonLine, writeOut } from '../write-out.ts';
import { createCountProgress } from './count-progress.ts';

export interface WhatIfCommandOptions {
  readonly isJson: boolean;
  readonly parts?: number | undefined;
}

export interface WhatIfCommandDeps extends CommandIo, WhatIfDeps {}

/** Returns the exit code: 1 when some order would change. */
export const whatIfCommand = async (
  { isJson, parts }: WhatIfCommandOptions,
  deps: WhatIfCommandDeps,
): Promise<number> => {
  const { output, errors } = deps;
  const progress = createCountProgress(errors, 'entries');
  try {
    const summary = await whatIf(deps, {
      parts,
      onChange: (change) => (isJson ? writeJsonLine(output, change) : writeOut(output, toLine(change))),
      onProgress: (it) => progress.show({ done: it.entries, phase: phaseOf(it) }),
    });
    progress.end();
    await (isJson ? writeJsonLine(output, { summary }) : writeOut(output, summaryText(summary)));
    return summary.changed > 0 ? exitFailed : exitClean;
  } finally {
    progress.end();
  }
};

const phaseOf = ({ streams, changed, partsDone, parts }: WhatIfProgress): string =>
  `${streams.toLocaleString('en')} orders, ${changed.toLocaleString('en')} would change, ${partsDone}/${parts} parts`;

const toLine = ({ stream, before, after }: OrderChange): string =>
  `${[
    stream,
    move('status', before.status, after.status),
    move('class', before.class, after.class),
    move('open cases', describeCases(before), describeCases(after)),
  ].join('  ')}\n`;

/** Both sides stand there even when they are equal: a line is read by itself, or cut into columns. */
const move = (name: string, before: string, after: string): string => `${name} ${before} → ${after}`;

const describeCases = ({ openCases }: OrderStanding): string => {
  const states = Object.values(openCases);
  if (states.length === 0) return '0';
  const counts = new Map<string, number>();
  for (const state of states) counts.set(state, (counts.get(state) ?? 0) + 1);
  return [...counts].map(([state, count]) => `${count} ${state}`).join(' + ');
};

const summaryText = ({ entries, streams, changed, changedBy }: WhatIfSummary): string =>
  `${changed.toLocaleString('en')} of ${streams.toLocaleString('en')} orders (${entries.toLocaleString('en')} entries) ` +
  `would change: ${changedBy.status} in status, ${changedBy.class} in class, ${changedBy['open-cases']} in open cases.\n`;
