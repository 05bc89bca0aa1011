import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startWorld } from '../../../infra/world/main.ts';
import { playHistories } from '../../../infra/world/play/play.ts';
import type { Report } from '../../../infra/world/play/report.ts';
import { type UpDeps, type UpOptions, upCommand } from '../../../services/cli/commands/up.ts';
import { openWorldDashboard } from '../../../services/dashboard/world-dashboard.ts';
import { breaker, fetchToken } from '../../support/world-client.ts';

/** Below the ports that the system gives to outgoing connections. */
const portBaseFirst = 20_000 + Math.floor(Math.random() * 12_000);
const regions = ['us-east-1', 'eu-west-1'];
let runs = 0;
let directory = '';
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'rejoin-up-'));
});
afterAll(() => rmSync(directory, { recursive: true }));

/** Side by side: each boots a world of its own, in memory, and mostly waits for its beats. */
describe.concurrent('rejoin up', () => {
  it('prints the report as one JSON object alone, and ends with 0 when nothing was lost', async () => {
    const run = await up({ once: true, play: true, json: true });

    expect(run.exitCode).toBe(0);
    expect(run.output.endsWith('}\n')).toBe(true);
    expect(JSON.parse(run.output)).toMatchObject({ engine: 'in-memory', ledger: { entriesLost: 0, viewsEqual: true } });
  });

  it.each([
    ['an entry was lost', { entriesLost: 1 }],
    ['the regions differ', { viewsEqual: false }],
  ])('ends with 1 when %s', async (_, wrong) => {
    const play: UpDeps['playHistories'] = async (options) => {
      const report = await playFew(options);
      return { ...report, ledger: { ...report.ledger, ...wrong } } as Report;
    };

    expect((await up({ once: true, play: true, json: true }, { playHistories: play })).exitCode).toBe(1);
  });

  it('says what to do once it is up, and stops when it is told to', async () => {
    const { promise: stopRequested, resolve: stop } = Promise.withResolvers<NodeJS.Signals>();
    let status = 0;
    let report = 0;
    const run = await up(
      { play: true, state: join(directory, 'state') },
      {
        stopRequested,
        onSaid: async (said) => {
          const [, url] = /curl -s -H "Authorization: Bearer \$TOKEN" (\S+)/.exec(said) ?? [];
          const [, portBase] = /rejoin -- token --port-base (\d+)/.exec(said) ?? [];
          if (url === undefined) return;
          const headers = { authorization: `Bearer ${await fetchToken(Number(portBase))}` };
          status = (await fetch(url, { headers })).status;
          const [, reportUrl = ''] = /report +(\S+)/.exec(said) ?? [];
          report = (await fetch(reportUrl)).status;
          stop('SIGTERM');
        },
      },
    );

    expect(run.exitCode).toBe(0);
    expect(status).toBe(200);
    expect(report).toBe(200);
    expect(run.said).toContain(`dashboard    http://127.0.0.1:${run.portBase}/\n`);
    expect(run.said).toContain('fault partition --from eu-west-1 --port-base');
    await expect(fetch(`http://127.0.0.1:${run.portBase}/world`)).rejects.toThrow();
  });

  it('plays no histories on a strongly consistent ledger', async () => {
    const run = await up({ once: true, play: true, consistency: 'strong' });
    expect(run.exitCode).toBe(1);
    expect(run.said).toContain('--consistency');
  });

  it('says what a strongly consistent ledger takes', async () => {
    const run = await up({ once: true, consistency: 'strong' });
    expect(run.exitCode).toBe(1);
    expect(run.said).toContain('three regions');
  });

  it('boots a witness beside the regions, and says so', async () => {
    const { promise: stopRequested, resolve: stop } = Promise.withResolvers<NodeJS.Signals>();
    const onSaid = async (said: string) => {
      if (said.includes('Ctrl-C')) stop('SIGTERM');
    };
    const run = await up(
      { witness: 'eu-central-1', breakerThreshold: 20, state: join(directory, 'witnessed') },
      { stopRequested, onSaid },
    );

    expect(run.exitCode).toBe(0);
    expect(run.said).toMatch(/eu-central-1 +witness/);
  });

  it('stops in the middle of a play', async () => {
    const play: UpDeps['playHistories'] = () => new Promise(() => undefined);

    const run = await up({ once: true, play: true }, { playHistories: play, stopRequested: Promise.resolve('SIGINT') });

    expect(run.exitCode).toBe(130);
  });

  it('says which port is in use, and leaves nothing running', async () => {
    const holder = createServer().listen(0, '127.0.0.1');
    await once(holder, 'listening');
    const address = holder.address();
    const taken = typeof address === 'object' && address ? address.port : 0;
    try {
      const run = await up({ once: true, portBase: taken - 1 });

      expect(run.exitCode).toBe(1);
      expect(run.said).toContain(`Port ${taken} is in use`);
      expect(run.said).toContain('--port-base');
    } finally {
      holder.close();
    }
  });

  it('stops the world and says why when a play cannot be played', async () => {
    const run = await up({ once: true, play: true, data: join(directory, 'nothing') }, { playHistories });

    expect(run.exitCode).toBe(1);
    expect(run.said).toContain('rejoin up:');
  });
});

const playFew: UpDeps['playHistories'] = (options) => playHistories({ ...options, ordersMax: 8 });

interface Injected {
  readonly playHistories?: UpDeps['playHistories'];
  readonly stopRequested?: UpDeps['stopRequested'];
  readonly onSaid?: (said: string) => Promise<void>;
}

const up = async (options: Partial<UpOptions>, injected: Injected = {}) => {
  const [output, said] = [collectText(), collectText(injected.onSaid)];
  const run = ++runs;
  const portBase = options.portBase ?? portBaseFirst + 10 * run;
  const exitCode = await upCommand(
    {
      portBase,
      regions,
      consistency: 'eventual',
      state: join(directory, `unused-${run}`),
      fresh: false,
      once: false,
      play: false,
      json: false,
      ...options,
    },
    {
      startWorld: (worldOptions) =>
        startWorld({ ...worldOptions, engine: 'in-memory', breaker: { ...worldOptions.breaker, ...breaker } }),
      playHistories: injected.playHistories ?? playFew,
      openDashboard: () => openWorldDashboard({ regions, tenant: 'demo' }),
      output: output.stream,
      errors: said.stream,
      stopRequested: injected.stopRequested ?? new Promise(() => undefined),
    },
  );
  return { exitCode, portBase, output: output.text(), said: said.text() };
};

const collectText = (onText: (text: string) => Promise<void> = async () => undefined) => {
  let text = '';
  const stream = new Writable({
    write: (chunk: Buffer, _, done) => {
      text += chunk.toString('utf8');
      onText(chunk.toString('utf8')).then(() => done(), done);
    },
  });
  return { stream, text: () => text };
};
