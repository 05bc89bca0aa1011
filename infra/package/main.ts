/**
 * Builds the package `rejoin` into dist/: JavaScript of everything that the library and the command line run, the
 * dashboard's page as browsers take it, and the declarations that the library's own reach. `npm run build`; `npm pack` runs it by itself.
 */
import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildPage } from '../../services/dashboard/build/build-page.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const dist = join(root, 'dist');

/** What the code reads from beside itself. */
const dataFiles = ['infra/cloudformation', 'infra/world/data'];

const build = async (): Promise<void> => {
  rmSync(dist, { recursive: true, force: true });
  compile();
  for (const path of dataFiles) cpSync(join(root, path), join(dist, path), { recursive: true });
  await writePage(join(dist, 'services/dashboard/page'));
  keepDeclarations(join(dist, 'services/ledger/main.d.ts'));
};

const compile = (): void => {
  const tsc = join(root, 'node_modules/typescript/bin/tsc');
  const { status } = spawnSync(process.execPath, [tsc, '-p', join(root, 'tsconfig.build.json')], { stdio: 'inherit' });
  if (status !== 0) throw new Error('the code does not compile, so nothing was built');
};

/** Its source is not for Node, and is not compiled. */
const writePage = async (folder: string): Promise<void> => {
  mkdirSync(folder, { recursive: true });
  for (const { name, bytes } of await buildPage()) writeFileSync(join(folder, name), bytes);
};

/** Those that an import from `entry` on leads to; the others are nobody's to see, and name packages of our own tests. */
const keepDeclarations = (entry: string): void => {
  const kept = new Set([entry]);
  for (const path of kept) {
    const text = readFileSync(path, 'utf8').replaceAll(relativeImport, '$1.js$2');
    writeFileSync(path, text);
    for (const [, specifier = ''] of text.matchAll(declaredImport))
      kept.add(resolve(dirname(path), specifier.replace(/\.js$/, '.d.ts')));
  }
  for (const path of readdirSync(dist, { recursive: true, encoding: 'utf8' }))
    if (path.endsWith('.d.ts') && !kept.has(join(dist, path))) rmSync(join(dist, path));
};

/** tsc rewrites the extensions of imports in JavaScript, and leaves them in declarations. */
const relativeImport = /((?:from |import\()["']\.[^"'\n]*)\.ts(["'])/g;
const declaredImport = /(?:from |import\()["'](\.[^"'\n]*)["']/g;

await build();
