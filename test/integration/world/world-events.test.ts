import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ControlServer, startControlServer } from '../../../infra/world/control/control-server.ts';
import type { World } from '../../../infra/world/world-types.ts';
import { type EventSourceReader, openEventSource } from '../../support/event-source.ts';
import { useWorlds } from '../../support/use-worlds.ts';
import { decide, placeOrder, recordFact, regionsOf, streamOf } from '../../support/world-client.ts';

const secret = { AWS_SECRET_ACCESS_KEY: 'not for pages' };
const worldOf = useWorlds({ watched: { engine: 'in-memory' } });
let world: World;
let control: ControlServer;
const listeners: EventSourceReader[] = [];
beforeAll(async () => {
  world = worldOf('watched');
  const regions = world.regions.map((region) => ({ ...region, environment: secret, hostPid: () => 7 }));
  control = await startControlServer({ world: { ...world, regions }, port: 0, onFault: () => undefined });
});
afterAll(async () => {
  for (const listener of listeners) listener.close();
  await control?.stop();
});

const url = () => `http://127.0.0.1:${control.port}/world/events`;

const listen = async () => {
  const listener = await openEventSource(url());
  listeners.push(listener);
  return listener;
};

interface WorldState {
  readonly faults: readonly unknown[];
  readonly backlog: readonly { readonly from: string; readonly to: string; readonly items: number }[];
}

interface AlertEvent {
  readonly region: string;
  readonly type: string;
  readonly orderId?: string;
}

describe('the events of a world', () => {
  it('begin with its state, and with nothing that opens its databases', async () => {
    const listener = await listen();

    expect(await listener.next('world')).toEqual({
      engine: 'in-memory',
      regions: world.regions.map(({ name, apiUrl }) => ({ name, apiUrl, pid: 7 })),
      faults: [],
      backlog: expect.any(Array),
      play: { state: 'idle', sent: 0, taken: 0, refused: 0, failed: 0 },
      hasReport: false,
    });
    expect(listener.preamble()).toBe('retry: 1000');
    expect(listener.headers.get('cross-origin-resource-policy')).toBe('same-origin');
  });

  it('say that a fault began, what waits behind it, and that it ended', async () => {
    const listener = await listen();
    const [us] = regionsOf(world);
    const behind = ({ backlog }: WorldState) => backlog.find(({ from }) => from === us.name)?.items ?? 0;

    await world.setFault({ kind: 'partition', from: 'us-east-1', to: 'eu-west-1', bothWays: false });
    const partition = { kind: 'partition', from: 'us-east-1', to: 'eu-west-1' };
    expect((await listener.next<WorldState>('world', ({ faults }) => faults.length > 0)).faults).toEqual([partition]);

    await placeOrder(us, 'waiting');
    await listener.next<WorldState>('world', (state) => behind(state) > 0);

    await world.heal();
    await listener.next<WorldState>('world', (state) => state.faults.length === 0 && behind(state) === 0);
  });

  it('say what the regions publish, of which order and case, to everybody who listens', async () => {
    const [us, eu] = regionsOf(world);
    await placeOrder(us, 'split');
    await recordFact(us, 'split', { type: 'PaymentCaptured', source: 'psp', data: { amount: 4_990 } });
    await world.waitUntilDrained({ timeoutMs: 10_000 });
    const both = [await listen(), await listen()];
    await world.setFault({ kind: 'partition' });
    await decide(us, 'split', 'OrderCancelled');
    await recordFact(eu, 'split', { type: 'OrderShipped', source: 'carrier' });

    await world.heal();

    for (const listener of both) {
      const found: AlertEvent[] = [];
      while (new Set(found.map(({ region }) => region)).size < world.regions.length)
        found.push(await listener.next<AlertEvent>('alert', ({ type }) => type === 'ConflictNeedsReview'));
      const [first] = found;
      expect(first).toEqual({
        region: expect.any(String),
        id: expect.stringContaining('.ConflictNeedsReview.'),
        type: 'ConflictNeedsReview',
        subject: streamOf('split'),
        tenant: 'default',
        orderId: 'split',
        caseId: expect.stringMatching(/^[0-9A-Z]{26}$/),
        time: expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/),
      });
    }
  });

  it('are for as many as there is room for, and for no page of others', async () => {
    expect((await fetch(url(), { headers: { origin: 'http://evil.example' } })).status).toBe(403);
    const heard = listeners.length;
    const crowd = await Promise.all(Array.from({ length: 32 }, listen));

    expect(crowd.filter(({ status }) => status === 200)).toHaveLength(32 - heard);
    const full = await fetch(url());
    expect(full.status).toBe(503);
    expect(full.headers.get('retry-after')).toBe('10');
    expect(await full.json()).toMatchObject({ title: 'Service Unavailable' });
  });

  it('end with the server', async () => {
    for (const listener of listeners.splice(0)) listener.close();
    const served = await startControlServer({ world, port: 0, onFault: () => undefined });
    const listener = await openEventSource(`http://127.0.0.1:${served.port}/world/events`);
    await listener.next('world');

    await served.stop();

    await expect(listener.next('alert')).rejects.toThrow();
  });
});
