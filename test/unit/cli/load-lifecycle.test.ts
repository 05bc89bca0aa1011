import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadLifecycle } from '../../../services/cli/load-lifecycle.ts';

let directory = '';
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'rejoin-lifecycle-'));
});
afterAll(() => rmSync(directory, { recursive: true }));

let files = 0;
const load = (text: string, extension = 'mjs') => {
  const file = join(directory, `lifecycle-${++files}.${extension}`);
  writeFileSync(file, text);
  return loadLifecycle(file);
};

describe('load a lifecycle from a file', () => {
  it('takes a function of the lifecycles that ship', async () => {
    const loaded = await load("export default ({ retail }) => ({ ...retail, name: 'mine', version: 2 });");
    expect(loaded).toMatchObject({ kind: 'lifecycle', lifecycle: { name: 'mine', version: 2 } });
  });

  it('takes a definition, and TypeScript', async () => {
    const definition = `{
      name: 'door', statuses: ['open'], fields: {}, money: [], resolutionWeight: 16,
      events: { Opened: { kind: 'fact', transitions: [{ from: ['none'], to: 'open' }], weight: 1,
        versions: [{ schema: { safeParse: (data: unknown) => ({ success: true, data }) } }] } },
    }`;
    expect(await load(`export default ${definition};`, 'ts')).toMatchObject({
      kind: 'lifecycle',
      lifecycle: { name: 'door' },
    });
  });

  it.each([
    [
      'a lifecycle with mistakes',
      'export default ({ retail }) => ({ ...retail, statuses: [] });',
      'unknown status placed',
    ],
    ['no default export', 'export const lifecycle = {};', 'has no default export. Begin with: export default'],
    ['a default export that is none', 'export default 7;', 'is no lifecycle definition'],
    ['an empty object', 'export default {};', 'is no lifecycle definition'],
    ['a function that throws', "export default () => { throw new Error('no idea'); };", 'no idea'],
    ['a function that returns nothing', 'export default () => {};', 'is no lifecycle definition'],
    ['broken syntax', 'export default {', 'cannot be loaded'],
    ['an import that is missing', "import './nothing.mjs'; export default {};", 'cannot be loaded'],
  ])('says what is wrong with %s', async (_, text, message) => {
    expect(await load(text)).toMatchObject({ kind: 'unusable', message: expect.stringContaining(message) });
  });

  it('says which file is missing, and which kinds it takes', async () => {
    const missing = join(directory, 'nothing.ts');
    expect(await loadLifecycle(missing)).toEqual({ kind: 'unusable', message: `there is no file ${missing}` });
    expect(await load('{}', 'json')).toMatchObject({
      kind: 'unusable',
      message: expect.stringContaining('must end in .js, .mjs, .ts, .mts'),
    });
    expect(await loadLifecycle(directory)).toMatchObject({ kind: 'unusable' });
  });
});
