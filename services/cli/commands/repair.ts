/** `rejoin repair`: puts back entries that were changed or removed in place, and says what it could not put back. */
import type { EventStore } from '../../../domain/ports/event-store.ts';
import {
  type RepairDeps,
  type RepairOutcome,
  repairLedger,
  tamperedName,
} from '../../../projections/repair/repair-ledger.ts';
import { exitClean, exitFailed } from '../exit-codes.ts';
import type { CommandIo } from '../run-on-region.ts';
import { printable } from '../text-table.ts';
import { writeJsonLine, writeOut } from '../write-out.ts';
import { createCountProgress } from './count-progress.ts';

export interface RepairCommandOptions {
  readonly isDryRun: boolean;
  /** Read the whole ledger, too, for damage of which nobody kept an image. */
  readonly isScan: boolean;
  readonly isJson: boolean;
}

export interface RepairCommandDeps extends CommandIo, RepairDeps {
  readonly eventStore: Pick<EventStore, 'load' | 'scan'>;
  /** Throws where the command is to end. */
  readonly checkStop: () => void;
}

type Finding = RepairOutcome | UnkeptDamage;

interface UnkeptDamage {
  readonly kind: 'not-kept';
  readonly stream: string;
  readonly position: string;
  readonly reason: string;
}

/** Returns the exit code: 1 when something is left to do. */
export const repairCommand = async (options: RepairCommandOptions, deps: RepairCommandDeps): Promise<number> => {
  const { output, errors, checkStop } = deps;
  const counts = { restored: 0, 'would-restore': 0, right: 0, left: 0, 'not-kept': 0 };
  const handled = new Set<string>();
  for await (const finding of findings(options, deps, handled)) {
    counts[finding.kind]++;
    await (options.isJson ? writeJsonLine(output, finding) : writeOut(output, toLine(finding)));
    checkStop();
  }
  errors.write(`${summary(counts)}\n`);
  return counts.left + counts['would-restore'] + counts['not-kept'] > 0 ? exitFailed : exitClean;
};

async function* findings(
  { isDryRun, isScan }: RepairCommandOptions,
  deps: RepairCommandDeps,
  handled: Set<string>,
): AsyncGenerator<Finding> {
  for await (const outcome of repairLedger(deps, { isDryRun })) {
    handled.add(tamperedName(outcome.stream, outcome.position));
    yield outcome;
  }
  if (isScan) yield* findUnkept(deps, handled);
}

async function* findUnkept(
  { eventStore, errors, checkStop }: RepairCommandDeps,
  handled: ReadonlySet<string>,
): AsyncGenerator<UnkeptDamage> {
  const progress = createCountProgress(errors, 'orders');
  let done = 0;
  try {
    for await (const { streams } of eventStore.scan({ part: 0, parts: 1 })) {
      checkStop();
      for (const { stream, damaged } of streams)
        for (const { position, reason } of damaged)
          if (!handled.has(tamperedName(stream, position))) yield { kind: 'not-kept', stream, position, reason };
      done += streams.length;
      progress.show({ done });
    }
  } finally {
    progress.end();
  }
}

const toLine = (finding: Finding): string => {
  const at = `${finding.stream} ${finding.position}`;
  return `${printable(`${verdicts[finding.kind].padEnd(14)}  ${at}${detail(finding)}`)}\n`;
};

const verdicts: Readonly<Record<Finding['kind'], string>> = {
  restored: 'restored',
  'would-restore': 'would restore',
  right: 'already right',
  left: 'not restored',
  'not-kept': 'not restorable',
};

const detail = (finding: Finding): string => {
  switch (finding.kind) {
    case 'restored':
    case 'would-restore':
      return `: ${foundTexts[finding.found]}`;
    case 'left':
      return `: ${finding.reason}`;
    case 'not-kept':
      return `: ${finding.reason}; no image of it was kept. Point-in-time recovery may still have it`;
    case 'right':
      return '';
  }
};

const foundTexts = {
  missing: 'it had been removed',
  damaged: 'it had been damaged',
  'other-entry': 'another entry, valid in itself, had been put in its place',
} as const;

const summary = (counts: Readonly<Record<Finding['kind'], number>>): string => {
  const said = Object.entries(verdicts).filter(([kind]) => counts[kind as Finding['kind']] > 0);
  if (said.length === 0) return 'Nothing is known to be damaged.';
  return `${said.map(([kind, verdict]) => `${counts[kind as Finding['kind']]} ${verdict}`).join(', ')}.`;
};
