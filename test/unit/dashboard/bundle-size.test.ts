import { describe, expect, it } from 'vitest';
import { buildPage } from '../../../services/dashboard/build/build-page.ts';

const bytesMax = 60_000;
const pages = ['regions-page', 'orders-page', 'order-page', 'cases-page', 'case-page'] as const;

describe('what a browser fetches to show a page', async () => {
  const files = new Map((await buildPage()).map((file) => [file.name, file]));
  const nameOf = (start: string, extension: string): string =>
    [...files.keys()].find((name) => name.startsWith(`${start}-`) && name.endsWith(extension)) ?? '';

  /** With all that it imports at once. */
  const closure = (name: string, found = new Set<string>()): Set<string> => {
    if (found.has(name)) return found;
    found.add(name);
    const code = new TextDecoder().decode(files.get(name)?.bytes);
    for (const [, imported = ''] of code.matchAll(/(?:from|import)"\.\/([^"]+)"/g)) closure(imported, found);
    return found;
  };

  const bytesOf = (...starts: readonly string[]): number => {
    const names = new Set([nameOf('main', '.css')]);
    for (const start of starts) closure(nameOf(start, '.js'), names);
    return [...names].reduce((sum, name) => sum + (files.get(name)?.gzip.length ?? Number.NaN), 0);
  };

  it.each(pages)('%s, with script and style, is under 60 kB compressed in a world', (page) => {
    expect(bytesOf('main', page)).toBeGreaterThan(10_000);
    expect(bytesOf('main', page)).toBeLessThan(bytesMax);
  });

  it.each(pages)('%s is under 60 kB where people sign in, too, its style aside', (page) => {
    const style = files.get(nameOf('main', '.css'))?.gzip.length ?? Number.NaN;
    expect(bytesOf('main', 'oidc-session', page) - style).toBeLessThan(bytesMax);
  });

  it('asks for what the program needs beside the program, not after it', () => {
    const html = new TextDecoder().decode(files.get('index.html')?.bytes);
    for (const name of closure(nameOf('main', '.js'))) expect(html).toContain(name);
  });
});
