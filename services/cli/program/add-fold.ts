/** `rejoin fold`: no ledger, no network. */
import { type Command, Option } from 'commander';
import { lifecycles } from '../../../domain/lifecycle/lifecycles.ts';
import { retail } from '../../../domain/lifecycle/retail.ts';
import { sha256 } from '../../../infra/node/sha256.ts';
import { foldCommand } from '../commands/fold.ts';

export const addFold = (program: Command): void => {
  program
    .command('fold')
    .description('entries as NDJSON on standard input, one folded state a stream out')
    .addOption(new Option('--lifecycle <name>', 'how to fold').choices([...lifecycles.keys()]).default(retail.name))
    .action(async ({ lifecycle }: { lifecycle: string }) => {
      process.exitCode = await foldCommand({
        input: process.stdin,
        output: process.stdout,
        errors: process.stderr,
        lifecycle: lifecycles.get(lifecycle) ?? retail,
        sha256,
        ...(process.stderr.isTTY && { onProgress: showLines }),
      });
    });
};

const showLines = (lines: number): void => {
  process.stderr.write(`\r${lines.toLocaleString('en')} lines read`);
};
