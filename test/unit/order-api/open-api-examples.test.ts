import { beforeAll, expect, it } from 'vitest';
import { document, operationsOf } from '../../support/described-api.ts';
import { createOpenApiCheck } from '../../support/open-api-check.ts';
import { type SentExample, sendExamples } from '../../support/send-examples.ts';

let sent: readonly SentExample[] = [];

beforeAll(async () => {
  sent = await sendExamples(document);
});

it('has an example of every operation', () => {
  const shown = new Set(sent.map(({ example }) => example.operationId));
  expect(operationsOf(document).filter(({ operation }) => !shown.has(operation.operationId))).toEqual([]);
});

it('answers each example as the document says', () => {
  const check = createOpenApiCheck(document);
  for (const { example, method, path, reply } of sent) {
    expect(reply.status, example.name).toBe(example.status);
    expect(check({ method, path, ...reply })).toEqual([]);
  }
});

it('shows the answers that are given, but for ids, times and digests', () => {
  for (const { example, reply } of sent) {
    if (example.answer === undefined) continue;
    const given = example.operationId === 'readOpenApi' ? beginningOf(reply.body) : reply.body;
    expect(settle(given), example.name).toEqual(settle(example.answer));
  }
});

const beginningOf = ({ openapi, info: { title, version } }: typeof document) => ({ openapi, info: { title, version } });

/** Whatever is drawn, or computed from what is drawn, becomes its own name. */
const settle = (value: unknown): unknown =>
  JSON.parse(
    JSON.stringify(value)
      .replace(/"[0-7][0-9A-HJKMNP-TV-Z]{25}"/g, '"ULID"')
      .replace(/"\d{4}-\d\d-\d\dT[\d:.]+Z"/g, '"TIME"')
      .replace(/"[0-9a-f]{64}"/g, '"SHA-256"')
      .replace(/"key":"[0-9a-f]{16}"/g, '"key":"KEY"')
      .replace(/"box":"[\w-]+"/g, '"box":"BOX"'),
  );
