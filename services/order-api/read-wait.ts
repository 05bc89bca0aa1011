/**
 * What a client may ask of time: `Rejoin-Token`, that the region first has what the client saw elsewhere; for a write
 * `replicated=all`, that the other regions have it too; and `wait`, how many ms the answer may take for that. Who waits
 * keeps a function busy, so it counts against the caller's limit as requests do, one a second.
 */
import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import type { Demand } from '../ledger/load-covering.ts';
import { startWait, type Wait, waitMsMax } from '../ledger/wait.ts';
import type { Caller } from './caller.ts';
import type { OrderApiDeps } from './order-api-deps.ts';
import { readToken } from './read-headers.ts';
import { type ApiRequest, type Read, read, refuse } from './request.ts';

/** Both are waited for until the same moment. */
export interface WriteDemand extends Demand {
  readonly replicated: boolean;
}

/** The time runs from here on. */
export const readDemand = ({ event, caller }: ApiRequest, deps: DemandDeps): Read<Demand> => {
  const after = readToken(event);
  if (after.kind === 'refused') return after;
  const waitMs = readWaitMs(event, after.value === undefined ? 'Rejoin-Token' : undefined);
  return waitMs.kind === 'refused' ? waitMs : read({ after: after.value, wait: beginWait(deps, caller, waitMs.value) });
};

export const readWriteDemand = (
  { event, caller }: ApiRequest,
  deps: DemandDeps & Pick<OrderApiDeps, 'consistency' | 'peers'>,
): Read<WriteDemand> => {
  const after = readToken(event);
  if (after.kind === 'refused') return after;
  const replicated = readReplicated(event, deps);
  if (replicated.kind === 'refused') return replicated;
  const isIdle = after.value === undefined && !replicated.value;
  const waitMs = readWaitMs(event, isIdle ? 'Rejoin-Token or replicated=all' : undefined);
  if (waitMs.kind === 'refused') return waitMs;
  return read({ after: after.value, replicated: replicated.value, wait: beginWait(deps, caller, waitMs.value) });
};

type DemandDeps = Pick<OrderApiDeps, 'clock' | 'rateLimiter'>;

/** One token was taken for the request; this takes one more for every second that is begun. */
const beginWait = (deps: DemandDeps, caller: Caller, waitMs: number): Wait => {
  if (waitMs > 0) deps.rateLimiter.takeMore(caller, Math.ceil(waitMs / 1_000));
  return startWait(deps, waitMs);
};

/** `needed` is what would give it a meaning, where that is not there. */
const readWaitMs = ({ queryStringParameters }: APIGatewayProxyEventV2, needed: string | undefined): Read<number> => {
  const text = queryStringParameters?.['wait'];
  if (text === undefined) return read(0);
  const invalid = (detail: string) => refuse<number>({ kind: 'invalid-query', name: 'wait', detail });
  if (needed !== undefined) return invalid(`There is nothing to wait for without ${needed}.`);
  if (!/^\d{1,5}$/.test(text) || Number(text) > waitMsMax)
    return invalid(`Milliseconds, a whole number from 0 to ${waitMsMax}.`);
  return read(Number(text));
};

const readReplicated = (
  { queryStringParameters }: APIGatewayProxyEventV2,
  { consistency, peers }: Pick<OrderApiDeps, 'consistency' | 'peers'>,
): Read<boolean> => {
  const text = queryStringParameters?.['replicated'];
  if (text === undefined) return read(false);
  if (text !== 'all') return refuse({ kind: 'invalid-query', name: 'replicated', detail: 'The only value is all.' });
  // A deployment that was set up without its peers must not say that all of them hold the entry.
  if (peers.length === 0 && consistency === 'eventual')
    return refuse({
      kind: 'not-implemented',
      detail: 'It knows of no other regions, so it cannot say what they hold.',
    });
  return read(true);
};
