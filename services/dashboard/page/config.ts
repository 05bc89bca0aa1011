/** The configuration of the place, as the page was served with it. */
import type { PageConfig } from '../page-config.ts';

export const readConfig = (page: Document): PageConfig =>
  JSON.parse(page.getElementById('config')?.textContent ?? '') as PageConfig;
