/** The page as the package carries it: the files that `build-page.ts` wrote beside the code. */
import { readdir, readFile } from 'node:fs/promises';
import { extname, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import type { PageFile, PageFiles } from '../page-files.ts';

export const contentTypes: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.txt': 'text/plain; charset=utf-8',
};

export const toPageFile = (name: string, bytes: Uint8Array): PageFile => ({
  name,
  contentType: contentTypes[extname(name)] ?? 'application/octet-stream',
  bytes,
  gzip: gzipSync(bytes, { level: 9 }),
});

export const readPage = async (folder: string): Promise<PageFiles> => {
  const names = (await readdir(folder)).sort();
  return Promise.all(names.map(async (name) => toPageFile(name, await readFile(join(folder, name)))));
};
