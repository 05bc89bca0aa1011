/** `rejoin up`, `rejoin fault` and `rejoin token`: the world on this machine. */
import { type Command, InvalidArgumentError, Option } from 'commander';
import { reviewVariables } from '../../../infra/settings/review-settings.ts';
import { tokenSecondsMax } from '../../../infra/world/control/world-requests.ts';
import { startWorld } from '../../../infra/world/main.ts';
import { playHistories } from '../../../infra/world/play/play.ts';
import { openWorldDashboard } from '../../dashboard/world-dashboard.ts';
import { scopes } from '../../order-api/caller.ts';
import { defaultPortBase } from '../commands/describe-world.ts';
import { type FaultKind, faultCommand } from '../commands/fault.ts';
import { type TokenOptions, tokenCommand } from '../commands/token.ts';
import { type UpOptions, upCommand } from '../commands/up.ts';
import { listenForStop } from '../stop-signal.ts';
import {
  defaultTenant,
  toCount,
  toMilliseconds,
  toName,
  toPort,
  toRegion,
  toRegions,
  toScopes,
  withJson,
} from './options.ts';

export const addUp = (program: Command): void => {
  program
    .command('up')
    .description('boot the world: regions, replication, order APIs')
    .option(
      '--port-base <port>',
      'dashboard, report and faults here, the APIs on the ports after it',
      toPort,
      defaultPortBase,
    )
    .option('--regions <names>', 'the first one is the primary (default: us-east-1,eu-west-1)', toRegions)
    .addOption(
      new Option('--consistency <mode>', 'of the ledger; strong takes three regions, by default also ap-south-1')
        .choices(['eventual', 'strong'])
        .default('eventual'),
    )
    .option('--witness <region>', 'holds the lease by which another region takes over by itself; no replica', toRegion)
    .option('--breaker-threshold <seconds>', 'how late a link may be (default: 30)', toThreshold)
    .option('--grace <seconds>', 'how long a case is left alone: 60, or contested=60,illegal=345600', toGrace)
    .option(
      '--takeover <seconds>',
      'how long a region is silent before another fetches a person for its cases (default: 600)',
      toTakeover,
    )
    .option('--state <directory>', 'keeps the data between boots', '.rejoin')
    .option('--fresh', 'clear what an earlier world left there', false)
    .option('--once', 'in memory, and end after the report: 0 only if nothing was lost and all regions agree', false)
    .option('--play', 'play real order histories through a partition, and report', false)
    .option('--data <directory>', "histories in Olist's format; without it an excerpt is played")
    .option('--json', 'print the report as one JSON object', false)
    .action(async (given: Omit<UpOptions, 'regions'> & Partial<Pick<UpOptions, 'regions'>>) => {
      const options = { ...given, regions: given.regions ?? defaultRegions[given.consistency] };
      process.exitCode = await upCommand(options, {
        startWorld,
        playHistories,
        openDashboard: () => openWorldDashboard({ regions: options.regions, tenant: defaultTenant }),
        output: process.stdout,
        errors: process.stderr,
        stopRequested: listenForStop().requested,
      });
      // A pipe that nobody reads, or a play that was cut short, must not keep an ended world's process alive.
      process.stdout.write('', () => process.exit());
    });
};

const toThreshold = (text: string): number => {
  const seconds = toCount(thresholdSecondsMax)(text);
  if (seconds < thresholdSecondsMin)
    throw new InvalidArgumentError(`must be ${thresholdSecondsMin} or more: a beat and its echo take up to three`);
  return seconds;
};

/** As a deployment would be given it. */
const toGrace = (text: string): string => {
  const { data, error } = reviewVariables.REVIEW_GRACE_SECONDS.safeParse(text);
  if (error) throw new InvalidArgumentError(error.issues.map(({ message }) => message).join());
  const longestMs = Math.max(0, ...Object.values(data));
  if (longestMs > graceSecondsMax * 1_000) throw new InvalidArgumentError(`must be at most ${graceSecondsMax}`);
  return text;
};

/** Two weeks: a timer of this process cannot run for a month. */
const graceSecondsMax = 14 * 24 * 60 * 60;

const toTakeover = (text: string): number => {
  const seconds = toCount(takeoverSecondsMax)(text);
  if (seconds < thresholdSecondsMin)
    throw new InvalidArgumentError(`must be ${thresholdSecondsMin} or more: a beat is that late on a busy day`);
  return seconds;
};

const takeoverSecondsMax = 24 * 60 * 60;

/** Half of it is a healthy link, and must be more than beats take that just miss each other. */
const thresholdSecondsMin = 5;
/** A day: the breaker then stays out of the way. */
const thresholdSecondsMax = 24 * 60 * 60;

const defaultRegions = {
  eventual: ['us-east-1', 'eu-west-1'],
  strong: ['us-east-1', 'eu-west-1', 'ap-south-1'],
} as const;

export const addFault = (program: Command): void => {
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

export const addToken = (program: Command): void => {
  const token = program
    .command('token')
    .description("print a token that the running world's APIs take")
    .addOption(new Option('--scopes <names>', `of ${scopes.join(',')}`).argParser(toScopes).default(scopes, 'all'))
    .option('--tenant <name>', 'whose orders', toName, defaultTenant)
    .option('--subject <name>', 'who acts; stored with every entry', 'cli')
    .option('--expires-in <seconds>', 'at most a day', toCount(tokenSecondsMax), tokenSecondsDefault)
    .option('--port-base <port>', 'of the running world', toPort, defaultPortBase);
  withJson(token).action(async (options: TokenOptions) => {
    process.exitCode = await tokenCommand(options, { output: process.stdout, errors: process.stderr });
  });
};

const tokenSecondsDefault = 60 * 60;
