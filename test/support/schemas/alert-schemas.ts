/**
 * The schemas of others as checks.
 *
 * Swagger 2 definitions describe objects that may hold anything else, so a misspelt property would pass. Here each
 * definition takes its own properties only, and an unknown one is reported like any other mistake.
 */
import { readFileSync } from 'node:fs';
import { Ajv, type ErrorObject } from 'ajv';
import addFormats from 'ajv-formats';

/** What is wrong with a value, in words; empty when nothing is. */
export type SchemaCheck = (value: unknown) => readonly string[];

export const createCloudEventCheck = (): SchemaCheck => compile(readSchema('cloudevents.json'));

/** `definition`: of the TMF688 document, such as `Event`. */
export const createTmf688Check = (definition: string): SchemaCheck => {
  const { definitions } = readSchema('TMF688-Event-v4.0.0.swagger.json') as { readonly definitions: Definitions };
  return compile({
    definitions: Object.fromEntries(Object.entries(definitions).map(([name, it]) => [name, closed(it)])),
    $ref: `#/definitions/${definition}`,
  });
};

type Definitions = Readonly<Record<string, { readonly type?: string; readonly properties?: object }>>;

const closed = (definition: Definitions[string]): object =>
  definition.properties === undefined ? definition : { ...definition, additionalProperties: false };

const readSchema = (name: string): object => JSON.parse(readFileSync(new URL(name, import.meta.url), 'utf8'));

const compile = (schema: object): SchemaCheck => {
  const ajv = new Ajv({ strict: true, allowUnionTypes: true, allErrors: true });
  addFormats.default(ajv);
  const validate = ajv.compile(schema);
  return (value) => {
    validate(value);
    return (validate.errors ?? []).map(describe);
  };
};

const describe = ({ instancePath, message, params }: ErrorObject): string =>
  `${instancePath || '/'} ${message} ${JSON.stringify(params)}`;
