import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { defineLifecycle } from '../../../domain/lifecycle/define-lifecycle.ts';
import { retail } from '../../../domain/lifecycle/retail.ts';
import { createInMemoryEventStore } from '../../../infra/in-memory/in-memory-event-store.ts';
import { sha256 } from '../../../infra/node/sha256.ts';
import { committedPages } from '../../../services/order-api/open-api/committed-pages.ts';
import { apiVersion, createOpenApi } from '../../../services/order-api/open-api/open-api.ts';
import { operations } from '../../../services/order-api/open-api/operations.ts';
import { readOpenApi } from '../../../services/order-api/open-api/read-open-api.ts';
import { document, operationsOf, routes } from '../../support/described-api.ts';
import { createOpenApiCheck, createSchemaCheck, resolveReference } from '../../support/open-api-check.ts';
import { createTestApi } from '../../support/order-api-client.ts';

const readFile = (path: string): string => readFileSync(new URL(`../../../${path}`, import.meta.url), 'utf8');
const described = operationsOf(document);
const operationOf = (operationId: string) =>
  described.find(({ operation }) => operation.operationId === operationId)?.operation;
const dereference = (value: { readonly $ref?: string }) => resolveReference(document, value);

describe('the document and the routes', () => {
  it('describe the same operations', () => {
    expect(described.map(({ method, path, operation }) => `${operation.operationId} ${method} ${path}`).sort()).toEqual(
      routes.map(({ operationId, method, path }) => `${operationId} ${method} ${path}`).sort(),
    );
    expect(Object.keys(operations).sort()).toEqual(routes.map(({ operationId }) => operationId).sort());
  });

  it.each(routes.map((route) => [route.operationId, route] as const))('agree about %s', (operationId, route) => {
    const { parameters = [], security } = operationOf(operationId);
    const places = parameters.map(dereference);
    const names = (place: string) =>
      places.filter((it: { in: string }) => it.in === place).map(({ name }: { name: string }) => name);
    expect(names('query').sort()).toEqual([...route.query].sort());
    expect(names('path')).toEqual(route.path.includes('{id}') ? ['id'] : []);
    const scopes = route.scope === 'anybody' ? [] : [route.scope, ...(route.scopeOfPart ? [route.scopeOfPart] : [])];
    expect(security).toEqual(scopes.map((scope) => ({ bearer: [scope] })));
  });

  it('ask for a key wherever something is written', () => {
    for (const { method, path, operation } of described) {
      const headers = (operation.parameters ?? []).map(dereference).filter((it: { in: string }) => it.in === 'header');
      const key = headers.find(({ name }: { name: string }) => name === 'Idempotency-Key');
      expect(key?.required, operation.operationId).toBe((method === 'POST' && !path.endsWith(':batch')) || undefined);
    }
  });
});

