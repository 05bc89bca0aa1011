#!/usr/bin/env node
/**
 * Starts `rejoin`: in the repository from source, on a Node that runs TypeScript; where the package is installed from what
 * was built of it. Where this Node is too old, npm may have installed one that is not.
 */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
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

const startWith = (node) => {
  // Ctrl-C reaches the child too; it decides when to end, and this process waits for it.
  process.on('SIGINT', () => undefined);
  const { status, signal } = spawnSync(node, [main, ...process.argv.slice(2)], { stdio: 'inherit' });
  process.exitCode = status ?? (signal ? 1 : 0);
};

if (Number(process.versions.node.split('.')[0]) >= nodeMajorMin) await import(main);
else {
  const node = findInstalledNode();
  if (node) startWith(node);
  else {
    process.stderr.write(`rejoin needs Node ${nodeMajorMin} or newer, and this is ${process.version}.\n`);
    process.exitCode = 1;
  }
}
