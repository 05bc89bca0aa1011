/**
 * `GET /openapi.json`: the document of what this deployment serves.
 *
 * Few ask for it, so it is made at the first request and nothing of it is loaded before: no cold start pays for it.
 */
import { type Answer, answerOk } from '../http-answer.ts';
import type { OrderApiDeps } from '../order-api-deps.ts';
import type { Route } from '../routes.ts';
import type { OpenApiDocument } from './open-api.ts';

export const readOpenApi = (
  { lifecycle }: Pick<OrderApiDeps, 'lifecycle'>,
  listRoutes: () => readonly Route[],
): (() => Promise<Answer>) => {
  let document: Promise<OpenApiDocument> | undefined;
  const create = async () => {
    const { createOpenApi } = await import('./open-api.ts');
    return createOpenApi({ lifecycle, routes: listRoutes() });
  };
  return async () => {
    document ??= create();
    return answerOk(await document);
  };
};
