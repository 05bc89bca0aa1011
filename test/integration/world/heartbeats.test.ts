/**
 * Heartbeats in a running world: they cross as the ledger does, and neither drain, counts nor projectors mind them.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { HeartbeatStore } from '../../../domain/ports/heartbeat-store.ts';
import { createDynamoDbHeartbeats } from '../../../infra/dynamodb/dynamodb-heartbeats.ts';
import { startWorld } from '../../../infra/world/main.ts';
import type { Region, World } from '../../../infra/world/world-types.ts';
import { createSeededRandom } from '../../support/builders/seeded-random.ts';
import { collect } from '../../support/collect.ts';
import { exampleBeat } from '../../support/contracts/heartbeat-store-contract.ts';
import { breaker, placeOrder, regionsOf, streamOf } from '../../support/world-client.ts';

const regions = ['us-east-1', 'eu-west-1'];
/** Quicker than an agent's, so that a short test sees many. */
const beatMs = 100;

describe('heartbeats in a world', () => {
  let world: World;
  const beatsFrom = 'us-east-1';
  let counter = 0;
  let inUs: HeartbeatStore;
  let inEu: HeartbeatStore;
  let isBeating = true;
  let beating: Promise<void>;

  const beatOn = async (): Promise<void> => {
    while (isBeating) {
      await inUs.put(exampleBeat(++counter, { region: beatsFrom, echoes: {} }));
      await sleep(beatMs);
    }
  };
  const heartbeatsOf = ({ documentClient, environment }: Region): HeartbeatStore => {
    const tableName = environment?.['LEDGER_TABLE'];
    if (!documentClient || !tableName) throw new Error('the region lies in DynamoDB Local');
    return createDynamoDbHeartbeats({ documentClient, tableName, sleep, random: createSeededRandom(3) });
  };

  beforeAll(async () => {
    world = await startWorld({ regions, engine: 'dynamodb-local', breaker });
    const [us, eu] = regionsOf(world);
    [inUs, inEu] = [heartbeatsOf(us), heartbeatsOf(eu)];
    beating = beatOn();
  });
  beforeEach(() => world.heal());
  afterAll(async () => {
    isBeating = false;
    await beating;
    await world.stop();
  });

  const arrived = async (): Promise<number> => (await inEu.load([beatsFrom]))[0]?.counter ?? 0;

  it('keep no drain waiting, also under a lag', async () => {
    const [us, eu] = regionsOf(world);
    await world.setFault({ kind: 'lag', ms: 2_000 });
    await placeOrder(us, 'lagging');
    const sent = counter;

    expect(await world.waitUntilDrained({ timeoutMs: 20_000 })).toBe(true);

    expect(await arrived()).toBeGreaterThanOrEqual(sent);
    expect(await eu.loadView(streamOf('lagging'))).toMatchObject({ row: { status: 'placed' } });
  });

  it('stop arriving while the regions are apart, and go on with the newest', async () => {
    await world.setFault({ kind: 'partition' });
    await sleep(500);
    const [before, sentBefore] = [await arrived(), counter];
    await sleep(2_000);
    expect(await arrived()).toBe(before);
    expect(world.backlog().map(({ items }) => items)).toEqual([0, 0]);

    await world.heal();
    expect(await world.waitUntilDrained({ timeoutMs: 20_000 })).toBe(true);

    expect(await arrived()).toBeGreaterThan(sentBefore);
  });

  it('are no orders: nobody counts, lists or projects them', async () => {
    const [us, eu] = regionsOf(world);
    await placeOrder(us, 'counted');
    await world.waitUntilDrained({ timeoutMs: 20_000 });

    for (const region of [us, eu]) {
      const streams = await collect(region.eventStore.streams());
      expect(streams.every((stream) => stream.startsWith('order/'))).toBe(true);
      expect(await region.countEntries()).toBe(streams.length);
      expect((await collect(region.views())).map(({ stream }) => stream).sort()).toEqual(streams.toSorted());
    }
  });
});
