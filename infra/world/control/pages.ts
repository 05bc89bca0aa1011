/** The pages that the world itself shows: they need no script, so none may run. */
import type { ServerResponse } from 'node:http';
import type { World } from '../world-types.ts';

/** What the pages show was written by whoever wrote an order. */
export const sendHtml = (response: ServerResponse, html: string, status = 200): void => {
  response.writeHead(status, {
    'content-type': 'text/html; charset=utf-8',
    'cache-control': 'no-store',
    'content-security-policy': "default-src 'none'; style-src 'unsafe-inline'; img-src data:",
    'x-content-type-options': 'nosniff',
  });
  response.end(html);
};

export const noReportPage = (): string => toPage('There is no report yet', `<p>${howToPlay}</p>`);

/** Where there is no dashboard. */
export const welcomePage = ({ regions }: World, hasReport: boolean): string =>
  toPage(
    'The world is running',
    `<p>${hasReport ? 'What became of the orders that were played: <a href="/world/report">the report</a>.' : howToPlay}</p>
<ul>
${regions.map(({ name, apiUrl }) => `<li>${name}: order API at <code>${apiUrl}</code></li>`).join('\n')}
</ul>
<p>What is going on, as JSON: <a href="/world">/world</a></p>`,
  );

const howToPlay = `A report is made when order histories are played: start with <code>npm start</code>, or
<code>rejoin up --play</code>.`;

const toPage = (title: string, body: string): string => `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>Rejoin</title>
<style>body{font:1rem/1.6 system-ui,sans-serif;max-width:44rem;margin:3rem auto;padding:0 1rem}code{font-size:.95em}</style>
<h1>${title}</h1>
${body}
</html>
`;
