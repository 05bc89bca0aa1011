#!/usr/bin/env node
/**
 * Starts `rejoin`: in the repository from source, on a Node that runs TypeScript; where the package is installed from what
 * was built of it. Where this Node is too old, npm may have installed one that is not.
 *
 * What Node compiles is kept for the next start, which then takes half as long; where nothing can be kept, it takes as
 * long as the first. It is kept where caches of this person are: whoever writes there decides what runs here.
 */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import module, { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const source = fileURLToPath(new URL('./main.ts', import.meta.url));
const built = fileURLToPath(new URL('../../dist/services/cli/main.js', import.meta.url));
const [main, nodeMajorMin] = existsSync(source) ? [source, 24] : [built, 22];

const findInstalledNode = () => {
  try {
    const manifest = createRequire(import.meta.url).resolve(`node-${process.platform}-${process.arch}/package.json`);
    return join(dirname(manifest), 'bin', 'node');
  } catch {
    return undefined;
  }
};

const findCompileCache = () => {
  const { XDG_CACHE_HOME, LOCALAPPDATA, HOME } = process.env;
  const caches = XDG_CACHE_HOME || LOCALAPPDATA || (HOME && join(HOME, '.cache'));
  return caches && join(caches, 'rejoin');
};
const compileCache = findCompileCache();

const startWith = (node) => {
  // Ctrl-C reaches the child too; it decides when to end, and this process waits for it.
  process.on('SIGINT', () => undefined);
  const env = { ...(compileCache && { NODE_COMPILE_CACHE: compileCache }), ...process.env };
  const { status, signal } = spawnSync(node, [main, ...process.argv.slice(2)], { stdio: 'inherit', env });
  process.exitCode = status ?? (signal ? 1 : 0);
};

if (Number(process.versions.node.split('.')[0]) >= nodeMajorMin) {
  if (compileCache) module.enableCompileCache?.(compileCache);
  await import(main);
} else {
  const node = findInstalledNode();
  if (node) startWith(node);
  else {
    process.stderr.write(`rejoin needs Node ${nodeMajorMin} or newer, and this is ${process.version}.\n`);
    process.exitCode = 1;
  }
}
