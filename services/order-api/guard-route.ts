/**
 * The gate before every route: who asks, whether they may, and whether the request knows what it asks for. Nothing of the
 * body is looked at before. What no scope opens is closed.
 */
import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { type Caller, nobody, readCaller } from './caller.ts';
import { type Answer, answerProblem } from './http-answer.ts';
import type { OrderApiDeps } from './order-api-deps.ts';
import { unlimited } from './rate-limit/rate-limiter.ts';
import { withinLimit } from './rate-limit/within-limit.ts';
import { type Read, read, refuse } from './request.ts';
import type { Route } from './routes.ts';

export const guardRoute =
  ({ tokens, rateLimiter }: OrderApiDeps, route: Route) =>
  async (event: APIGatewayProxyEventV2): Promise<Answer> => {
    const caller = route.scope === 'anybody' ? read(nobody) : await readCaller(event, tokens);
    if (caller.kind === 'refused') return answerProblem(caller.refusal);
    const scope = checkScope(caller.value, route);
    if (scope.kind === 'refused') return answerProblem(scope.refusal);
    return withinLimit(route.scope === 'anybody' ? unlimited : rateLimiter, caller.value, async () => {
      const query = checkQuery(event, route);
      if (query.kind === 'refused') return answerProblem(query.refusal);
      return route.handler({ event, caller: caller.value });
    });
  };

const checkScope = (caller: Caller, { scope, scopeOfPart }: Route): Read<undefined> => {
  if (scope === 'anybody' || caller.scopes.has(scope)) return read(undefined);
  if (scopeOfPart !== undefined && caller.scopes.has(scopeOfPart)) return read(undefined);
  return refuse({ kind: 'not-allowed', scope });
};

/** A parameter that nobody reads is a mistake that nobody would notice. */
const checkQuery = ({ queryStringParameters }: APIGatewayProxyEventV2, { query }: Route): Read<undefined> => {
  const unknown = Object.keys(queryStringParameters ?? {}).find((name) => !query.includes(name));
  if (unknown === undefined) return read(undefined);
  const known = query.length === 0 ? 'This path takes none.' : `This path takes ${query.join(', ')}.`;
  return refuse({ kind: 'invalid-query', name: unknown.slice(0, nameLengthMax), detail: known });
};

const nameLengthMax = 64;
