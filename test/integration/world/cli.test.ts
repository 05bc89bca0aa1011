import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findProcess, type ProcessIdentity } from '../../../infra/world/process-identity.ts';
import { placeOrder, readOrder, type Shop, shopAt } from '../../support/world-client.ts';

const main = fileURLToPath(new URL('../../../services/cli/main.ts', import.meta.url));
/** Below the ports that the system gives to outgoing connections. */
const portBase = 20_000 + Math.floor(Math.random() * 12_000);
const us = shopAt(portBase, portBase + 1);
const eu = shopAt(portBase, portBase + 2);

let directory = '';
const running: ChildProcess[] = [];
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'rejoin-cli-'));
});
afterAll(async () => {
  for (const child of running.filter(({ exitCode, signalCode }) => exitCode === null && signalCode === null)) {
    child.kill('SIGTERM');
    await once(child, 'exit');
  }
  rmSync(directory, { recursive: true });
});

describe('rejoin on the command line', () => {
  it('boots a world, switches its faults, lets no second one on the same state, and keeps the orders', async () => {
    const state = join(directory, 'state');
    const first = await boot(state);
    await placeOrder(us, 'kept');

    const { output: token } = await rejoin(['token', '--scopes', 'orders:read', '--port-base', String(portBase)]);
    const headers = { authorization: `Bearer ${token.trim()}` };
    expect((await fetch(`${us.apiUrl}/orders/kept`, { headers })).status).toBe(200);
    expect((await fetch(`${us.apiUrl}/orders`, { headers, method: 'POST' })).status).toBe(403);
    expect((await fetch(`${us.apiUrl}/orders/kept`)).status).toBe(401);

    const fault = await rejoin(['fault', 'partition', '--port-base', String(portBase)]);
    expect(fault).toMatchObject({ exitCode: 0, errors: '' });
    expect(JSON.parse(fault.output)).toMatchObject({ faults: [{ kind: 'partition' }, { kind: 'partition' }] });
    expect(await rejoin(['fault', 'heal', '--from', 'mars-1', '--port-base', String(portBase)])).toMatchObject({
      exitCode: 2,
      errors: expect.stringContaining('must be one of us-east-1, eu-west-1'),
    });

    const second = await rejoin(['up', '--state', state, '--port-base', String(portBase + 10)]);
    expect(second).toMatchObject({ exitCode: 1, output: '', errors: expect.stringContaining('runs on this state') });

    const { processes } = JSON.parse(readFileSync(join(state, 'world.lock'), 'utf8')) as {
      processes: readonly ProcessIdentity[];
    };
    expect(processes.map(findProcess)).toEqual(['same', 'same', 'same', 'same']);
    first.kill('SIGINT');
    expect(await once(first, 'exit')).toEqual([0, null]);
    expect(processes.map(findProcess)).toEqual(['gone', 'gone', 'gone', 'gone']);

    const again = await boot(state);
    expect(await readOrder(us, 'kept')).toBe(200);
    await untilFound(eu, 'kept');
    again.kill('SIGTERM');
    expect(await once(again, 'exit')).toEqual([0, null]);
  });

  it.each([
    ['an unknown command', ['fly']],
    ['an unknown fault', ['fault', 'earthquake']],
    ['an unknown option', ['up', '--fast']],
    ['a port that is none', ['up', '--port-base', '80']],
    ['one region', ['up', '--regions', 'us-east-1']],
    ['a name that is no region', ['up', '--regions', 'us-east-1,../x']],
    ['a lag without a number', ['fault', 'lag']],
    ['a scope that is none', ['token', '--scopes', 'orders:read,orders:eat']],
    ['a tenant that is no name', ['token', '--tenant', '../other']],
    ['a token for ever', ['token', '--expires-in', '99999999']],
    ['no command', []],
  ])('ends with 2 on %s', async (_, args) => {
    expect(await rejoin(args)).toMatchObject({ exitCode: 2, output: '', errors: expect.stringMatching(/error|Usage/) });
  });

  it.each([['fault', 'heal'], ['token']])(
    'ends with 1 and says how to start one where no world answers',
    async (...args) => {
      expect(await rejoin([...args, '--port-base', String(portBase + 20)])).toMatchObject({
        exitCode: 1,
        errors: expect.stringContaining('npm start'),
      });
    },
  );
});

const rejoin = async (args: readonly string[]) => {
  const child = spawn(process.execPath, [main, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
  running.push(child);
  const [output, errors] = [collectText(child, 'stdout'), collectText(child, 'stderr')];
  const [exitCode] = await once(child, 'close');
  return { exitCode, output: output(), errors: errors() };
};

/** Resolves once the world says that it is up. */
const boot = async (state: string): Promise<ChildProcess> => {
  const args = ['up', '--state', state, '--port-base', String(portBase)];
  const child = spawn(process.execPath, [main, ...args], { stdio: ['ignore', 'ignore', 'pipe'] });
  running.push(child);
  const said = collectText(child, 'stderr');
  for (let tries = 0; !said().includes('The world is up'); tries++) {
    if (tries > 600 || child.exitCode !== null) throw new Error(`the world did not come up:\n${said()}`);
    await new Promise((wake) => setTimeout(wake, 100));
  }
  return child;
};

const untilFound = async (shop: Shop, orderId: string): Promise<void> => {
  for (let tries = 0; (await readOrder(shop, orderId)) !== 200; tries++) {
    if (tries > 200) throw new Error(`${orderId} is not found`);
    await new Promise((wake) => setTimeout(wake, 50));
  }
};

const collectText = (child: ChildProcess, output: 'stdout' | 'stderr'): (() => string) => {
  let text = '';
  child[output]?.setEncoding('utf8').on('data', (chunk: string) => {
    text += chunk;
  });
  return () => text;
};
