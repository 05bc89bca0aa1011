/**
 * Whether an answer is one that the OpenAPI document describes: operation, status, headers, media type, body.
 *
 * The document leaves its objects open for clients. Here they are closed, so that a property which nobody described is
 * reported like any other mistake.
 */
import { Ajv2020, type ErrorObject } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import type { OpenApiDocument } from '../../services/order-api/open-api/open-api.ts';

export interface GivenAnswer {
  readonly method: string;
  /** Without the query. */
  readonly path: string;
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: unknown;
}

/** What is not as the document has it, in words; empty when all is. */
export type OpenApiCheck = (answer: GivenAnswer) => readonly string[];

export const createOpenApiCheck = (document: OpenApiDocument): OpenApiCheck => {
  const matches = createSchemaCheck(document);
  const templates = Object.keys(document.paths ?? {});
  return (answer) => {
    const template = templates.find((it) => fits(it, answer.path));
    const pointer = ['paths', template ?? '', answer.method.toLowerCase()];
    if (template === undefined || !find(document, pointer)) return checkUnrouted(answer);
    const described = resolve(document, [...pointer, 'responses', String(answer.status)]);
    if (!described) return [`${answer.method} ${template} answers ${answer.status}, which is not described`];
    const { value, pointer: place } = described;
    return [
      ...checkHeaders(document, value['headers'] ?? {}, answer.headers),
      ...checkBody(value, place, answer, matches),
    ].map((said) => `${answer.method} ${template} ${answer.status}: ${said}`);
  };
};

/** Checks a value against the schema at a place of the document, as a client would, or closed. */
export const createSchemaCheck = (
  document: OpenApiDocument,
  { isClosed = true }: { readonly isClosed?: boolean } = {},
): ((pointer: readonly string[], value: unknown) => readonly string[]) => {
  const ajv = new Ajv2020({ strict: false, allErrors: true });
  addFormats.default(ajv);
  ajv.addSchema({ ...(isClosed ? (close(document) as OpenApiDocument) : document), $id: documentId });
  return (pointer, value) => {
    const path = pointer.map((part) => `/${encodeURIComponent(part.replaceAll('~', '~0').replaceAll('/', '~1'))}`);
    const validate = ajv.getSchema(`${documentId}#${path.join('')}`);
    if (!validate) return [`there is no schema at ${pointer.join(' ')}`];
    validate(value);
    return (validate.errors ?? []).map(describe);
  };
};

const documentId = 'https://rejoin.example/openapi.json';

type Json = Readonly<Record<string, unknown>>;

/** Of a path or a method that is not there, only that may be said. */
const checkUnrouted = ({ method, path, status, body }: GivenAnswer): readonly string[] => {
  const { type } = body as { readonly type?: string };
  const isSaid =
    (status === 404 && type === 'urn:rejoin:problem:unknown-route') ||
    (status === 405 && type === 'urn:rejoin:problem:method-not-allowed');
  return isSaid ? [] : [`${method} ${path} is not described, and was answered with ${status}`];
};

const checkHeaders = (document: OpenApiDocument, described: Json, sent: GivenAnswer['headers']): readonly string[] => {
  const names = Object.keys(described).map((name) => name.toLowerCase());
  const required = Object.entries(described)
    .filter(([, header]) => resolveReference(document, header as Json)['required'] === true)
    .map(([name]) => name.toLowerCase());
  return [
    ...required.filter((name) => !Object.hasOwn(sent, name)).map((name) => `header ${name} is missing`),
    ...Object.keys(sent)
      .filter((name) => !usualHeaders.includes(name) && !names.includes(name))
      .map((name) => `header ${name} is not described`),
  ];
};

const checkBody = (
  described: Json,
  place: readonly string[],
  { headers, body }: GivenAnswer,
  matches: ReturnType<typeof createSchemaCheck>,
): readonly string[] => {
  const mediaType = headers['content-type'] ?? '';
  if (!Object.hasOwn((described['content'] ?? {}) as Json, mediaType))
    return [`media type ${mediaType} is not described`];
  return matches([...place, 'content', mediaType, 'schema'], body);
};

/** Of every answer of every API; the document has no need to name them. */
const usualHeaders: readonly string[] = ['content-type', 'cache-control'];

const fits = (template: string, path: string): boolean => {
  // The router takes a slash at the end for none.
  const [expected, given] = [template.split('/'), path.replace(/(.)\/$/, '$1').split('/')];
  return (
    expected.length === given.length &&
    expected.every((part, i) => part === given[i] || (part === '{id}' && given[i] !== ''))
  );
};

const find = (document: object, pointer: readonly string[]): Json | undefined => {
  let value: unknown = document;
  for (const part of pointer) value = (value as Json | undefined)?.[part];
  return value as Json | undefined;
};

const resolve = (document: OpenApiDocument, pointer: readonly string[]) => {
  const value = find(document, pointer);
  const ref = value?.['$ref'] as string | undefined;
  const place = ref === undefined ? pointer : ref.split('/').slice(1);
  const resolved = find(document, place);
  return resolved && { value: resolved as { readonly [name: string]: Json }, pointer: place };
};

/** What stands at the place that a reference names; any other value is itself. */
export const resolveReference = (document: OpenApiDocument, value: Json): Json => {
  const ref = value['$ref'] as string | undefined;
  return ref === undefined ? value : (find(document, ref.split('/').slice(1)) ?? {});
};

const close = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(close);
  if (typeof value !== 'object' || value === null) return value;
  const closed = Object.fromEntries(Object.entries(value).map(([key, member]) => [key, close(member)]));
  const isOpenObject = 'properties' in value && 'type' in value && !('additionalProperties' in value);
  return isOpenObject ? { ...closed, additionalProperties: false } : closed;
};

const describe = ({ instancePath, message, params }: ErrorObject): string =>
  `${instancePath || '/'} ${message} ${JSON.stringify(params)}`;
