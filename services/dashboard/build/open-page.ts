/** The dashboard's page from wherever this code runs: the repository bundles it, the package has it as files. */
import { extname } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { PageFiles } from '../page-files.ts';
import { readPage } from './read-page.ts';

/** Throws what keeps the page from being read or bundled. */
export const openPage = async (): Promise<PageFiles> => {
  if (extname(import.meta.url) !== '.ts') return readPage(fileURLToPath(new URL('../page', import.meta.url)));
  const { buildPage } = await import('./build-page.ts');
  return buildPage();
};
