/**
 * Bundles the dashboard's page. In the repository the world does it at boot, so that nobody has to build anything before
 * `npm start`; the package carries what this returns as files.
 *
 * The licences of what is bundled go with it, as they ask.
 */
import { readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build, type Metafile } from 'esbuild';
import type { PageFiles } from '../page-files.ts';
import { toPageFile } from './read-page.ts';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const source = join(root, 'services/dashboard/page');

/** Throws what keeps the page from being bundled. */
export const buildPage = async (): Promise<PageFiles> => {
  const { outputFiles, metafile } = await build({
    absWorkingDir: root,
    entryPoints: [join(source, 'main.tsx')],
    outdir: 'page',
    entryNames: '[name]-[hash]',
    chunkNames: '[name]-[hash]',
    bundle: true,
    // What is imported when it is needed is sent then: a page sends no other page's code.
    splitting: true,
    minify: true,
    format: 'esm',
    target: ['es2023', 'chrome120', 'firefox121', 'safari17'],
    jsx: 'automatic',
    jsxImportSource: 'preact',
    legalComments: 'none',
    metafile: true,
    write: false,
    logLevel: 'silent',
  });
  const bundles = outputFiles.map(({ path, contents }) => toPageFile(basename(path), contents));
  const nameOf = (extension: string): string =>
    bundles.find(({ name }) => name.startsWith('main-') && name.endsWith(extension))?.name ?? '';
  const html = (await readFile(join(source, 'index.html'), 'utf8'))
    .replace('main.tsx', nameOf('.js'))
    .replace('style/main.css', nameOf('.css'))
    .replace('<!-- preloads -->', preloads(metafile, nameOf('.js')));
  return [
    toPageFile('index.html', Buffer.from(html)),
    ...bundles,
    toPageFile('icon.svg', await readFile(join(source, 'icon.svg'))),
    toPageFile('licences.txt', Buffer.from(await collectLicences(metafile))),
  ];
};

/** What the program needs at once, so that the browser asks for it beside the program instead of after it. */
const preloads = ({ outputs }: Metafile, main: string): string => {
  const output = Object.entries(outputs).find(([path]) => basename(path) === main)?.[1];
  return (output?.imports ?? [])
    .filter(({ kind }) => kind === 'import-statement')
    .map(({ path }) => `<link rel="modulepreload" href="${basename(path)}">`)
    .join('');
};

const collectLicences = async ({ inputs }: Metafile): Promise<string> => {
  const packages = new Set(
    Object.keys(inputs).flatMap((path) => /node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(path)?.[1] ?? []),
  );
  const texts = [...packages].sort().map(async (name) => {
    const licence = await readFile(join(root, 'node_modules', name, 'LICENSE'), 'utf8').catch(() =>
      readFile(join(root, 'node_modules', name, 'LICENSE.md'), 'utf8'),
    );
    return `${name}\n\n${licence.trim()}\n`;
  });
  return (await Promise.all(texts)).join('\n\n');
};
