/**
 * `rejoin token`: a bearer token of the running world's issuer, for whoever calls its APIs by hand. Standard output
 * carries the token alone, so that a shell can take it up.
 */
import type { Writable } from 'node:stream';
import { exitClean, exitFailed } from '../exit-codes.ts';
import { postToWorld } from '../post-to-world.ts';

export interface TokenOptions {
  readonly scopes: readonly string[];
  readonly tenant: string;
  readonly subject: string;
  readonly expiresIn: number;
  readonly portBase: number;
  readonly json: boolean;
}

export interface TokenDeps {
  readonly output: Writable;
  readonly errors: Writable;
}

/** Returns the exit code: 0, 1 when no world answers, 2 when it refuses what was asked for. */
export const tokenCommand = async (options: TokenOptions, { output, errors }: TokenDeps): Promise<number> => {
  const { scopes, tenant, subject, expiresIn: expiresInSeconds, portBase, json } = options;
  const answer = await postToWorld(
    { command, portBase, path: '/world/tokens', body: { scopes, tenant, subject, expiresInSeconds } },
    errors,
  );
  if (answer.kind === 'refused') return answer.exitCode;
  const { token } = answer.body;
  if (typeof token !== 'string') {
    errors.write(`${command}: what answers on port ${portBase} is no world of Rejoin\n`);
    return exitFailed;
  }
  output.write(`${json ? JSON.stringify(answer.body) : token}\n`);
  return exitClean;
};

const command = 'rejoin token';
