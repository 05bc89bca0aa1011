/**
 * The way from one region to the other's database: what the network between two regions of AWS is to a request.
 *
 * A lagging link makes question and answer late; a cut one, in either direction, gives no answer at all, so that the
 * client learns of it as it would in life, by its own time-out. Few operations are let through: in AWS the function's role
 * allows no more in a region that is not its own.
 */
import type { IncomingHttpHeaders } from 'node:http';
import type { Sleep } from '../../domain/ports/clock.ts';
import { cross, type Faults } from './faults.ts';
import { type Relay, startRelay } from './local-http.ts';

export interface LinkGateOptions {
  readonly from: string;
  readonly to: string;
  /** Of the database of `to`. */
  readonly endpoint: string;
  /** Who asks, and as whom: AWS has the same keys in all regions, but each database here keeps its tables under its own. */
  readonly accessKeyIds: { readonly from: string; readonly to: string };
  /** What may be asked for, as DynamoDB names it. */
  readonly operations: readonly string[];
  readonly faults: Pick<Faults, 'condition'>;
  readonly sleep: Sleep;
  readonly onFault: (fault: unknown) => void;
}

export type LinkGate = Relay;

const bodyBytesMax = 64 * 1024;
const forwardMsMax = 10_000;
const targetOf = (operation: string): string => `DynamoDB_20120810.${operation}`;

export const startLinkGate = (options: LinkGateOptions): Promise<LinkGate> => {
  const { from, to, operations, onFault } = options;
  return startRelay({
    bodyBytesMax,
    onFault,
    admit: (headers) => {
      const asked = signAs(headers, options);
      const detail = `only ${from} may ask here, and only for ${operations.join(' and ')}`;
      return asked ? { kind: 'admitted', asked } : { kind: 'refused', detail };
    },
    answer: async (headers, body) => {
      if (!(await cross(options, from, to))) return undefined;
      const answered = await fetch(options.endpoint, {
        method: 'POST',
        headers,
        body: new Uint8Array(body),
        signal: AbortSignal.timeout(forwardMsMax),
      });
      const { status, headers: given } = answered;
      const answer = Buffer.from(await answered.arrayBuffer());
      if (!(await cross(options, to, from))) return undefined;
      return { status, contentType: given.get('content-type') ?? '', body: answer };
    },
  });
};

/** DynamoDB Local reads of a signature only whose it is. Undefined for what may not pass. */
const signAs = (
  headers: IncomingHttpHeaders,
  { accessKeyIds: { from, to }, operations }: Pick<LinkGateOptions, 'accessKeyIds' | 'operations'>,
): Record<string, string> | undefined => {
  const { authorization = '', 'x-amz-target': target, 'x-amz-date': date } = headers;
  const credential = `Credential=${from}/`;
  if (typeof target !== 'string' || !operations.map(targetOf).includes(target)) return undefined;
  if (!authorization.includes(credential)) return undefined;
  return {
    authorization: authorization.replace(credential, `Credential=${to}/`),
    'content-type': 'application/x-amz-json-1.0',
    'x-amz-target': target,
    ...(typeof date === 'string' && { 'x-amz-date': date }),
  };
};
