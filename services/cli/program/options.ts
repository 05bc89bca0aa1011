/** Options that several commands take, and how their values are read. A wrong value is a usage error with its reason. */
import { type Command, InvalidArgumentError } from 'commander';
import { writerPattern } from '../../../domain/ledger/position.ts';
import { namePattern } from '../../../domain/ledger/stream-name.ts';
import { type Scope, scopes } from '../../order-api/caller.ts';
import { defaultPortBase } from '../commands/describe-world.ts';
import type { RegionChoice } from '../connect-region.ts';

/** Which region a command works on. */
export const withRegion = (command: Command): Command =>
  command
    .option('--region <name>', "the running world's first one, or AWS_REGION, when left out", toRegion)
    .option('--aws', 'a region of AWS, with the environment and credentials of this process', false)
    .option('--port-base <port>', 'of the running world', toPort, defaultPortBase);

export interface RegionOptions extends RegionChoice {
  readonly json: boolean;
}

export const withJson = (command: Command): Command => command.option('--json', 'print JSON, for scripts', false);

export const toPort = (text: string): number => {
  const port = Number(text);
  if (!/^\d+$/.test(text) || port < 1024 || port > portBaseMax)
    throw new InvalidArgumentError(`must be a port from 1024 to ${portBaseMax}`);
  return port;
};

/** Room for the regions' ports after it. */
const portBaseMax = 65_500;

export const toMilliseconds = (text: string): number => {
  if (!/^\d{1,8}$/.test(text)) throw new InvalidArgumentError('must be a whole number');
  return Number(text);
};

/** From 1 to `max`. */
export const toCount =
  (max: number) =>
  (text: string): number => {
    const count = Number(text);
    if (!/^\d{1,8}$/.test(text) || count < 1 || count > max)
      throw new InvalidArgumentError(`must be a whole number from 1 to ${max}`);
    return count;
  };

/** Who is not told whose orders are meant works on these. */
export const defaultTenant = 'default';

/** Of a tenant. */
export const toName = (text: string): string => {
  if (!namePattern.test(text)) throw new InvalidArgumentError(`${text} is not a name`);
  return text;
};

export const toScopes = (text: string): readonly Scope[] =>
  text.split(',').map((name) => {
    const scope = scopes.find((it) => it === name.trim());
    if (scope === undefined) throw new InvalidArgumentError(`every one must be one of ${scopes.join(', ')}`);
    return scope;
  });

export const toRegion = (text: string): string => {
  if (!writerPattern.test(text)) throw new InvalidArgumentError(`${text} is not a region's name`);
  return text;
};

export const toRegions = (text: string): readonly string[] => {
  const names = text.split(',').map((name) => name.trim());
  if (names.length < 2 || names.length > regionsMax || new Set(names).size < names.length)
    throw new InvalidArgumentError(`must be 2 to ${regionsMax} different names, as in us-east-1,eu-west-1`);
  return names.map(toRegion);
};

const regionsMax = 5;
