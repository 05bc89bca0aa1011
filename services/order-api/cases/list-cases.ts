/** `GET /cases`: what waits for a person's decision, and what has been decided. */
import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { caseLifeStates } from '../../../domain/review/case-life.ts';
import { type Answer, answerOk, answerProblem } from '../http-answer.ts';
import { readCursor } from '../list-query.ts';
import type { OrderApiDeps } from '../order-api-deps.ts';
import { readPageLimit } from '../page-limit.ts';
import { refuseHeader } from '../read-headers.ts';
import { type ApiRequest, type Read, read, refuse } from '../request.ts';
import { type CasesQuery, listCasesPage } from './cases-page.ts';

export const listCases =
  (deps: OrderApiDeps) =>
  async ({ event, caller: { tenant } }: ApiRequest): Promise<Answer> => {
    const token = refuseHeader(
      event,
      'Rejoin-Token',
      'A list follows many orders; send the token of one to the path of its case.',
    );
    if (token.kind === 'refused') return answerProblem(token.refusal);
    const query = readQuery(event);
    if (query.kind === 'refused') return answerProblem(query.refusal);
    return answerOk(await listCasesPage(deps, { tenant, ...query.value }));
  };

const readQuery = (event: APIGatewayProxyEventV2): Read<Omit<CasesQuery, 'tenant'>> => {
  const { state: text, cursor: given } = event.queryStringParameters ?? {};
  const state = caseLifeStates.find((it) => it === text);
  if (text !== undefined && state === undefined)
    return refuse({ kind: 'invalid-query', name: 'state', detail: `One of ${caseLifeStates.join(', ')}.` });
  const limit = readPageLimit(event);
  if (limit.kind === 'refused') return limit;
  const cursor = readCursor(given);
  if (cursor.kind === 'refused') return cursor;
  return read({ state, limit: limit.value, cursor: cursor.value });
};
