import { describe, expect, it } from 'vitest';
import { LedgerFault } from '../../../domain/ports/event-store.ts';
import type { Connection } from '../../../services/cli/connect-region.ts';
import type { RegionPorts } from '../../../services/cli/region-ports.ts';
import { runOnRegion } from '../../../services/cli/run-on-region.ts';
import { StopRequested } from '../../../services/cli/stop-signal.ts';
import { recordIo } from '../../support/command-io.ts';

const run = async (
  work: () => Promise<number>,
  { connection, region }: { connection?: Connection; region?: string } = {},
) => {
  const io = recordIo();
  let closed = 0;
  const ports = { close: () => void closed++ } as unknown as RegionPorts;
  const code = await runOnRegion(
    {
      ...io,
      name: 'rejoin rebuild',
      choice: { aws: false, portBase: 1, region },
      connect: async () => connection ?? { kind: 'connected', ports, note: 'region us-east-1' },
    },
    work,
  );
  return { code, closed, told: io.told(), said: io.said() };
};

describe('run a command on a region', () => {
  it('says which region it took when none was named, and gives back what the command answers', async () => {
    expect(await run(async () => 1)).toEqual({
      code: 1,
      closed: 1,
      told: 'rejoin rebuild: region us-east-1\n',
      said: '',
    });
    expect((await run(async () => 0, { region: 'us-east-1' })).told).toBe('');
  });

  it.each([
    ['usage', 2],
    ['failed', 1],
  ] as const)('says why it cannot connect (%s)', async (kind, code) => {
    const connection: Connection = { kind, message: 'no world answers' };
    expect(await run(async () => 0, { connection })).toMatchObject({
      code,
      told: 'rejoin rebuild: no world answers\n',
    });
  });

  it('tells a fault with its cause, without a stack, and closes its connections', async () => {
    const fault = new LedgerFault('unavailable', 'load order/acme/1: refused', { cause: new Error('no such table') });
    const { code, told, closed } = await run(() => Promise.reject(fault), { region: 'us-east-1' });
    expect([code, closed]).toEqual([1, 1]);
    expect(told).toBe('rejoin rebuild: load order/acme/1: refused: no such table\n');
  });

  it('ends as a shell expects when it was told to stop', async () => {
    const stopped = await run(() => Promise.reject(new StopRequested('SIGINT')), { region: 'us-east-1' });
    expect(stopped).toMatchObject({ code: 130, closed: 1 });
    expect(stopped.told).toBe('rejoin rebuild: SIGINT: stopped. What is done is done; run it again for the rest\n');
    expect(await run(() => Promise.reject(new StopRequested('SIGTERM')))).toMatchObject({ code: 143 });
  });

  it('keeps the stack of a bug', async () => {
    const { code, told } = await run(() => Promise.reject(new TypeError('x is not a function')));
    expect(code).toBe(1);
    expect(told).toMatch(/TypeError: x is not a function\n +at /);
  });
});
