/**
 * `rejoin fault`: switches a fault of the running world, over the same address that anybody else would use.
 */
import type { Writable } from 'node:stream';

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
  const url = `http://127.0.0.1:${options.portBase}/world/faults`;
  const answer = await post(url, toBody(options)).catch(() => undefined);
  if (!answer) {
    errors.write(`rejoin fault: no world answers on port ${options.portBase}. Start one with: npm start\n`);
    return 1;
  }
  const body = (await answer.json().catch(() => ({}))) as Record<string, unknown>;
  if (!answer.ok) {
    errors.write(`rejoin fault: ${body['detail'] ?? `the world answered ${answer.status}`}\n`);
    return 2;
  }
  output.write(`${JSON.stringify({ faults: body['faults'], backlog: body['backlog'] })}\n`);
  return 0;
};

const post = (url: string, body: unknown): Promise<Response> =>
  fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
    signal: AbortSignal.timeout(answerMsMax),
  });

const answerMsMax = 5_000;

/** Only what was said: the world checks it, and knows the regions. */
const toBody = ({ kind, from, to, ms, oneWay }: FaultOptions) => ({
  kind,
  ...(from === undefined ? {} : { from }),
  ...(to === undefined ? {} : { to }),
  ...(ms === undefined ? {} : { ms }),
  ...(oneWay ? { bothWays: false } : {}),
});
