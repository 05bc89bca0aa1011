/** Asks the running world for something, over the same address that anybody else on this machine would use. */
import type { Writable } from 'node:stream';
import { exitFailed, exitUsage } from './exit-codes.ts';

export interface WorldRequest {
  /** Who asks, for the message: `rejoin fault`. */
  readonly command: string;
  readonly portBase: number;
  readonly path: string;
  readonly body: unknown;
}

export type WorldAnswer =
  | { readonly kind: 'answered'; readonly body: Readonly<Record<string, unknown>> }
  /** What to do about it has been said. */
  | { readonly kind: 'refused'; readonly exitCode: number };

export const postToWorld = async (request: WorldRequest, errors: Writable): Promise<WorldAnswer> => {
  const { command, portBase } = request;
  const answer = await post(request).catch(() => undefined);
  if (!answer) {
    errors.write(`${command}: no world answers on port ${portBase}. Start one with: npm start\n`);
    return { kind: 'refused', exitCode: exitFailed };
  }
  const body = (await answer.json().catch(() => ({}))) as Readonly<Record<string, unknown>>;
  if (answer.ok) return { kind: 'answered', body };
  errors.write(`${command}: ${body['detail'] ?? `the world answered ${answer.status}`}\n`);
  return { kind: 'refused', exitCode: exitUsage };
};

const post = ({ portBase, path, body }: WorldRequest): Promise<Response> =>
  fetch(`http://127.0.0.1:${portBase}${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
    signal: AbortSignal.timeout(answerMsMax),
  });

const answerMsMax = 5_000;
