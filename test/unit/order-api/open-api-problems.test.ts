import { describe, expect, it } from 'vitest';
import {
  itemKinds,
  type ProblemKind,
  problems,
  sampleProblem,
  unroutedKinds,
} from '../../../services/order-api/open-api/problems.ts';
import { document, operationsOf } from '../../support/described-api.ts';
import { createSchemaCheck } from '../../support/open-api-check.ts';

const kinds = Object.keys(problems) as ProblemKind[];
const matches = createSchemaCheck(document);
const text = JSON.stringify(operationsOf(document));

describe('problems', () => {
  it('are each answered by some operation, but those that are about paths and methods or an item of a batch', () => {
    const { responses = {} } = document.components ?? {};
    const shared = Object.entries(responses)
      .filter(([name]) => text.includes(`"#/components/responses/${name}"`))
      .map(([, response]) => JSON.stringify(response));
    const answered = kinds.filter((kind) =>
      [text, ...shared].some((it) => it.includes(`components/examples/${kind}"`)),
    );
    expect(kinds.filter((kind) => !answered.includes(kind))).toEqual([...unroutedKinds, ...itemKinds]);
  });

  it.each(kinds)('have in the document what the code says of %s', (kind) => {
    const { problem } = sampleProblem(kind);
    expect(problem.type).toBe(`urn:rejoin:problem:${kind}`);
    if (unroutedKinds.includes(kind) || itemKinds.includes(kind)) return;
    const name = `${kind.replace(/(?:^|-)([a-z])/g, (_, letter: string) => letter.toUpperCase())}Problem`;
    expect(matches(['components', 'schemas', name], problem)).toEqual([]);
    const { type: _type, title: _title, status: _status, detail: _detail, ...extensions } = problem;
    expect(Object.keys(extensions).sort()).toEqual(Object.keys(problems[kind].extensions ?? {}).sort());
  });

  it('say in full sentences when they come and what to do', () => {
    for (const kind of kinds)
      for (const sentence of [problems[kind].when, problems[kind].remedy])
        expect(sentence, kind).toMatch(/^[A-Z].*[.]$/);
  });
});
