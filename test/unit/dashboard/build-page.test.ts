import { describe, expect, it } from 'vitest';
import { buildPage } from '../../../services/dashboard/build/build-page.ts';
import { isNamedByHash } from '../../../services/dashboard/page-files.ts';

const files = await buildPage();
const names = files.map(({ name }) => name);
const textOf = (name: string): string =>
  Buffer.from(files.find((file) => file.name === name)?.bytes ?? []).toString('utf8');

describe('the page as it is built', () => {
  it('names every file by its hash but those that are asked for by name', () => {
    expect(names.filter((name) => !isNamedByHash(name)).sort()).toEqual(['icon.svg', 'index.html', 'licences.txt']);
    expect(new Set(names).size).toBe(names.length);
  });

  it('refers to files that are there, and to nobody else', () => {
    const referred = [...textOf('index.html').matchAll(/(?:src|href)="([^"]*)"/g)].map(([, name]) => name);

    expect(referred).toContain('icon.svg');
    expect(names).toEqual(expect.arrayContaining(referred));
  });

  it('is the same whenever it is built', async () => {
    expect(await buildPage()).toEqual(files);
  });

  it('brings the licence of everything that is in it', () => {
    const licences = textOf('licences.txt');

    for (const name of ['oauth4webapi', 'preact', 'uplot'])
      expect(licences).toMatch(new RegExp(`^${name}\\n\\n.*MIT`, 'ms'));
  });

  it('knows what each file is', () => {
    expect(files.filter(({ contentType }) => contentType === 'application/octet-stream')).toEqual([]);
  });
});
