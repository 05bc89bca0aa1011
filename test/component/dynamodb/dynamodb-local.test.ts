/**
 * The process that the world runs its regions on: it starts, keeps what it was given, ends, and says why when it cannot.
 */
import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, describe, expect, it } from 'vitest';
import { createTableIfMissing } from '../../../infra/dynamodb/create-table.ts';
import { createDocumentClient } from '../../../infra/dynamodb/document-client.ts';
import { createDynamoDbEventStore } from '../../../infra/dynamodb/dynamodb-event-store.ts';
import { ledgerTable } from '../../../infra/dynamodb/ledger-table.ts';
import { sha256 } from '../../../infra/node/sha256.ts';
import {
  type DynamoDbLocal,
  type DynamoDbLocalOptions,
  isJavaAvailable,
  parseJavaVersion,
  startDynamoDbLocal,
} from '../../../infra/world/dynamodb-local.ts';
import { PortInUseError } from '../../../infra/world/local-http.ts';
import { firstEntry, stream } from '../../support/contracts/contract-entries.ts';

const started: DynamoDbLocal[] = [];
const start = async (options: DynamoDbLocalOptions): Promise<DynamoDbLocal> => {
  const local = await startDynamoDbLocal(options);
  started.push(local);
  return local;
};
afterEach(async () => {
  await Promise.all(started.splice(0).map((local) => local.stop()));
});

const isRunning = (pid: number): boolean => {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
};

const ledgerOn = async ({ endpoint, credentials }: Pick<DynamoDbLocal, 'endpoint' | 'credentials'>) => {
  const documentClient = createDocumentClient({ region: 'us-east-1', endpoint, credentials, requestTimeoutMs: 20_000 });
  await createTableIfMissing(documentClient, ledgerTable('ledger'));
  const store = createDynamoDbEventStore({
    documentClient,
    tableName: 'ledger',
    sha256,
    sleep: () => Promise.resolve(),
    random: () => 0,
  });
  return { store, close: () => documentClient.destroy() };
};

describe('DynamoDB Local', () => {
  it('has ended, process and all, once it is stopped', async () => {
    const local = await start({ mode: { kind: 'memory' } });
    expect(isRunning(local.pid)).toBe(true);
    await local.stop();
    expect(isRunning(local.pid)).toBe(false);
    await local.stop();
  });

  it('does not outlive a program that starts it and ends without stopping it', async () => {
    const script = `
      import { startDynamoDbLocal } from ${JSON.stringify(new URL('../../../infra/world/dynamodb-local.ts', import.meta.url))};
      const { endpoint } = await startDynamoDbLocal({ mode: { kind: 'memory' } });
      process.stdout.write(endpoint, () => process.exit(0));`;
    const program = promisify(execFile)(process.execPath, ['--input-type=module', '--eval', script]);
    const { stdout: endpoint } = await program;
    expect(endpoint).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
    await expect
      .poll(() =>
        fetch(endpoint).then(
          () => 'answers',
          () => 'is gone',
        ),
      )
      .toBe('is gone');
  });

  it('keeps entries in a directory from one start to the next, under the same key', async () => {
    const path = await mkdtemp(join(tmpdir(), 'rejoin-'));
    try {
      const first = await start({ mode: { kind: 'directory', path } });
      const before = await ledgerOn(first);
      await before.store.append(firstEntry());
      before.close();
      await first.stop();
      const second = await start({ mode: { kind: 'directory', path } });
      expect(second.credentials).toEqual(first.credentials);
      const after = await ledgerOn(second);
      expect((await after.store.load(stream)).entries).toEqual([firstEntry()]);
      after.close();
      await second.stop();
    } finally {
      await rm(path, { recursive: true });
    }
  });

  it('shows its tables to nobody who lacks the key', async () => {
    const local = await start({ mode: { kind: 'memory' } });
    const owner = await ledgerOn(local);
    await owner.store.append(firstEntry());
    const stranger = await ledgerOn({ ...local, credentials: { accessKeyId: 'stranger', secretAccessKey: 'local' } });
    expect((await stranger.store.load(stream)).entries).toEqual([]);
    owner.close();
    stranger.close();
  });

  it('takes the port and the key that it is given', async () => {
    const { port } = await start({ mode: { kind: 'memory' } });
    await started.splice(0)[0]?.stop();
    const local = await start({ mode: { kind: 'memory' }, port, accessKeyId: 'key1' });
    expect(local.endpoint).toBe(`http://127.0.0.1:${port}`);
    expect(local.credentials.accessKeyId).toBe('key1');
  });

  it('refuses a port that somebody holds, instead of talking to them', async () => {
    const { port } = await start({ mode: { kind: 'memory' } });
    await expect(start({ mode: { kind: 'memory' }, port })).rejects.toThrow(PortInUseError);
  });

  it('says what Java said when it does not come up', async () => {
    const failed = start({ mode: { kind: 'memory' }, javaOptions: ['-XnoSuchOption'] });
    await expect(failed).rejects.toThrow(/exit code 1\n.*Unrecognized option: -XnoSuchOption/s);
    await expect(start({ mode: { kind: 'memory' }, javaPath: '/no/java' })).rejects.toThrow('ENOENT');
  });
});

describe('the search for Java', () => {
  it('finds the one that runs these tests', async () => {
    expect(await isJavaAvailable()).toEqual({ kind: 'available', version: expect.any(Number) });
  });

  it('names the package to install where there is none', async () => {
    const missing = await isJavaAvailable('/no/java');
    expect(missing).toEqual({ kind: 'missing', message: expect.stringContaining('openjdk-17-jre-headless') });
  });

  it('says so when what runs is no Java', async () => {
    expect(await isJavaAvailable('true')).toMatchObject({ kind: 'missing' });
  });

  it.each([
    ['openjdk version "17.0.15" 2025-04-15', 17],
    ['openjdk version "25" 2025-09-16', 25],
    ['java version "1.8.0_392"', 8],
    ['openjdk version "26-ea" 2026-03-17', 26],
    ['command not found', undefined],
  ])('reads %s', (output, version) => {
    expect(parseJavaVersion(output)).toBe(version);
  });
});
