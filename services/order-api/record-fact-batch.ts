/**
 * `POST /orders/{id}/facts:batch` and `POST /facts:batch`: up to a hundred facts, each with its own key and its own answer.
 *
 * There is no transaction: a batch is what its facts would be if they were sent one by one, in fewer requests. Facts of
 * one order are appended one after the other, as given, since those of one source keep their order; orders side by side.
 * Behind a fact that has to come again those of its order and source are not tried: they would be stored before it.
 * The batch may be sent again, whole, whatever became of it: each fact's key finds what was stored.
 */
import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { cutToToken } from '../../domain/ledger/cut.ts';
import type { AppendOutcome } from '../ledger/append-commands.ts';
import { startWait, type Wait } from '../ledger/wait.ts';
import { type BatchItem, readBatchFact, readFactBatchBody } from './fact-batch-body.ts';
import { type Answer, answerOk, answerProblem } from './http-answer.ts';
import {
  type ApiRefusal,
  type Fault,
  faultOf,
  httpStatus,
  type NotTried,
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

/** A fact that cannot reach the ledger may take as long again, and a gateway gives up after 30 s. */
export const batchMsMax = 15_000;

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
    deps.rateLimiter.takeMore(apiRequest.caller, facts.length - 1);
    const refused = facts.flatMap(({ index, fact }) =>
      fact.kind === 'refused' ? [problemResult(index, fact.refusal)] : [],
    );
    const time = startWait(deps, batchMsMax);
    const taken = await mapSideBySide(groupByOrder(facts), ordersAtOnceMax, (group) => takeInOrder(deps, group, time));
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

const takeInOrder = async (
  deps: OrderApiDeps,
  group: readonly NumberedCommand[],
  time: Wait,
): Promise<readonly FactResult[]> => {
  const results: FactResult[] = [];
  /** By source: the fact that has to come first. */
  const waitsFor = new Map<string, number>();
  for (const { index, command } of group) {
    const { source } = command.command;
    const behind = waitsFor.get(source);
    const isTried = behind === undefined && time.leftMs() > 0;
    const outcome: FactOutcome = isTried ? await takeFact(deps, command) : { kind: 'not-tried', behind };
    if (isTried && hasToComeAgain(outcome)) waitsFor.set(source, index);
    results.push(toResult(index, command, outcome));
  }
  return results;
};

type FactOutcome = AppendOutcome | Fault | NotTried;

/** What breaks for one fact is caught here, so that the client hears what became of the others. */
const takeFact = async (deps: OrderApiDeps, command: OrderCommand): Promise<FactOutcome> => {
  try {
    return await runCommand(deps, command);
  } catch (error) {
    deps.logger.error('fact of a batch failed', error instanceof Error ? error : new Error(String(error)));
    deps.metrics.count('RequestFailed');
    return faultOf(error);
  }
};

/** It may not be stored, and not because of what it says. */
const hasToComeAgain = ({ kind }: FactOutcome): boolean => comesAgain.has(kind);

const comesAgain: ReadonlySet<FactOutcome['kind']> = new Set([
  'busy',
  'part-not-closed',
  'not-admitted',
  'ledger-unavailable',
  'internal-error',
]);

const toResult = (index: number, { orderId, pointerTo }: OrderCommand, outcome: FactOutcome): FactResult => {
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
};

const problemResult = (index: number, refusal: ApiRefusal, context?: ProblemContext): FactResult => {
  const problem = toItemProblem(refusal, context);
  return { index, status: problem.status, problem };
};
