/**
 * `GET /cases/{id}`: one case with all that a person needs to decide it, as this region knows it now, and with a token never
 * older than that. The ETag is the order's: a decision that comes with it holds for exactly what is shown here.
 */
import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { namePattern, orderStream, parseOrderStream } from '../../../domain/ledger/stream-name.ts';
import { isUlid } from '../../../domain/ledger/ulid.ts';
import type { CaseLife } from '../../../domain/review/case-life.ts';
import { loadCovering } from '../../ledger/load-covering.ts';
import { type Answer, answerOk, answerProblem, readHeader, stateHeaders } from '../http-answer.ts';
import type { OrderApiDeps } from '../order-api-deps.ts';
import { readDemand } from '../read-wait.ts';
import { type ApiRequest, type Read, read, refuse } from '../request.ts';
import { reportCase } from './case-report.ts';

export const readCase =
  (deps: OrderApiDeps) =>
  async (apiRequest: ApiRequest): Promise<Answer> => {
    const { event, caller } = apiRequest;
    const caseId = readPathCaseId(event);
    if (caseId.kind === 'refused') return answerProblem(caseId.refusal);
    const named = readOrderParameter(event);
    if (named.kind === 'refused') return answerProblem(named.refusal);
    const demand = readDemand(apiRequest, deps);
    if (demand.kind === 'refused') return answerProblem(demand.refusal);
    const place = await findCasePlace(deps, { tenant: caller.tenant, caseId: caseId.value, orderId: named.value });
    if (!place) return answerProblem({ kind: 'unknown-case', caseId: caseId.value });
    const known = await loadCovering(deps, place.stream, demand.value);
    if (known.kind === 'not-covered') return answerProblem(known);
    const { loaded, folded } = known;
    const { region } = deps;
    const report = await reportCase(deps, {
      caseId: caseId.value,
      orderId: place.orderId,
      region,
      entries: loaded.entries,
      folded,
      life: place.life,
    });
    if (!report) return answerProblem({ kind: 'unknown-case', caseId: caseId.value, seen: folded.cut });
    return answerOk(report, { ...stateHeaders(folded), ...readHeader(known.read) });
  };

export interface CasePlace {
  readonly stream: string;
  readonly orderId: string;
  readonly life: CaseLife | undefined;
}

export interface FindPlace {
  readonly tenant: string;
  readonly caseId: string;
  /** The order that the caller names. */
  readonly orderId: string | undefined;
}

/**
 * Where the case is: in the order that the caller names, so that none is hidden by a region that has not heard of it, else
 * in the one that this region remembers. Undefined where it remembers none. Throws LedgerFault.
 */
export const findCasePlace = async (
  { lives }: Pick<OrderApiDeps, 'lives'>,
  { tenant, caseId, orderId }: FindPlace,
): Promise<CasePlace | undefined> => {
  if (orderId !== undefined) {
    const stream = orderStream({ tenant, orderId });
    return { stream, orderId, life: (await lives.read({ stream, caseId })).life };
  }
  const life = await lives.find(tenant, caseId);
  const order = life && parseOrderStream(life.stream);
  return order?.tenant === tenant ? { stream: orderStream(order), orderId: order.orderId, life } : undefined;
};

export const readPathCaseId = ({ pathParameters }: APIGatewayProxyEventV2): Read<string> => {
  const caseId = pathParameters?.['id'] ?? '';
  return isUlid(caseId) ? read(caseId) : refuse({ kind: 'invalid-case-id' });
};

const readOrderParameter = ({ queryStringParameters }: APIGatewayProxyEventV2): Read<string | undefined> => {
  const orderId = queryStringParameters?.['order'];
  return orderId === undefined || namePattern.test(orderId)
    ? read(orderId)
    : refuse({ kind: 'invalid-query', name: 'order', detail: 'The id of an order.' });
};
