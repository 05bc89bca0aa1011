/** The OpenAPI document of the retail lifecycle, and the routes that it is made of, once a process. */
import { retail } from '../../domain/lifecycle/retail.ts';
import { createOpenApi } from '../../services/order-api/open-api/open-api.ts';
import type { OrderApiDeps } from '../../services/order-api/order-api-deps.ts';
import { routesOf } from '../../services/order-api/routes.ts';

export const routes = routesOf({ lifecycle: retail } as Partial<OrderApiDeps> as OrderApiDeps);

export const document = createOpenApi({ lifecycle: retail, routes });

export interface DescribedOperation {
  readonly method: string;
  readonly path: string;
  // biome-ignore lint/suspicious/noExplicitAny: a test says what it expects of a document
  readonly operation: any;
}

export const operationsOf = ({ paths = {} }: typeof document): readonly DescribedOperation[] =>
  Object.entries(paths).flatMap(([path, item]) =>
    Object.entries(item).map(([method, operation]) => ({ method: method.toUpperCase(), path, operation })),
  );
