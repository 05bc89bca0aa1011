/**
 * The way from one region to the other's database: what the network between two regions of AWS is to a request.
 *
 * A lagging link makes question and answer late; a cut one, in either direction, gives no answer at all, so that the
 * client learns of it as it would in life, by its own time-out. Only reading one item is let through: in AWS the function's
 * role allows no more in a region that is not its own.
 */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { Sleep } from '../../domain/ports/clock.ts';
import type { Faults } from './faults.ts';
import { checkLocal, closeServer, listenLocally, readBody, sendProblem } from './local-http.ts';

export interface LinkGateOptions {
  readonly from: string;
  readonly to: string;
  /** Of the database of `to`. */
  readonly endpoint: string;
  /** Who asks, and as whom: AWS has the same keys in all regions, but each database here keeps its tables under its own. */
  readonly accessKeyIds: { readonly from: string; readonly to: string };
  readonly faults: Pick<Faults, 'condition'>;
  readonly sleep: Sleep;
  readonly onFault: (fault: unknown) => void;
}

export interface LinkGate {
  /** On 127.0.0.1. */
  readonly endpoint: string;
  readonly stop: () => Promise<void>;
}

const bodyBytesMax = 64 * 1024;
const forwardMsMax = 10_000;
const allowedTarget = 'DynamoDB_20120810.GetItem';

export const startLinkGate = async (options: LinkGateOptions): Promise<LinkGate> => {
  const { from, to, faults, sleep, onFault } = options;

  /** False when what was sent is lost. */
  const cross = async (source: string, target: string): Promise<boolean> => {
    const { isCut, lagMs } = faults.condition(source, target);
    if (isCut) return false;
    await sleep(lagMs);
    return !faults.condition(source, target).isCut;
  };

  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const check = checkLocal(request, port);
    if (check.kind === 'refused') return refuse(response, check.detail);
    const headers = signAs(request, options.accessKeyIds);
    if (!headers) return refuse(response, `only ${from} may ask here, and only for one item`);
    const read = await readBody(request, bodyBytesMax);
    if (read.kind === 'too-large') return refuse(response, `a question may have ${bodyBytesMax} bytes`);
    if (!(await cross(from, to))) return;
    const answered = await fetch(options.endpoint, {
      method: 'POST',
      headers,
      body: new Uint8Array(read.body),
      signal: AbortSignal.timeout(forwardMsMax),
    });
    const body = Buffer.from(await answered.arrayBuffer());
    if (!(await cross(to, from))) return;
    response.writeHead(answered.status, { 'content-type': answered.headers.get('content-type') ?? '' });
    response.end(body);
  };

  const server = createServer((request, response) => {
    answer(request, response).catch((fault: unknown) => {
      // Who asked may have hung up, and then there is nothing to tell.
      if (!response.destroyed) onFault(fault);
      response.destroy();
    });
  });
  const port = await listenLocally(server, 0);
  return { endpoint: `http://127.0.0.1:${port}`, stop: () => closeServer(server) };
};

const refuse = (response: ServerResponse, detail: string): void =>
  sendProblem(response, { status: 403, title: 'Forbidden', detail });

/** DynamoDB Local reads of a signature only whose it is. Undefined for what may not pass. */
const signAs = (
  { headers }: IncomingMessage,
  { from, to }: LinkGateOptions['accessKeyIds'],
): Record<string, string> | undefined => {
  const { authorization = '', 'x-amz-target': target, 'x-amz-date': date } = headers;
  const credential = `Credential=${from}/`;
  if (target !== allowedTarget || !authorization.includes(credential)) return undefined;
  return {
    authorization: authorization.replace(credential, `Credential=${to}/`),
    'content-type': 'application/x-amz-json-1.0',
    'x-amz-target': target,
    ...(typeof date === 'string' && { 'x-amz-date': date }),
  };
};
