/**
 * Who is asking, and whose orders they may see: the one place that knows.
 *
 * For now every caller belongs to the deployment's default tenant. When the API gets an authorizer, tenant and actor come
 * from the verified token here, and nothing else changes.
 */
import type { APIGatewayProxyEventV2 } from 'aws-lambda';

export interface Caller {
  readonly tenant: string;
  /** Stored with the entry; undefined while callers are anonymous. */
  readonly actor: string | undefined;
}

export interface CallerSettings {
  readonly defaultTenant: string;
}

export const readCaller = (_event: APIGatewayProxyEventV2, { defaultTenant }: CallerSettings): Caller => ({
  tenant: defaultTenant,
  actor: undefined,
});
