/**
 * What of the API's description is committed, so that a change of the API shows in a review.
 */
import { retail } from '../../../domain/lifecycle/retail.ts';
import type { OrderApiDeps } from '../order-api-deps.ts';
import { routesOf } from '../routes.ts';
import { createOpenApi } from './open-api.ts';
import { problemsPage } from './problems-page.ts';

export const committedPages = (): readonly { readonly file: string; readonly text: string }[] => [
  {
    file: 'openapi.json',
    text: `${JSON.stringify(createOpenApi({ lifecycle: retail, routes: describedRoutes() }), null, 2)}\n`,
  },
  { file: 'problems.md', text: problemsPage() },
];

/** The routes are only looked at, and ask nothing of the ports that they would answer with. */
const describedRoutes = () => routesOf({ lifecycle: retail } as Partial<OrderApiDeps> as OrderApiDeps);
