/**
 * `POST /commands`: one command over several orders, such as an exchange: cancel one, place another. All of it is taken,
 * or nothing.
 *
 * That holds in this region, at one instant. Other regions receive the entries one by one, and may have taken other
 * commands meanwhile, so the fold can reject one of them there as anywhere: its case then names the others. A retry
 * with the same key appends what is missing where it comes to, and nothing twice.
 */
import { invariant } from '../../domain/kernel/invariant.ts';
import { cutToToken } from '../../domain/ledger/cut.ts';
import { orderStream } from '../../domain/ledger/stream-name.ts';
import { appendGroup, type GroupOutcome, type RefusedLeg, type TakenLeg } from '../ledger/append-commands.ts';
import { awaitReplication } from '../ledger/await-replication.ts';
import { countAppended } from './count-appended.ts';
import { pointerToLeg, readGroupBody } from './group-body.ts';
import { type Answer, answerAccepted, answerCreated, answerProblem } from './http-answer.ts';
import { toProblem } from './http-problem.ts';
import type { OrderApiDeps } from './order-api-deps.ts';
import { readIdempotencyKey, refuseHeader, traceIdOf } from './read-headers.ts';
import { readWriteDemand, type WriteDemand } from './read-wait.ts';
import { type WrittenOrder, writtenOrder } from './readable-order.ts';
import { type ApiRequest, type Read, type RequestRefusal, read } from './request.ts';
import { composeCommand, type OrderCommand } from './run-command.ts';

/** In the order of the request. */
export interface GroupLegAnswer {
  readonly order: WrittenOrder;
  readonly entry: { readonly id: string; readonly position: string };
  readonly token: string;
  /** It had been taken before. */
  readonly replayed?: true;
}

export const takeGroup =
  (deps: OrderApiDeps) =>
  async (apiRequest: ApiRequest): Promise<Answer> => {
    if (deps.consistency === 'strong') return answerProblem(noTransactions);
    const request = readRequest(apiRequest);
    if (request.kind === 'refused') return answerProblem(request.refusal);
    const demand = readWriteDemand(apiRequest, deps);
    if (demand.kind === 'refused') return answerProblem(demand.refusal);
    // One was taken for the request.
    deps.rateLimiter.takeMore(apiRequest.caller, request.value.length - 1);
    const outcome = await runGroup(deps, request.value);
    switch (outcome.kind) {
      case 'busy':
        return answerProblem(outcome);
      case 'refused':
        return answerRefused(outcome.refusal, outcome.leg, request.value);
      case 'taken':
        return answerTaken(outcome.legs, { ...apiRequest, commands: request.value, demand: demand.value }, deps);
    }
  };

const noTransactions: RequestRefusal = {
  kind: 'not-implemented',
  detail:
    'The ledger is a strongly consistent table, and DynamoDB has no transactions there. Send each order its own command.',
};

const readRequest = ({ event, caller }: ApiRequest): Read<readonly OrderCommand[]> => {
  const key = readIdempotencyKey(event);
  if (key.kind === 'refused') return key;
  const match = refuseHeader(event, 'If-Match', 'Each order has its own state: send its token as ifMatch beside it.');
  if (match.kind === 'refused') return match;
  const token = refuseHeader(event, 'Rejoin-Token', 'Several orders have no state in common to wait for.');
  if (token.kind === 'refused') return token;
  const legs = readGroupBody(event);
  if (legs.kind === 'refused') return legs;
  const common = { kind: 'decision', caller, idempotencyKey: key.value, traceId: traceIdOf(event) } as const;
  return read(legs.value.map((leg) => composeCommand({ ...common, ...leg })));
};

/** Throws LedgerFault. */
const runGroup = async (deps: OrderApiDeps, commands: readonly OrderCommand[]): Promise<GroupOutcome> => {
  const legs = commands.map(({ tenant, orderId, command }) => ({ stream: orderStream({ tenant, orderId }), command }));
  const outcome = await appendGroup(deps, legs);
  if (outcome.kind === 'taken') countAppended(deps, outcome.legs);
  deps.logger.info('group', {
    streams: legs.map(({ stream }) => stream),
    outcome: outcome.kind === 'refused' ? outcome.refusal.kind : outcome.kind,
    ...(outcome.kind === 'taken' && { entryIds: outcome.legs.map(({ entry }) => entry.id) }),
  });
  return outcome;
};

/** The problem of the first order that cannot take its part, as if that had come alone, and which one it is. */
const answerRefused = (refusal: RefusedLeg, index: number, commands: readonly OrderCommand[]): Answer => {
  const refused = commands[index];
  invariant(refused, 'a refused leg is one of the command');
  const { orderId, pointerTo } = refused;
  const { problem } = toProblem(refusal, { pointerTo });
  return {
    ...answerProblem(refusal, { pointerTo }),
    body: JSON.stringify({ ...problem, orderId, pointer: pointerToLeg(index) }),
  };
};

interface TakenRequest extends Pick<ApiRequest, 'caller'> {
  readonly commands: readonly OrderCommand[];
  readonly demand: WriteDemand;
}

const answerTaken = async (
  legs: readonly TakenLeg[],
  { caller, commands, demand: { replicated, wait } }: TakenRequest,
  deps: OrderApiDeps,
): Promise<Answer> => {
  const entries = legs.map(({ entry }) => entry);
  const answerOrder = async (leg: TakenLeg, i: number): Promise<GroupLegAnswer> => {
    const { orderId } = commands[i] as OrderCommand;
    const order = await writtenOrder(deps, caller, { ...leg, orderId });
    return { order, ...answerLeg(leg) };
  };
  // Side by side, as for a command that comes alone.
  const [replication, orders] = await Promise.all([
    replicated ? awaitReplication(deps, entries, wait) : undefined,
    Promise.all(legs.map(answerOrder)),
  ]);
  const answer = replication?.missing.length ? answerAccepted : answerCreated;
  return answer(
    { commandId: entries[0]?.group?.commandId, orders, replication },
    orders.every(({ replayed }) => replayed) ? { 'idempotency-replayed': 'true' } : {},
  );
};

const answerLeg = ({ kind, entry, folded }: TakenLeg): Omit<GroupLegAnswer, 'order'> => ({
  entry: { id: entry.id, position: entry.position },
  token: cutToToken(folded.cut),
  ...(kind === 'replayed' && { replayed: true }),
});
