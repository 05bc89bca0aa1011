/**
 * `POST /orders/{id}/facts:batch` and `POST /facts:batch`: up to a hundred facts, each with its own key and its own answer.
 *
 * There is no transaction: a batch is what its facts would be if they were sent one by one, in fewer requests. Facts of
 * one order are appended one after the other, as given, since those of one source keep their order; orders side by side.
 * The batch may be sent again, whole, whatever became of it: each fact's key finds what was stored.
 */
import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { cutToToken } from '../../domain/ledger/cut.ts';
import { type BatchItem, readBatchFact, readFactBatchBody } from './fact-batch-body.ts';
import { type Answer, answerOk, answerProblem } from './http-answer.ts';
import {
  type ApiRefusal,
  faultOf,
  httpStatus,
  type Problem,
  type ProblemContext,
  toItemProblem,
} from './http-problem.ts';
import { mapSideBySide } from './map-side-by-side.ts';
import type { OrderApiDeps } from './order-api-deps.ts';
import { refuseHeader, traceIdOf } from './read-headers.ts';
import { type ApiRequest, type Read, read } from './request.ts';
import { composeCommand, type OrderCommand, runCommand } from './run-command.ts';
import { readPathOrderId } from './take-command.ts';

/** In the order of the request; `index` is the item's place there. */
export type FactResult =
  | {
      readonly index: number;
      readonly status: number;
      readonly orderId: string;
      readonly entry: { readonly id: string; readonly position: string };
      readonly token: string;
      /** The fact had been taken before. */
      readonly replayed?: true;
    }
  | { readonly index: number; readonly status: number; readonly problem: Problem };

export const recordOrderFactBatch = (deps: OrderApiDeps) => takeBatch(deps, readPathOrderId);

export const recordFactBatch = (deps: OrderApiDeps) => takeBatch(deps, () => read(undefined));

/** Orders at a time: enough to hide the ledger's latency, few enough to leave connections for other requests. */
export const ordersAtOnceMax = 8;

type PathOrderId = (event: APIGatewayProxyEventV2) => Read<string | undefined>;

const takeBatch =
  (deps: OrderApiDeps, readOrderId: PathOrderId) =>
  async (apiRequest: ApiRequest): Promise<Answer> => {
    const request = readRequest(apiRequest, readOrderId);
    if (request.kind === 'refused') return answerProblem(request.refusal);
    const facts = request.value;
    // One was taken for the request.
    deps.rateLimiter?.takeMore(apiRequest.caller, facts.length - 1);
    const refused = facts.flatMap(({ index, fact }) =>
      fact.kind === 'refused' ? [problemResult(index, fact.refusal)] : [],
    );
    const taken = await mapSideBySide(groupByOrder(facts), ordersAtOnceMax, (group) => takeInOrder(deps, group));
    const results = [...refused, ...taken.flat()].sort((left, right) => left.index - right.index);
    return answerOk({ results });
  };

interface NumberedFact {
  readonly index: number;
  readonly fact: Read<OrderCommand>;
}

interface NumberedCommand {
  readonly index: number;
  readonly command: OrderCommand;
}

const readRequest = ({ event, caller }: ApiRequest, readOrderId: PathOrderId): Read<readonly NumberedFact[]> => {
  const traceId = traceIdOf(event);
  const match = refuseHeader(event, 'If-Match', 'A batch has no state of its own to match.');
  if (match.kind === 'refused') return match;
  const token = refuseHeader(event, 'Rejoin-Token', 'A batch has no state of its own to wait for.');
  if (token.kind === 'refused') return token;
  const orderId = readOrderId(event);
  if (orderId.kind === 'refused') return orderId;
  const items = readFactBatchBody(event);
  if (items.kind === 'refused') return items;
  const readItem = (item: BatchItem, index: number): Read<OrderCommand> => {
    const fact = readBatchFact(item, index, orderId.value);
    if (fact.kind === 'refused') return fact;
    return read(composeCommand({ kind: 'fact', caller, traceId, ...fact.value }));
  };
  return read(items.value.map((item, index) => ({ index, fact: readItem(item, index) })));
};

const groupByOrder = (facts: readonly NumberedFact[]): readonly (readonly NumberedCommand[])[] => {
  const commands = facts.flatMap(({ index, fact }) => (fact.kind === 'read' ? [{ index, command: fact.value }] : []));
  return [...Map.groupBy(commands, ({ command }) => command.orderId).values()];
};

const takeInOrder = async (deps: OrderApiDeps, group: readonly NumberedCommand[]): Promise<readonly FactResult[]> => {
  const results: FactResult[] = [];
  for (const numbered of group) results.push(await takeFact(deps, numbered));
  return results;
};

/** What breaks for one fact is caught here, so that the client hears what became of the others. */
const takeFact = async (deps: OrderApiDeps, { index, command }: NumberedCommand): Promise<FactResult> => {
  const { orderId, pointerTo } = command;
  try {
    const outcome = await runCommand(deps, command);
    if (outcome.kind !== 'appended' && outcome.kind !== 'replayed') return problemResult(index, outcome, { pointerTo });
    const { entry, folded } = outcome;
    return {
      index,
      status: httpStatus.created,
      orderId,
      entry: { id: entry.id, position: entry.position },
      token: cutToToken(folded.cut),
      ...(outcome.kind === 'replayed' && { replayed: true }),
    };
  } catch (error) {
    deps.logger.error('fact of a batch failed', error instanceof Error ? error : new Error(String(error)));
    deps.metrics.count('RequestFailed');
    return problemResult(index, faultOf(error));
  }
};

const problemResult = (index: number, refusal: ApiRefusal, context?: ProblemContext): FactResult => {
  const problem = toItemProblem(refusal, context);
  return { index, status: problem.status, problem };
};
