/** `GET /cases`: what waits for a person's decision, and what has been decided. */
import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { type ListSort, listSorts } from '../../../domain/ports/view-store.ts';
import { caseLifeStates } from '../../../domain/review/case-life.ts';
import { type Answer, answerOk, answerProblem } from '../http-answer.ts';
import { readCursor } from '../list-query.ts';
import type { OrderApiDeps } from '../order-api-deps.ts';
import { readPageLimit } from '../page-limit.ts';
import { refuseHeader } from '../read-headers.ts';
import { type ApiRequest, type Read, read, refuse } from '../request.ts';
import { markCursor, unmarkCursor } from './case-cursor.ts';
import { type CasesQuery, listCasesPage, sortOf } from './cases-page.ts';

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
    const { cases, cursor } = await listCasesPage(deps, { tenant, ...query.value });
    const isTurned = query.value.sort !== sortOf(query.value.state);
    return answerOk({ cases, ...(cursor !== undefined && { cursor: markCursor({ place: cursor, isTurned }) }) });
  };

const readQuery = (event: APIGatewayProxyEventV2): Read<Omit<CasesQuery, 'tenant'>> => {
  const { state: stateText, sort: sortText, cursor: given } = event.queryStringParameters ?? {};
  const state = caseLifeStates.find((it) => it === stateText);
  if (stateText !== undefined && state === undefined) return invalid('state', `One of ${caseLifeStates.join(', ')}.`);
  const named = listSorts.find((it) => it === sortText);
  if (sortText !== undefined && named === undefined) return invalid('sort', `One of ${listSorts.join(', ')}.`);
  const limit = readPageLimit(event);
  if (limit.kind === 'refused') return limit;
  const text = readCursor(given);
  if (text.kind === 'refused') return text;
  const cursor = text.value === undefined ? undefined : unmarkCursor(text.value);
  const own = sortOf(state);
  const sort = cursor?.isTurned ? turnRound(own) : own;
  if (cursor && named !== undefined && named !== sort)
    return invalid('cursor', `It goes on with the ${sort} first: send the sort that the page before had.`);
  return read({ state, sort: named ?? sort, limit: limit.value, cursor: cursor?.place });
};

const turnRound = (sort: ListSort): ListSort => (sort === 'oldest' ? 'newest' : 'oldest');

const invalid = (name: string, detail: string): Read<never> => refuse({ kind: 'invalid-query', name, detail });
