/**
 * The command line, `rejoin`: says which commands there are. What each takes stands in program/, what it does in
 * commands/. Exit codes: 0 done, 1 failed or something was found, 2 wrong usage or input.
 */
import { Command, CommanderError } from 'commander';
import { exitClean, exitUsage } from './exit-codes.ts';
import { addCases } from './program/add-cases.ts';
import { addDlq } from './program/add-dlq.ts';
import { addFold } from './program/add-fold.ts';
import { addGenerations } from './program/add-generations.ts';
import { addOrders } from './program/add-orders.ts';
import { addPlan } from './program/add-plan.ts';
import { addRebuild } from './program/add-rebuild.ts';
import { addRepair } from './program/add-repair.ts';
import { addWhatIf } from './program/add-what-if.ts';
import { addFault, addToken, addUp } from './program/add-world.ts';

const commands = [
  addUp,
  addFault,
  addToken,
  addFold,
  addOrders,
  addCases,
  addRebuild,
  addGenerations,
  addWhatIf,
  addDlq,
  addRepair,
  addPlan,
];

const main = async (args: readonly string[]): Promise<void> => {
  const program = new Command('rejoin')
    .description('an event-sourced order ledger for order APIs that take writes in several regions at once')
    .exitOverride()
    .showHelpAfterError('(--help says more)');
  for (const add of commands) add(program);
  try {
    await program.parseAsync([...args], { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    process.exitCode = error.exitCode === 0 ? exitClean : exitUsage;
  }
};

// Whoever reads only the first lines has what they want.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
  process.exit();
});

await main(process.argv.slice(2));
