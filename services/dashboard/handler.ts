/**
 * The dashboard on Lambda: the composition root that puts the settings and the built page behind it.
 *
 * Built at the first request and kept for the next, so that importing this file reads no environment.
 */
import { fileURLToPath } from 'node:url';
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import { retailDefinition } from '../../domain/lifecycle/retail.ts';
import { readDashboardSettings } from '../../infra/settings/dashboard-settings.ts';
import { readPage } from './build/read-page.ts';
import { createDashboard, type Dashboard } from './dashboard.ts';
import type { PageConfig } from './page-config.ts';

export const handler = async (event: APIGatewayProxyEventV2): Promise<APIGatewayProxyStructuredResultV2> => {
  dashboard ??= await buildDashboard();
  return dashboard(event);
};

let dashboard: Dashboard | undefined;

const buildDashboard = async (): Promise<Dashboard> => {
  const { regions, issuer, clientId, scopes, tenantClaim, resource, loginOrigins, pollSeconds } =
    readDashboardSettings();
  const config: PageConfig = {
    regions: [...regions],
    login: {
      kind: 'oidc',
      issuer,
      clientId,
      scopes: [...scopes],
      tenantClaim,
      resource,
      origins: [...loginOrigins],
    },
    live: { kind: 'polling', everySeconds: pollSeconds },
    statuses: [...retailDefinition.statuses],
  };
  return createDashboard({ files: await readPage(fileURLToPath(new URL('./page', import.meta.url))), config });
};
