/**
 * The command line, `rejoin`: says which commands there are and gives each what it works on. What a command does stands
 * in commands/. Exit codes: 0 done, 1 failed, 2 wrong usage or input.
 */
import { Command, CommanderError, InvalidArgumentError, Option } from 'commander';
import { writerPattern } from '../../domain/ledger/position.ts';
import { lifecycles } from '../../domain/lifecycle/lifecycles.ts';
import { retail } from '../../domain/lifecycle/retail.ts';
import { sha256 } from '../../infra/node/sha256.ts';
import { startWorld } from '../../infra/world/main.ts';
import { playHistories } from '../../infra/world/play/play.ts';
import { defaultPortBase } from './commands/describe-world.ts';
import { type FaultKind, faultCommand } from './commands/fault.ts';
import { foldCommand } from './commands/fold.ts';
import { type UpOptions, upCommand } from './commands/up.ts';

const main = async (args: readonly string[]): Promise<void> => {
  const program = new Command('rejoin')
    .description('an event-sourced order ledger for order APIs that take writes in several regions at once')
    .exitOverride()
    .showHelpAfterError('(--help says more)');
  addUp(program);
  addFault(program);
  addFold(program);
  try {
    await program.parseAsync([...args], { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    process.exitCode = error.exitCode === 0 ? 0 : exitUsage;
  }
};

const exitUsage = 2;

const addUp = (program: Command): void => {
  program
    .command('up')
    .description('boot the world: regions, replication, order APIs')
    .option('--port-base <port>', 'report and faults here, the APIs on the ports after it', toPort, defaultPortBase)
    .option('--regions <names>', 'the first one is the primary', toRegions, ['us-east-1', 'eu-west-1'])
    .option('--state <directory>', 'keeps the data between boots', '.rejoin')
    .option('--fresh', 'clear what an earlier world left there', false)
    .option('--once', 'in memory, and end after the report: 0 only if nothing was lost and all regions agree', false)
    .option('--play', 'play real order histories through a partition, and report', false)
    .option('--data <directory>', "histories in Olist's format; without it an excerpt is played")
    .option('--json', 'print the report as one JSON object', false)
    .action(async (options: UpOptions) => {
      process.exitCode = await upCommand(options, {
        startWorld,
        playHistories,
        output: process.stdout,
        errors: process.stderr,
        stopRequested: firstSignal(),
      });
      // A pipe that nobody reads, or a play that was cut short, must not keep an ended world's process alive.
      process.stdout.write('', () => process.exit());
    });
};

const addFault = (program: Command): void => {
  const kinds: readonly FaultKind[] = ['lag', 'partition', 'outage', 'heal'];
  const descriptions: Readonly<Record<FaultKind, string>> = {
    lag: 'items cross late',
    partition: 'nothing crosses',
    outage: 'a region answers nothing',
    heal: 'ends faults',
  };
  const fault = program.command('fault').description('switch a fault of the running world');
  for (const kind of kinds) {
    const command = fault
      .command(kind)
      .description(descriptions[kind])
      .addOption(new Option('--from <region>', 'every region when left out').makeOptionMandatory(kind === 'outage'))
      .option('--port-base <port>', 'of the running world', toPort, defaultPortBase);
    if (kind !== 'outage')
      command.option('--to <region>', 'every region when left out').option('--one-way', 'not back as well', false);
    if (kind === 'lag') command.requiredOption('--ms <milliseconds>', 'on average', toMilliseconds);
    command.action(async (options) => {
      const io = { output: process.stdout, errors: process.stderr };
      process.exitCode = await faultCommand({ oneWay: false, ...options, kind }, io);
    });
  }
};

const addFold = (program: Command): void => {
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

/** The first one asks. A second one, or a stop that takes too long, ends the process and takes the children with it. */
const firstSignal = (): Promise<NodeJS.Signals> =>
  new Promise((resolve) => {
    let isAsked = false;
    const onSignal = (signal: NodeJS.Signals): void => {
      const end = () => process.exit(signal === 'SIGINT' ? 130 : 143);
      if (isAsked) end();
      isAsked = true;
      setTimeout(end, stopMsMax).unref();
      resolve(signal);
    };
    process.on('SIGINT', onSignal);
    process.on('SIGTERM', onSignal);
  });

const stopMsMax = 15_000;

const toPort = (text: string): number => {
  const port = Number(text);
  if (!/^\d+$/.test(text) || port < 1024 || port > portBaseMax)
    throw new InvalidArgumentError(`must be a port from 1024 to ${portBaseMax}`);
  return port;
};

/** Room for the regions' ports after it. */
const portBaseMax = 65_500;

const toMilliseconds = (text: string): number => {
  if (!/^\d{1,8}$/.test(text)) throw new InvalidArgumentError('must be a whole number');
  return Number(text);
};

const toRegions = (text: string): readonly string[] => {
  const names = text.split(',').map((name) => name.trim());
  if (names.length < 2 || names.length > regionsMax || new Set(names).size < names.length)
    throw new InvalidArgumentError(`must be 2 to ${regionsMax} different names, as in us-east-1,eu-west-1`);
  for (const name of names)
    if (!writerPattern.test(name)) throw new InvalidArgumentError(`${name} is not a region's name`);
  return names;
};

const regionsMax = 5;

await main(process.argv.slice(2));
