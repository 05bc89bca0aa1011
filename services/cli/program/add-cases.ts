/** `rejoin cases`: what waits for a person, and deciding it. It works on the region's tables, so no API has to answer. */
import { randomUUID } from 'node:crypto';
import { type Command, InvalidArgumentError, Option } from 'commander';
import { type Cut, parseToken } from '../../../domain/ledger/cut.ts';
import { isUlid } from '../../../domain/ledger/ulid.ts';
import { caseLifeStates } from '../../../domain/review/case-life.ts';
import { KeyFileError } from '../../../infra/key-file/key-file.ts';
import { findJsonFlaw } from '../../ledger/json-flaw.ts';
import { pageItemsMax } from '../../order-api/page-limit.ts';
import { listCases, showCase } from '../commands/cases.ts';
import { type ChosenOutcome, decideCase } from '../commands/decide-case.ts';
import { exitUsage } from '../exit-codes.ts';
import type { RegionPorts } from '../region-ports.ts';
import { decidingDeps, readingDeps } from './case-deps.ts';
import { io, onRegion } from './on-region.ts';
import { defaultTenant, type RegionOptions, toCount, toName, withJson, withRegion } from './options.ts';
import { osUser, toActor, toKey } from './who-and-key.ts';

interface CaseOptions extends RegionOptions {
  readonly tenant: string;
  readonly order?: string;
}

interface ListOptions extends RegionOptions {
  readonly tenant: string;
  readonly state?: (typeof caseLifeStates)[number];
  readonly limit: number;
  readonly cursor?: string;
}

interface ResolveOptions extends CaseOptions {
  readonly outcome?: number;
  readonly keep: boolean;
  readonly status?: string;
  readonly field?: Readonly<Record<string, unknown>>;
  readonly reason: string;
  readonly also?: readonly string[];
  readonly ifMatch?: Cut;
  readonly actor?: string;
  readonly key?: string;
}

export const addCases = (program: Command): void => {
  const cases = program.command('cases').description('what waits for a person, and what was decided');
  addList(cases);
  addShow(cases);
  addResolve(cases);
};

const addList = (cases: Command): void => {
  const list = cases
    .command('list', { isDefault: true })
    .description('cases that wait, the oldest first, or those of one state, page by page')
    .addOption(new Option('--state <state>', 'all that wait, when left out').choices(caseLifeStates))
    .option('--limit <count>', 'cases of one page', toCount(pageItemsMax), limitDefault)
    .option('--cursor <cursor>', 'from the page before')
    .option('--tenant <name>', 'whose orders', toName, defaultTenant);
  withJson(withRegion(list)).action(({ tenant, state, limit, cursor, ...options }: ListOptions) =>
    run('list', options, (ports) =>
      listCases({ tenant, state, limit, cursor }, { isJson: options.json }, readingDeps(ports)),
    ),
  );
};

const limitDefault = 20;

const addShow = (cases: Command): void => {
  const show = cases
    .command('show')
    .argument('<id>', 'of the case', toCaseId)
    .description('one case: the sides, the history, what can be decided, what was');
  withCase(show).action((caseId: string, { tenant, order, ...options }: CaseOptions) =>
    run('show', options, (ports) =>
      showCase({ tenant, caseId, orderId: order }, { isJson: options.json }, readingDeps(ports)),
    ),
  );
};

const addResolve = (cases: Command): void => {
  const resolve = cases
    .command('resolve')
    .argument('<id>', 'of the case', toCaseId)
    .description('decide a case: 1 where somebody else had decided it')
    .requiredOption('--reason <text>', 'why, for those who look back; nothing personal')
    .option('--outcome <number>', 'as cases show numbers them', toCount(outcomesMax))
    .option('--keep', 'the order stays as it stands', false)
    .option('--status <status>', 'that the order is to have')
    .option('--field <name=json>', 'a value that a field is to have; may be repeated', toField)
    .option('--also <id>', 'another open case of the order that this settles; may be repeated', toCaseIds)
    .option('--if-match <token>', 'only if the order stands there', toCut)
    .option('--actor <name>', 'who decides; you, when left out', toActor)
    .option('--key <key>', 'of an earlier try that is to be found again', toKey);
  withCase(resolve).action((caseId: string, options: ResolveOptions) => {
    const chosen = chooseOutcome(options);
    if (typeof chosen === 'string') return resolve.error(`error: ${chosen}`);
    const actor = options.actor ?? osUser();
    if (actor === undefined) return resolve.error('error: this system does not say who you are: say --actor');
    const { tenant, order: orderId, reason, also: alsoSettles, ifMatch, json: isJson } = options;
    const idempotencyKey = options.key ?? `cli-${randomUUID()}`;
    const decided = { tenant, caseId, orderId, chosen, reason, alsoSettles, ifMatch, actor, idempotencyKey, isJson };
    return run('resolve', options, async (ports) => {
      const deps = decidingDeps(ports);
      return deps ? decideCase(decided, deps) : exitUsage;
    });
  });
};

/** Far more than are ever offered. */
const outcomesMax = 1_000;

const withCase = (command: Command): Command =>
  withJson(
    withRegion(
      command
        .option('--order <id>', 'that the case is about, where the region does not remember the case', toName)
        .option('--tenant <name>', 'whose order', toName, defaultTenant),
    ),
  );

/** Text says what is wrong. */
const chooseOutcome = ({ outcome, keep, status, field = {} }: ResolveOptions): ChosenOutcome | string => {
  const isSaid = status !== undefined || Object.keys(field).length > 0;
  if ([outcome !== undefined, keep, isSaid].filter(Boolean).length !== 1)
    return 'say one of --outcome, --keep, or what is to be: --status, --field';
  if (outcome !== undefined) return { kind: 'offered', number: outcome };
  return { kind: 'said', outcome: keep ? {} : { status, ...(Object.keys(field).length > 0 && { fields: field }) } };
};

const run = (verb: string, options: RegionOptions, work: (ports: RegionPorts) => Promise<number>): Promise<void> =>
  onRegion(`rejoin cases ${verb}`, options, async (ports) => {
    try {
      return await work(ports);
    } catch (error) {
      if (!(error instanceof KeyFileError)) throw error;
      io.errors.write(`rejoin cases ${verb}: ${error.message}\n`);
      return exitUsage;
    }
  });

const toCaseId = (text: string): string => {
  if (!isUlid(text)) throw new InvalidArgumentError('must be a ULID: 26 digits and capital letters');
  return text;
};

const toCaseIds = (text: string, before: readonly string[] = []): readonly string[] => [...before, toCaseId(text)];

const toField = (text: string, before: Readonly<Record<string, unknown>> = {}): Readonly<Record<string, unknown>> => {
  const at = text.indexOf('=');
  if (at < 1) throw new InvalidArgumentError(`must be a name, = and JSON, such as note='"Ring twice"'`);
  const name = text.slice(0, at);
  const value = parseJson(text.slice(at + 1));
  const flaw = findJsonFlaw({ [name]: value });
  if (flaw !== undefined) throw new InvalidArgumentError(flaw);
  return { ...before, [name]: value };
};

const parseJson = (text: string): unknown => {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    throw new InvalidArgumentError('the value is no JSON: a text stands in double quotes');
  }
};

const toCut = (text: string): Cut => {
  const cut = parseToken(text.replace(/^"(.*)"$/, '$1'));
  if (!cut) throw new InvalidArgumentError('must be a token as cases show prints it, such as us-east-1:3');
  return cut;
};
