/**
 * Problems as the OpenAPI document has them: a schema and an example for each kind, and for an operation the kinds of each
 * status.
 */
import * as z from 'zod';
import type { ZodOpenApiResponseObject } from 'zod-openapi';
import { byType } from './by-type.ts';
import { type AnswerHeader, headersSchema } from './parameters.ts';
import { isAboutOrder, type ProblemKind, problems, sampleProblem } from './problems.ts';

export const problemAnswers = (kinds: readonly ProblemKind[]): Readonly<Record<string, ZodOpenApiResponseObject>> => {
  const byStatus = Map.groupBy(new Set(kinds), (kind) => sampleProblem(kind).problem.status);
  return Object.fromEntries([...byStatus].map(([status, ofStatus]) => [String(status), sharedAnswer(ofStatus)]));
};

/** Many operations have an answer of one kind in common, which then stands once in the document. */
const sharedAnswer = (kinds: readonly ProblemKind[]): ZodOpenApiResponseObject => {
  const [kind, ...others] = kinds;
  return kind && others.length === 0 ? answersOfOne[kind] : problemAnswer(kinds);
};

/** By kind. */
export const problemExamples = () => byKind((kind) => ({ value: sampleProblem(kind).problem }));

const problemAnswer = (kinds: readonly ProblemKind[]): ZodOpenApiResponseObject => ({
  description: kinds.map((kind) => `- \`${kind}\`: ${problems[kind].when}`).join('\n'),
  headers: problemHeaders(kinds),
  content: {
    'application/problem+json': {
      schema: byType(kinds.map((kind) => problemSchemas[kind])),
      examples: Object.fromEntries(kinds.map((kind) => [kind, { $ref: `#/components/examples/${kind}` }])),
    },
  },
});

const problemSchema = (kind: ProblemKind) => {
  const { status, type } = sampleProblem(kind).problem;
  return z
    .object({
      type: z.literal(type),
      title: z.string(),
      status: z.literal(status),
      detail: z.string().optional(),
      ...problems[kind].extensions,
      ...(isAboutOrder(kind) && groupExtensions),
    })
    .meta({ id: `${pascalCase(kind)}Problem`, description: problems[kind].when });
};

/** Of a command over several orders. */
const groupExtensions = {
  orderId: z.string().optional().meta({ description: 'Of a command over several orders, the one that is meant.' }),
  pointer: z.string().optional().meta({ description: 'To its part of the body.' }),
};

const problemHeaders = (kinds: readonly ProblemKind[]) => {
  const sent = kinds.map((kind) => Object.keys(sampleProblem(kind).headers));
  const isIn = (names: readonly string[], header: string) => names.includes(header.toLowerCase());
  return headersSchema(
    refusalHeaders.filter((header) => sent.every((names) => isIn(names, header))),
    [...refusalHeaders, tokenHeader].filter((header) => sent.some((names) => isIn(names, header))),
  );
};

const refusalHeaders: readonly AnswerHeader[] = ['Retry-After', 'WWW-Authenticate', 'Accept-Post'];
/** What was seen of the order is said where it was looked at. */
const tokenHeader: AnswerHeader = 'Rejoin-Token';

const pascalCase = (kind: string): string =>
  kind.replace(/(?:^|-)([a-z])/g, (_, letter: string) => letter.toUpperCase());

const kindsOf = (table: typeof problems) => Object.keys(table) as ProblemKind[];

const byKind = <Value>(map: (kind: ProblemKind) => Value) =>
  Object.fromEntries(kindsOf(problems).map((kind) => [kind, map(kind)])) as Record<ProblemKind, Value>;

const problemSchemas = byKind(problemSchema);
const answersOfOne = byKind((kind) => ({ ...problemAnswer([kind]), id: pascalCase(kind) }));
