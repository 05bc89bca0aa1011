#!/usr/bin/env node
/**
 * Starts `rejoin` on a Node that runs TypeScript: this one if it is new enough, else the one that npm installed here.
 */
import { spawnSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const nodeMajorMin = 24;
const main = fileURLToPath(new URL('./main.ts', import.meta.url));

const installedNode = () => {
  const name = `node-${process.platform}-${process.arch}`;
  const manifest = createRequire(import.meta.url).resolve(`${name}/package.json`);
  return join(dirname(manifest), 'bin', 'node');
};

if (Number(process.versions.node.split('.')[0]) >= nodeMajorMin) await import(main);
else {
  // Ctrl-C reaches the child too; it decides when to end, and this process waits for it.
  process.on('SIGINT', () => undefined);
  const { status, signal } = spawnSync(installedNode(), [main, ...process.argv.slice(2)], { stdio: 'inherit' });
  process.exitCode = status ?? (signal ? 1 : 0);
}
