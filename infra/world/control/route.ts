/** How one path of the world's address is answered: with JSON that nobody else may load, or with a problem. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type * as z from 'zod';
import { type LocalProblem, readBody, sendProblem } from '../local-http.ts';

export interface Route {
  readonly method: 'GET' | 'POST';
  readonly answer: (request: IncomingMessage, response: ServerResponse) => Promise<void>;
}

export type Outcome =
  | { readonly kind: 'done'; readonly body: unknown }
  | { readonly kind: 'refused'; readonly problem: LocalProblem };

const bodyBytesMax = 16 * 1024;

/** Answers with what `work` makes of a body that fits, and with a problem where it does not. */
export const takeJson =
  <Schema extends z.ZodType>(schema: Schema, work: (body: z.infer<Schema>) => Promise<Outcome>): Route['answer'] =>
  async (request, response) => {
    const bad = (status: number, title: string, detail: string) => sendProblem(response, { status, title, detail });
    if (!/^application\/json\b/.test(request.headers['content-type'] ?? ''))
      return bad(415, 'Unsupported Media Type', 'send application/json');
    const read = await readBody(request, bodyBytesMax);
    if (read.kind === 'too-large') return bad(413, 'Content Too Large', `a body may have ${bodyBytesMax} bytes`);
    const parsed = schema.safeParse(parseJson(read.body));
    if (!parsed.success) return bad(400, 'Bad Request', describeIssues(parsed.error));
    const outcome = await work(parsed.data);
    if (outcome.kind === 'refused') sendProblem(response, outcome.problem);
    else sendJson(response, outcome.body);
  };

/** No page may load it as a script or a picture: it says where the databases are. */
export const sendJson = (response: ServerResponse, value: unknown): void => {
  response.writeHead(200, {
    'content-type': 'application/json',
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
    'cross-origin-resource-policy': 'same-origin',
  });
  response.end(JSON.stringify(value));
};

/** Undefined is nothing that a schema takes, so the schema says what is missing. */
const parseJson = (body: Buffer): unknown => {
  try {
    return JSON.parse(body.toString('utf8'));
  } catch {
    return undefined;
  }
};

const describeIssues = ({ issues }: z.ZodError): string =>
  issues.map(({ path, message }) => `${path.join('.') || 'body'}: ${message}`).join('; ');
