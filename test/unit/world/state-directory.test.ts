import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { findProcess, identifyProcess } from '../../../infra/world/process-identity.ts';
import { openStateDirectory, type StateDirectory } from '../../../infra/world/state-directory.ts';

let parent = '';
let children: ChildProcess[] = [];
beforeEach(() => {
  parent = mkdtempSync(join(tmpdir(), 'rejoin-state-'));
});
afterEach(async () => {
  for (const child of children.filter(({ exitCode, signalCode }) => exitCode === null && signalCode === null)) {
    child.kill('SIGKILL');
    await once(child, 'exit');
  }
  children = [];
  rmSync(parent, { recursive: true });
});

describe('state directory', () => {
  it('makes a directory that is not there, for this user alone', async () => {
    const state = await open('new');

    expect(statSync(state.path).mode & 0o777).toBe(0o700);
    expect(statSync(join(state.path, 'world.lock')).mode & 0o777).toBe(0o600);
  });

  it('refuses a directory that somebody else filled, and leaves it as it is', async () => {
    writeFileSync(join(parent, 'thesis.txt'), 'years of work');

    const opened = await openStateDirectory({ path: parent, isFresh: true });

    expect(opened).toMatchObject({ kind: 'refused', message: expect.stringContaining('was not made by Rejoin') });
    expect(readFileSync(join(parent, 'thesis.txt'), 'utf8')).toBe('years of work');
  });

  it('refuses a file', async () => {
    writeFileSync(join(parent, 'file'), '');

    expect(await openStateDirectory({ path: join(parent, 'file'), isFresh: false })).toMatchObject({ kind: 'refused' });
  });

  it('refuses a second world while the first one runs', async () => {
    const state = await open('state');

    const second = await openStateDirectory({ path: state.path, isFresh: true });

    expect(second).toMatchObject({ kind: 'refused', message: expect.stringContaining(`process ${process.pid}`) });
    state.release();
    await open('state');
  });

  it('keeps what an earlier world left, and clears it when asked to', async () => {
    const first = await open('state');
    writeFileSync(join(first.path, 'us-east-1.db'), 'orders');
    first.release();

    const second = await open('state');
    expect(existsSync(join(second.path, 'us-east-1.db'))).toBe(true);
    second.release();

    const third = await open('state', true);
    expect(existsSync(join(third.path, 'us-east-1.db'))).toBe(false);
    third.release();
    await open('state');
  });

  it('ends processes that a crashed world left', async () => {
    const state = await open('state');
    const leftover = await start();
    const ended = once(leftover, 'exit');
    state.recordProcess(pidOf(leftover));
    const lock = readLock(state);
    crash(state, lock.processes);

    const opened = await openStateDirectory({ path: state.path, isFresh: false });

    expect(opened).toMatchObject({ kind: 'opened', notes: [expect.stringContaining(`ended process ${leftover.pid}`)] });
    expect(await ended).toEqual([null, 'SIGTERM']);
  });

  it('leaves a process alone that only has the number of one of ours', async () => {
    const state = await open('state');
    const stranger = await start();
    crash(state, [{ pid: pidOf(stranger), startedAt: 'another time' }]);

    const opened = await openStateDirectory({ path: state.path, isFresh: false });

    expect(opened).toMatchObject({ kind: 'opened', notes: [] });
    expect(stranger.exitCode ?? stranger.signalCode).toBeNull();
  });

  it('only mentions a process of which nobody can tell whether it is ours', async () => {
    const state = await open('state');
    const doubtful = await start();
    crash(state, [{ pid: pidOf(doubtful) }]);

    const opened = await openStateDirectory({ path: state.path, isFresh: false });

    expect(opened).toMatchObject({ kind: 'opened', notes: [expect.stringContaining('may be left over')] });
    expect(doubtful.exitCode ?? doubtful.signalCode).toBeNull();
  });
});

describe('process identity', () => {
  it('knows a process again, and notices that it is gone', async () => {
    const child = await start();
    const identity = identifyProcess(pidOf(child));
    expect(findProcess(identity)).toBe('same');

    child.kill('SIGKILL');
    await once(child, 'exit');

    expect(findProcess(identity)).toBe('gone');
  });
});

const open = async (name: string, isFresh = false): Promise<StateDirectory> => {
  const opened = await openStateDirectory({ path: join(parent, name), isFresh });
  if (opened.kind === 'refused') throw new Error(opened.message);
  return opened.state;
};

const start = async (): Promise<ChildProcess> => {
  const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'ignore' });
  await once(child, 'spawn');
  children.push(child);
  return child;
};

const pidOf = (child: ChildProcess): number => {
  if (child.pid === undefined) throw new Error('not started');
  return child.pid;
};

const readLock = (state: StateDirectory) => JSON.parse(readFileSync(join(state.path, 'world.lock'), 'utf8'));

/** What is left when a supervisor is killed: its lock, naming a process that is no more. */
const crash = (state: StateDirectory, processes: readonly unknown[]): void =>
  writeFileSync(
    join(state.path, 'world.lock'),
    JSON.stringify({ supervisor: { pid: process.pid, startedAt: 'before' }, processes }),
  );
