/** The world's switches, as the page uses them. Throws Problem. */

import type { FaultRequest } from '../model/fault-requests.ts';
import type { WorldState } from '../model/world-state.ts';
import { problemOf, toProblem } from './problem.ts';

type PlayRequest =
  | { readonly kind: 'start'; readonly ordersPerSecond: number; readonly seconds: number }
  | { readonly kind: 'stop' };

interface WorldApi {
  readonly switchFault: (request: FaultRequest) => Promise<WorldState>;
  readonly switchPlay: (request: PlayRequest) => Promise<WorldState>;
}

/** A world heals many links in moments, but a busy one may be slow to. */
const timeoutMs = 30_000;

export const createWorldApi = (worldUrl: string): WorldApi => {
  const post = async (path: string, body: unknown): Promise<WorldState> => {
    const response = await fetch(`${worldUrl}${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
      signal: AbortSignal.timeout(timeoutMs),
    }).catch((error: unknown) => {
      throw toProblem(error);
    });
    if (!response.ok) throw await problemOf(response);
    return response.json() as Promise<WorldState>;
  };
  return {
    switchFault: (request) => post('/faults', request),
    switchPlay: (request) => post('/play', request),
  };
};
