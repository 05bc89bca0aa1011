/**
 * `GET /openapi.json`: the document of what this deployment serves.
 *
 * Few ask for it, so it is made at the first request and nothing of it is loaded before: no cold start pays for it. It
 * is kept as it goes out.
 */
import { type Answer, answerOk } from '../http-answer.ts';
import type { OrderApiDeps } from '../order-api-deps.ts';
import type { Route } from '../routes.ts';

export const readOpenApi = (
  { lifecycle }: Pick<OrderApiDeps, 'lifecycle'>,
  listRoutes: () => readonly Route[],
): (() => Promise<Answer>) => {
  let answer: Promise<Answer> | undefined;
  const create = async () => {
    const { createOpenApi } = await import('./open-api.ts');
    return answerOk(createOpenApi({ lifecycle, routes: listRoutes() }));
  };
  return () => {
    answer ??= create();
    answer.catch(() => {
      answer = undefined;
    });
    return answer;
  };
};
