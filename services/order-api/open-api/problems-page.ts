/**
 * docs/problems.md, from the table of problems.
 */
import { itemKinds, type ProblemKind, problems, sampleProblem, unroutedKinds } from './problems.ts';

export const problemsPage = (): string => {
  const kinds = (Object.keys(problems) as ProblemKind[]).sort(
    (left, right) => sampleProblem(left).problem.status - sampleProblem(right).problem.status,
  );
  return [
    '# Problems',
    '',
    'Whatever the order API refuses is answered with a problem document',
    '([RFC 9457](https://www.rfc-editor.org/rfc/rfc9457), `application/problem+json`). Switch on `type`: it is',
    '`urn:rejoin:problem:` and one of the kinds below, and does not change. `title` and `detail` are for people and may.',
    'A refused request has changed nothing, but for the two that say that it may have been stored. Ignore members that you',
    'do not know.',
    '',
    'This page is made by `npm run openapi` from `services/order-api/open-api/problems.ts`.',
    '',
    '| kind | status | when | what to do | members beside the usual | headers |',
    '| --- | --- | --- | --- | --- | --- |',
    ...kinds.map(row),
    '',
    `No operation answers with ${unroutedKinds.map(code).join(' or ')}: they are about paths and methods that are not there.`,
    'A problem about one order of a command over several also has `orderId` and `pointer`. Of an item of a batch the problem',
    `stands in its result, and \`retryAfterSeconds\` stands for the header Retry-After; ${itemKinds.map(code).join(' and ')} is found nowhere else.`,
    'Every answer names its region and epoch; one that has looked at an order also has Rejoin-Token: what it has seen.',
    '',
  ].join('\n');
};

const row = (kind: ProblemKind): string => {
  const { when, remedy, extensions = {} } = problems[kind];
  const { problem, headers } = sampleProblem(kind);
  const members = Object.keys(extensions).map(code).join(', ');
  const shown = Object.keys(headers).filter((name) => name !== 'rejoin-token');
  return `| ${code(kind)} | ${problem.status} | ${when} | ${remedy} | ${members} | ${shown.map(headerName).join(', ')} |`;
};

const code = (text: string): string => `\`${text}\``;

const headerName = (name: string): string => name.replace(/(?:^|-)(?:www|[a-z])/g, (start) => start.toUpperCase());
