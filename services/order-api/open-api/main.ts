/**
 * Writes docs/openapi.json and docs/problems.md: `npm run openapi`. A test compares them with what the code says.
 */
import { writeFileSync } from 'node:fs';
import { committedPages } from './committed-pages.ts';

for (const { file, text } of committedPages()) writeFileSync(new URL(`../../../docs/${file}`, import.meta.url), text);
