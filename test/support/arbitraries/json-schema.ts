/**
 * Values that a JSON schema describes, and values that it nearly does: what a client would send that knows the OpenAPI
 * document, and what one would that has a bug.
 *
 * Only the keywords that our document uses. `text` makes the strings that no keyword narrows, so that a test can mark
 * them and look for them where they must not be.
 */
import fc from 'fast-check';

export type JsonSchema = Readonly<Record<string, unknown>>;

export interface JsonSchemaOptions {
  readonly text: fc.Arbitrary<string>;
  /** What stands at a `$ref`. */
  readonly resolve: (schema: JsonSchema) => JsonSchema;
}

export const valuesOf = (given: JsonSchema, options: JsonSchemaOptions, depth = 0): fc.Arbitrary<unknown> => {
  const schema = options.resolve(given);
  const inner = (it: unknown) => valuesOf(it as JsonSchema, options, depth + 1);
  if ('const' in schema) return fc.constant(schema['const']);
  if (Array.isArray(schema['enum'])) return fc.constantFrom(...(schema['enum'] as unknown[]));
  const choices = (schema['oneOf'] ?? schema['anyOf']) as readonly unknown[] | undefined;
  if (choices) return fc.oneof(...choices.map(inner));
  if (depth > depthMax) return fc.constant(null);
  switch (schema['type']) {
    case 'object':
      return objectsOf(schema, inner);
    case 'array': {
      const { minItems = 0, maxItems = itemsMax } = schema as { minItems?: number; maxItems?: number };
      return fc.array(inner(schema['items'] ?? {}), { minLength: minItems, maxLength: Math.min(maxItems, itemsMax) });
    }
    case 'string':
      return stringsOf(schema, options.text);
    case 'integer':
    case 'number':
      return integersOf(schema);
    case 'boolean':
      return fc.boolean();
    default:
      return fc.jsonValue({ maxDepth: 2 });
  }
};

/** The value with a mistake in it, somewhere: a part that is left out, of another kind, or one too many. */
export const spoiled = (values: fc.Arbitrary<unknown>): fc.Arbitrary<unknown> =>
  fc
    .tuple(values, fc.infiniteStream(fc.nat()), fc.jsonValue({ maxDepth: 1 }))
    .map(([value, numbers, other]) => spoil(value, () => numbers.next().value as number, other));

const depthMax = 8;
const itemsMax = 4;

const objectsOf = (schema: JsonSchema, inner: (schema: unknown) => fc.Arbitrary<unknown>): fc.Arbitrary<unknown> => {
  const properties = (schema['properties'] ?? {}) as Readonly<Record<string, unknown>>;
  const required = (schema['required'] ?? []) as string[];
  const known = fc.record(
    Object.fromEntries(Object.entries(properties).map(([name, property]) => [name, inner(property)])),
    { requiredKeys: required.filter((name) => Object.hasOwn(properties, name)) },
  );
  const { additionalProperties } = schema;
  if (typeof additionalProperties !== 'object' || Object.keys(properties).length > 0) return known;
  return fc.dictionary(fc.stringMatching(/^[a-zA-Z]{1,16}$/), inner(additionalProperties), { maxKeys: 3 });
};

const stringsOf = (schema: JsonSchema, text: fc.Arbitrary<string>): fc.Arbitrary<string> => {
  const { pattern, minLength = 0, maxLength = lengthMax, format } = schema as StringKeywords;
  if (format === 'date-time') return fc.date({ noInvalidDate: true, min: epoch, max: farFuture }).map(toIso);
  if (pattern !== undefined) return matchesOf(pattern, Math.min(maxLength, 80));
  return text.map((value) => value.slice(0, maxLength).padEnd(minLength, 'x'));
};

/** fast-check knows no lookahead: what it would refuse is left out afterwards. */
const matchesOf = (pattern: string, maxLength: number): fc.Arbitrary<string> => {
  const matches = new RegExp(pattern);
  const simple = new RegExp(pattern.replaceAll(/\(\?[!=][^)]*\)/g, ''));
  return fc.stringMatching(simple, { maxLength }).filter((value) => matches.test(value));
};

interface StringKeywords {
  readonly pattern?: string;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly format?: string;
}

const lengthMax = 200;
const epoch = new Date(0);
const farFuture = new Date('2999-12-31T00:00:00Z');
const toIso = (date: Date): string => date.toISOString();

const integersOf = (schema: JsonSchema): fc.Arbitrary<number> => {
  const { minimum = -1_000_000, maximum = 1_000_000 } = schema as { minimum?: number; maximum?: number };
  return fc.oneof(
    fc.integer({ min: Math.max(minimum, -(2 ** 31)), max: Math.min(maximum, 2 ** 31 - 1) }),
    fc.constantFrom(minimum, maximum),
  );
};

const spoil = (value: unknown, next: () => number, other: unknown): unknown => {
  if (typeof value !== 'object' || value === null || next() % 4 === 0) return other;
  const keys = Object.keys(value);
  const key = keys[next() % Math.max(1, keys.length)];
  if (key === undefined || next() % 5 === 0) return { ...value, unexpected: other };
  if (Array.isArray(value)) return value.with(Number(key), spoil(value[Number(key)], next, other));
  const { [key]: part, ...rest } = value as Readonly<Record<string, unknown>>;
  return next() % 3 === 0 ? rest : { ...rest, [key]: spoil(part, next, other) };
};
