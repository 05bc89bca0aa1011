/**
 * The API's answers as API Gateway takes them from a Lambda.
 */
import type { FoldedStream } from '../../domain/fold/folded-stream.ts';
import { type Cut, cutToToken } from '../../domain/ledger/cut.ts';
import type { Consistency } from '../../domain/ledger/position.ts';
import { type ApiRefusal, httpStatus, type ProblemContext, toProblem } from './http-problem.ts';

export interface Answer {
  readonly statusCode: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

export const answerOk = (body: unknown, headers: Answer['headers'] = {}): Answer =>
  answer(httpStatus.ok, 'application/json', body, headers);

export const answerCreated = (body: unknown, headers: Answer['headers']): Answer =>
  answer(httpStatus.created, 'application/json', body, headers);

/** Stored, and not all that was asked beside has come true yet. */
export const answerAccepted = (body: unknown, headers: Answer['headers']): Answer =>
  answer(httpStatus.accepted, 'application/json', body, headers);

export const answerProblem = (refusal: ApiRefusal, context?: ProblemContext): Answer => {
  const { problem, headers } = toProblem(refusal, context);
  return answer(problem.status, 'application/problem+json', problem, headers);
};

/** A client that sends the ETag back with `If-Match` decides on exactly this state. */
export const stateHeaders = ({ cut }: FoldedStream): Answer['headers'] => ({
  etag: `"${cutToToken(cut)}"`,
  ...tokenHeader(cut),
});

/** What the client hands to another region, which then answers with no less. */
export const tokenHeader = (cut: Cut): Answer['headers'] => ({ 'rejoin-token': cutToToken(cut) });

/** A region without a quorum answers from what it holds, and says so. */
export const readHeader = (read: Consistency): Answer['headers'] =>
  read === 'eventual' ? { 'rejoin-read': 'eventual' } : {};

/** Every answer says which region gave it, under which write plan: another may know more, or less. */
export const nameRegion = (given: Answer, { region, epoch }: { region: string; epoch: number }): Answer => ({
  ...given,
  headers: { ...given.headers, 'rejoin-region': region, 'rejoin-epoch': String(epoch) },
});

const answer = (statusCode: number, mediaType: string, body: unknown, headers: Answer['headers']): Answer => ({
  statusCode,
  headers: { 'content-type': mediaType, 'cache-control': 'no-store', ...headers },
  body: JSON.stringify(body),
});
