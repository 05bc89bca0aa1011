/**
 * The OpenAPI document of the order API, made of what the API runs on: the table of routes, the schemas that requests are
 * parsed with, the lifecycle's payloads, the types of the answers, and the problems that refusals become.
 */
import * as z from 'zod';
import {
  createDocument,
  type ZodOpenApiOperationObject,
  type ZodOpenApiOverride,
  type ZodOpenApiResponseObject,
} from 'zod-openapi';
import { invariant } from '../../../domain/kernel/invariant.ts';
import type { Lifecycle } from '../../../domain/lifecycle/define-lifecycle.ts';
import { retailDefinition } from '../../../domain/lifecycle/retail.ts';
import type { Route } from '../routes.ts';
import { type AnswerSchemas, answerSchemasOf } from './answer-schemas.ts';
import { type BodySchemas, bodySchemasOf } from './body-schemas.ts';
import { type AnswerDescription, gateProblems, type Operation, openGateProblems, operations } from './operations.ts';
import { headersSchema, pathParametersOf, queryParametersOf, requestHeaders } from './parameters.ts';
import { problemAnswers, problemExamples } from './problem-answers.ts';
import { type Example, retailExamples } from './retail-examples.ts';

export interface OpenApiSource {
  readonly lifecycle: Lifecycle;
  readonly routes: readonly Route[];
}

export type OpenApiDocument = ReturnType<typeof createDocument>;

/** That of the package: a test compares them. */
export const apiVersion = '0.1.0';

export const createOpenApi = ({ lifecycle, routes }: OpenApiSource): OpenApiDocument => {
  const parts: Parts = {
    bodies: bodySchemasOf(lifecycle),
    answers: answerSchemasOf(lifecycle),
    query: queryParametersOf(lifecycle),
    examples: lifecycle.definition === retailDefinition ? retailExamples : [],
  };
  const byPath = Map.groupBy(routes, ({ path }) => path);
  const paths = [...byPath].map(([path, ofPath]) => {
    const described = ofPath.map((route) => [route.method.toLowerCase(), describeRoute(route, parts)]);
    return [path, Object.fromEntries(described)];
  });
  return createDocument(
    {
      openapi: '3.1.1',
      info: { title: `Rejoin order API (${lifecycle.name})`, version: apiVersion, description: introduction },
      paths: Object.fromEntries(paths),
      components: {
        examples: problemExamples(),
        securitySchemes: {
          bearer: {
            type: 'http',
            scheme: 'bearer',
            bearerFormat: 'JWT',
            description: 'A JWT of the issuer. It names a tenant, and the scopes that each operation asks for.',
          },
        },
      },
    },
    { override: openAnswers },
  );
};

const introduction = [
  'An event-sourced order ledger that takes writes in several regions at once. Any region answers; every answer names the region, its write plan epoch, and what it has seen of the order (a token).',
  'A write carries an Idempotency-Key, and a retry with the same key hears the first outcome, in any region, for ever. A client that hands the token which it received to another region gets an answer that has seen no less, or a 425.',
  'What is refused is a problem document (RFC 9457) whose `type` is stable. Answers may gain properties and problems may gain members: ignore those that you do not know.',
].join('\n\n');

interface Parts {
  readonly bodies: BodySchemas;
  readonly answers: AnswerSchemas;
  readonly query: ReturnType<typeof queryParametersOf>;
  readonly examples: readonly Example[];
}

const describeRoute = (route: Route, parts: Parts): ZodOpenApiOperationObject => {
  const { operationId, scope, scopeOfPart } = route;
  const operation = operations[operationId];
  invariant(operation, `operation ${operationId} is described in operations.ts`);
  const isOpen = scope === 'anybody';
  const examples = parts.examples.filter((example) => example.operationId === operationId);
  return {
    operationId,
    summary: operation.summary,
    description: operation.description,
    // Either of them opens the route; the handler keeps who has only the second to their part.
    security: isOpen ? [] : [scope, scopeOfPart].flatMap((it) => (it === undefined ? [] : [{ bearer: [it] }])),
    requestParams: requestParams(route, operation, parts),
    ...(operation.body && {
      requestBody: {
        required: true,
        content: { 'application/json': { schema: parts.bodies[operation.body], examples: bodyExamples(examples) } },
      },
    }),
    responses: {
      ...Object.fromEntries(
        Object.entries(operation.answers).map(([status, answer]) => [
          status,
          describeAnswer(answer, answerExamples(examples, Number(status)), parts),
        ]),
      ),
      ...problemAnswers([...(isOpen ? openGateProblems : gateProblems), ...operation.problems]),
    },
  };
};

const requestParams = ({ path, query }: Route, { headers = [] }: Operation, parts: Parts) => ({
  ...(path.includes('{id}') && { path: z.object(pathParametersOf(path)) }),
  ...(query.length > 0 && {
    query: z.object(
      Object.fromEntries(
        query.map((name) => {
          const schema = parts.query[name];
          invariant(schema, `query parameter ${name} is described in parameters.ts`);
          return [name, schema.optional()];
        }),
      ),
    ),
  }),
  ...(headers.length > 0 && {
    header: z.object(Object.fromEntries(headers.map((name) => [name, requestHeaders[name]]))),
  }),
});

const describeAnswer = (
  { description, schema, headers = [], headersIfAny = [] }: AnswerDescription,
  examples: NamedExamples,
  { answers }: Parts,
): ZodOpenApiResponseObject => ({
  description,
  headers: headersSchema(headers, headersIfAny),
  content: { 'application/json': { schema: answers[schema], examples } },
});

type NamedExamples = Readonly<Record<string, { readonly summary: string; readonly value: unknown }>>;

const bodyExamples = (examples: readonly Example[]): NamedExamples =>
  Object.fromEntries(examples.map(({ name, summary, body }) => [name, { summary, value: body }]));

const answerExamples = (examples: readonly Example[], status: number): NamedExamples =>
  Object.fromEntries(
    examples
      .filter((example) => example.status === status && example.answer !== undefined)
      .map(({ name, summary, answer }) => [name, { summary, value: answer }]),
  );

/** Zod closes the objects that it renders for answers, and the stored entry is closed by itself. */
const openAnswers: ZodOpenApiOverride = ({ jsonSchema, io }) => {
  if (io === 'output' && jsonSchema.additionalProperties === false) delete jsonSchema.additionalProperties;
};
