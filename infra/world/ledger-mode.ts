/**
 * Which consistency the ledger of a state directory has. As in AWS a table's never changes: one chain and a part for every
 * region in one table would be neither. Nor do the regions of a strong one: two others would agree without having what
 * two of these agreed on.
 */
import { existsSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Consistency } from '../../domain/ledger/position.ts';

export interface LedgerMode {
  readonly directory: string;
  readonly regions: readonly string[];
  readonly consistency: Consistency;
}

/** Notes it at the first start. Throws where the ledger that lies there has another. */
export const keepConsistency = async ({ directory, regions, consistency }: LedgerMode): Promise<void> => {
  const path = join(directory, fileName);
  const noted = await readFile(path, 'utf8').catch(() => undefined);
  const wanted = describe(consistency, regions);
  // A ledger without a note is older than the choice.
  const isOld = regions.some((region) => existsSync(join(directory, region)));
  const standing = noted?.trim() ?? (isOld ? describe('eventual', regions) : wanted);
  if (standing !== wanted)
    throw new Error(
      `The consistency of the ledger in ${directory} is ${standing}, and that never changes. Clear it with --fresh, or name another directory with --state.`,
    );
  if (noted !== undefined) return;
  await mkdir(directory, { recursive: true });
  await writeFile(path, `${wanted}\n`);
};

const fileName = 'ledger-consistency';

const describe = (consistency: Consistency, regions: readonly string[]): string =>
  consistency === 'strong' ? `strong over ${regions.toSorted().join(', ')}` : 'eventual';