describe('the document', () => {
  it.each(committedPages())('is committed as docs/$file', ({ file, text }) => {
    expect(readFile(`docs/${file}`) === text, `docs/${file} is out of date: run npm run openapi`).toBe(true);
  });

  it('has the version of the package', () => {
    expect(apiVersion).toBe(JSON.parse(readFile('package.json')).version);
  });

  it('is served to anybody, as it is committed', async () => {
    const api = createTestApi(createInMemoryEventStore({ sha256 }));
    const reply = await api.get('/openapi.json', { as: 'nobody' });
    expect(reply).toMatchObject({ status: 200, headers: { 'content-type': 'application/json' } });
    expect(reply.body).toEqual(JSON.parse(readFile('docs/openapi.json')));
    expect((await api.get('/openapi.json')).body).toEqual(reply.body);
  });

  it('is made once, and again after a failure', async () => {
    let tries = 0;
    const serve = readOpenApi({ lifecycle: retail }, () => {
      tries += 1;
      if (tries === 1) throw new Error('out of memory');
      return routes;
    });
    await expect(serve()).rejects.toThrow('out of memory');
    expect((await serve()).body).toBe((await serve()).body);
    expect(tries).toBe(2);
  });

  it('refers only to what is in it, and has nothing that nobody refers to', () => {
    const refs = new Set(JSON.stringify(document).match(/#\/components\/[\w/.-]+/g));
    for (const ref of refs) expect(dereference({ $ref: ref }), ref).toBeDefined();
    const { securitySchemes: _, ...components } = document.components ?? {};
    const unrouted = ['unknown-route', 'method-not-allowed', 'not-tried'].map(
      (kind) => `#/components/examples/${kind}`,
    );
    const defined = Object.entries(components).flatMap(([part, named]) =>
      Object.keys(named as object).map((name) => `#/components/${part}/${name}`),
    );
    expect(defined.filter((ref) => !refs.has(ref) && !unrouted.includes(ref))).toEqual([]);
  });

  it('says of every operation what it is for, and gives an example of each body', () => {
    for (const { operation } of described) {
      expect(operation.summary.length).toBeGreaterThan(10);
      expect(operation.description.length).toBeGreaterThan(10);
      if (operation.requestBody) expect(examplesIn(operation.requestBody)).not.toEqual([]);
      const answers = Object.values(operation.responses as Record<string, { readonly $ref?: string }>).map(dereference);
      expect(answers.flatMap(examplesIn), operation.operationId).not.toEqual([]);
      for (const answer of answers) expect(answer['description']).not.toBe('');
    }
  });

  it('has only examples that fit their schemas', () => {
    const matches = createSchemaCheck(document);
    let checked = 0;
    const check = (place: readonly string[], holder: { readonly $ref?: string }) => {
      const base = holder.$ref?.split('/').slice(1) ?? place;
      for (const { mediaType, value } of examplesIn(dereference(holder))) {
        expect(matches([...base, 'content', mediaType, 'schema'], value), base.join(' ')).toEqual([]);
        checked++;
      }
    };
    for (const { method, path, operation } of described) {
      const place = ['paths', path, method.toLowerCase()];
      if (operation.requestBody) check([...place, 'requestBody'], operation.requestBody);
      for (const [status, answer] of Object.entries(operation.responses as object))
        check([...place, 'responses', status], answer);
    }
    expect(checked).toBeGreaterThan(100);
  });

  it('shows a client plain values where the ledger keeps sealed ones', () => {
    const shown = JSON.stringify(document.components?.schemas?.['PlaceOrder']);
    expect(shown).toContain('"shippingAddress"');
    expect(shown).not.toContain('sealed');
  });

  it('describes any lifecycle, as far as its schemas tell', () => {
    const parser = { safeParse: (data: unknown) => ({ success: true, data }) as const };
    const lifecycle = defineLifecycle({
      name: 'parcels',
      statuses: ['announced'],
      fields: {},
      money: [],
      resolutionWeight: 16,
      events: {
        ParcelAnnounced: {
          kind: 'decision',
          transitions: [{ from: ['none'], to: 'announced' }],
          weight: 1,
          versions: [{ schema: parser }],
        },
        ParcelSeen: {
          kind: 'fact',
          transitions: [{ from: 'any', to: 'same' }],
          weight: 1,
          versions: [{ schema: parser }],
        },
      },
    });
    const parcels = createOpenApi({ lifecycle, routes });
    const matches = createSchemaCheck(parcels);
    expect(matches(['components', 'schemas', 'PlaceOrder'], { orderId: 'p-1', anything: [1] })).toEqual([]);
    expect(matches(['components', 'schemas', 'PlaceOrder'], { orderId: '?' })).not.toEqual([]);
    expect(matches(['components', 'schemas', 'Fact'], { type: 'ParcelSeen', source: 'gate', data: { at: 3 } })).toEqual(
      [],
    );
    expect(matches(['components', 'schemas', 'Status'], 'announced')).toEqual([]);
    expect(JSON.stringify(parcels.components?.schemas)).not.toContain('OrderPlaced');
  });
});

describe('the check of an answer', () => {
  const check = createOpenApiCheck(document);
  const health = {
    method: 'GET',
    path: '/health',
    status: 200,
    headers: { 'content-type': 'application/json', 'rejoin-region': 'us-east-1', 'rejoin-epoch': '0' },
    body: { status: 'ok', region: 'us-east-1' },
  };
  const { 'rejoin-epoch': _, ...withoutEpoch } = health.headers;

  it('finds nothing wrong with one that is described', () => {
    expect(check(health)).toEqual([]);
  });

  it.each([
    ['a status', { ...health, status: 204 }],
    ['a media type', { ...health, headers: { ...health.headers, 'content-type': 'text/plain' } }],
    ['a header', { ...health, headers: { ...health.headers, 'x-secret': '1' } }],
    ['the absence of a header', { ...health, headers: withoutEpoch }],
    ['a property', { ...health, body: { ...health.body, uptime: 3 } }],
    ['a value', { ...health, body: { ...health.body, status: 'well' } }],
    ['a path', { ...health, path: '/healthy' }],
    ['a method', { ...health, method: 'DELETE' }],
  ])('reports %s that is not described', (_what, answer) => {
    expect(check(answer)).toHaveLength(1);
  });
});

type Content = Readonly<Record<string, { readonly examples?: Readonly<Record<string, { readonly $ref?: string }>> }>>;

const examplesIn = (holder: unknown): readonly { readonly mediaType: string; readonly value: unknown }[] =>
  Object.entries((holder as { readonly content?: Content }).content ?? {}).flatMap(([mediaType, { examples = {} }]) =>
    Object.values(examples).map((example) => ({ mediaType, value: dereference(example)['value'] })),
  );
