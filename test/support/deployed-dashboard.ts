/**
 * The dashboard as it is deployed: its function on one origin, a region's order API on another that lets it in, and an
 * identity provider on a third. The region is one of the world in memory, which trusts that provider alone.
 */
import { afterAll, beforeAll } from 'vitest';
import { retailDefinition } from '../../domain/lifecycle/retail.ts';
import { type HttpHandler, type HttpTrigger, startHttpTrigger } from '../../infra/world/http-trigger.ts';
import { startInMemoryEngine } from '../../infra/world/in-memory-engine.ts';
import { createHandlers } from '../../infra/world/in-process/main.ts';
import { createWorld } from '../../infra/world/world.ts';
import type { World } from '../../infra/world/world-types.ts';
import { firstGeneration } from '../../projections/generations/generations.ts';
import { buildPage } from '../../services/dashboard/build/build-page.ts';
import { createDashboard } from '../../services/dashboard/dashboard.ts';
import type { PageConfig } from '../../services/dashboard/page-config.ts';
import { scopes } from '../../services/order-api/caller.ts';
import { createSeededRandom } from './builders/seeded-random.ts';
import { type IdentityProvider, startIdentityProvider } from './identity-provider.ts';
import type { Shop } from './world-client.ts';

export interface DeployedDashboard {
  /** All but this only while the tests of the file run. */
  readonly region: string;
  readonly origin: () => string;
  readonly apiUrl: () => string;
  readonly provider: () => IdentityProvider;
  /** Sends orders as somebody who may. */
  readonly shop: () => Shop;
  /** Resolves when the views show all that was sent. */
  readonly caughtUp: () => Promise<unknown>;
}

/** How often the page asks for what is new. */
const everySeconds = 1;

export const useDeployedDashboard = (people: Readonly<Record<string, readonly string[]>>): DeployedDashboard => {
  const region = 'us-east-1';
  const started: { readonly stop: () => Promise<unknown> }[] = [];
  let dashboard: HttpTrigger;
  let orderApi: HttpTrigger;
  let provider: IdentityProvider;
  let world: World;
  const originOf = ({ port }: HttpTrigger) => `http://127.0.0.1:${port}`;

  const serve = async (handler: HttpHandler, functionName: string, allowOrigins: readonly string[]) => {
    const trigger = await startHttpTrigger({
      handler,
      functionName,
      region,
      port: 0,
      isOut: () => false,
      cors: { allowOrigins },
      onFault: (fault) => console.error(fault),
    });
    started.push(trigger);
    return trigger;
  };

  beforeAll(async () => {
    const files = await buildPage();
    const served = Promise.withResolvers<HttpHandler>();
    dashboard = await serve(async (event, context) => (await served.promise)(event, context), 'dashboard', []);
    const redirectUri = `${originOf(dashboard)}/`;
    provider = await startIdentityProvider({ redirectUri, people: { ...people, shop: scopes } });
    started.push(provider);
    const found = await startRegion(region, provider);
    world = found.world;
    started.push(world);
    orderApi = await serve(found.handler, 'order-api', [originOf(dashboard)]);
    const { trust, clientId, resource } = provider;
    const config: PageConfig = {
      regions: [{ name: region, apiUrl: originOf(orderApi) }],
      login: {
        kind: 'oidc',
        issuer: trust.issuer,
        clientId,
        scopes: [...scopes],
        tenantClaim: 'tenant',
        resource,
        origins: [],
      },
      live: { kind: 'polling', everySeconds },
      statuses: [...retailDefinition.statuses],
    };
    served.resolve(createDashboard({ files, config }));
  });
  afterAll(async () => {
    for (const { stop } of started.toReversed()) await stop();
  });

  return {
    region,
    origin: () => originOf(dashboard),
    apiUrl: () => originOf(orderApi),
    provider: () => provider,
    shop: () => ({ apiUrl: originOf(orderApi), token: () => provider.issue('shop') }),
    caughtUp: () => world.waitUntilDrained({ timeoutMs: 20_000 }),
  };
};

const startRegion = async (
  region: string,
  { trust: tokenTrust }: IdentityProvider,
): Promise<{ readonly world: World; readonly handler: HttpHandler }> => {
  const found = Promise.withResolvers<HttpHandler>();
  const world = await createWorld({
    regions: [{ name: region, apiPort: 0 }],
    consistency: 'eventual',
    writePlan: undefined,
    review: {},
    liveGeneration: async () => firstGeneration,
    startEngine: (options) =>
      startInMemoryEngine({
        ...options,
        tokenTrust,
        createHandlers: (ports) => {
          const handlers = createHandlers(ports);
          found.resolve(handlers.orderApi);
          return handlers;
        },
      }),
    untilReady: async () => undefined,
    clock: { nowMs: Date.now },
    random: createSeededRandom(1),
    sleep: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
    onFault: (fault) => console.error(fault),
  });
  return { world, handler: await found.promise };
};
