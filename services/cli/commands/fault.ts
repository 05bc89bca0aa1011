/**
 * `rejoin fault`: switches a fault of the running world.
 */
import type { Writable } from 'node:stream';
import { exitClean } from '../exit-codes.ts';
import { postToWorld } from '../post-to-world.ts';

export type FaultKind = 'lag' | 'partition' | 'outage' | 'heal';

export interface FaultOptions {
  readonly kind: FaultKind;
  readonly from?: string | undefined;
  readonly to?: string | undefined;
  readonly ms?: number | undefined;
  readonly oneWay: boolean;
  readonly portBase: number;
}

export interface FaultDeps {
  readonly output: Writable;
  readonly errors: Writable;
}

/** Returns the exit code: 0, 1 when no world answers, 2 when it refuses the fault. */
export const faultCommand = async (options: FaultOptions, { output, errors }: FaultDeps): Promise<number> => {
  const { portBase } = options;
  const answer = await postToWorld(
    { command: 'rejoin fault', portBase, path: '/world/faults', body: toBody(options) },
    errors,
  );
  if (answer.kind === 'refused') return answer.exitCode;
  const { faults, backlog } = answer.body;
  output.write(`${JSON.stringify({ faults, backlog })}\n`);
  return exitClean;
};

/** Only what was said: the world checks it, and knows the regions. */
const toBody = ({ kind, from, to, ms, oneWay }: FaultOptions) => ({
  kind,
  ...(from === undefined ? {} : { from }),
  ...(to === undefined ? {} : { to }),
  ...(ms === undefined ? {} : { ms }),
  ...(oneWay ? { bothWays: false } : {}),
});
