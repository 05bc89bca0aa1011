import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { PoisonLetter, QueuedLetter } from '../../../domain/ports/dead-letter-queue.ts';
import { createSqsClient } from '../../../infra/sqs/sqs-client.ts';
import { createSqsDeadLetterQueue } from '../../../infra/sqs/sqs-dead-letter-queue.ts';
import { startWorld } from '../../../infra/world/main.ts';
import type { EngineName, MutableTable, Region, World } from '../../../infra/world/world-types.ts';
import { collect } from '../../support/collect.ts';
import { useWorlds } from '../../support/use-worlds.ts';
import {
  type Acknowledged,
  breaker,
  decide,
  placeOrder,
  recordFact,
  regionsOf,
  streamOf,
  viewsText,
  withoutTime,
} from '../../support/world-client.ts';

const regions = ['us-east-1', 'eu-west-1'];
const engines: readonly EngineName[] = ['dynamodb-local', 'in-memory'];
const worldOn = useWorlds({ 'dynamodb-local': { engine: 'dynamodb-local' }, 'in-memory': { engine: 'in-memory' } });

describe.each(engines)('world on %s', (engine) => {
  let world: World;
  let orders = 0;
  const newOrderId = () => `order-${++orders}`;
  const drained = async () => expect(await world.waitUntilDrained({ timeoutMs: 20_000 })).toBe(true);

  beforeAll(() => {
    world = worldOn(engine);
  });
  afterEach(() => world.heal());

  it('shows in every region what was appended in one', async () => {
    const [us, eu] = regionsOf(world);
    const orderId = newOrderId();

    await placeOrder(us, orderId);
    await recordFact(us, orderId, { type: 'PaymentCaptured', source: 'psp', data: { amount: 4990 } });
    await drained();

    expect(await eu.loadView(streamOf(orderId))).toMatchObject({ cut: { 'us-east-1': 2 }, row: { status: 'paid' } });
    const [inUs, inEu] = await Promise.all([us, eu].map((region) => region.loadView(streamOf(orderId))));
    expect(inEu && withoutTime(inEu)).toEqual(inUs && withoutTime(inUs));
  });

  it('lets nothing cross a partition, and everything once it is healed, to equal views', async () => {
    const [us, eu] = regionsOf(world);
    const orderId = newOrderId();
    await placeOrder(us, orderId);
    await recordFact(us, orderId, { type: 'PaymentCaptured', source: 'psp', data: { amount: 4990 } });
    await drained();

    await world.setFault({ kind: 'partition' });
    await recordFact(us, orderId, { type: 'OrderShipped', source: 'carrier' });
    await decide(eu, orderId, 'OrderCancelled');
    expect(await world.waitUntilDrained({ timeoutMs: 500 })).toBe(false);
    const inside = await Promise.all([us, eu].map(async ({ eventStore }) => eventStore.load(streamOf(orderId))));
    expect(inside.map(({ entries }) => entries.length)).toEqual([3, 3]);
    const owed = world.backlog().find(({ from }) => from === us.name);
    expect(owed, 'the entry, and by now a heartbeat').toMatchObject({ to: eu.name, table: 'ledger' });
    expect([1, 2]).toContain(owed?.items);

    await world.heal();
    await drained();

    expect(await us.loadView(streamOf(orderId))).toMatchObject({ row: { status: 'shipped', class: 'review' } });
    for (const region of [us, eu])
      expect(casesOn(orderId, region)).toMatchObject([
        { type: 'rejoin.ConflictNeedsReview', region: region.name, cut: 'eu-west-1:1,us-east-1:3' },
      ]);
    expect(await viewsText(us)).toBe(await viewsText(eu));
    expect(await us.countEntries()).toBe(await eu.countEntries());
  });

  it('lets entries cross a one-way partition against its direction', async () => {
    const [us, eu] = regionsOf(world);
    const [fromUs, fromEu] = [newOrderId(), newOrderId()];
    await world.setFault({ kind: 'partition', from: 'us-east-1', to: 'eu-west-1', bothWays: false });

    await placeOrder(us, fromUs);
    await placeOrder(eu, fromEu);
    await eventually(async () => (await us.eventStore.load(streamOf(fromEu))).entries.length === 1);

    expect((await eu.eventStore.load(streamOf(fromUs))).entries).toEqual([]);
  });

  it('answers nothing in a region that is out, and catches up once it is back', async () => {
    const [us, eu] = regionsOf(world);
    const orderId = newOrderId();
    await world.setFault({ kind: 'outage', from: 'eu-west-1' });
    await eventually(async () => (await fetch(`${eu.apiUrl}/health`)).status === 503);
    await placeOrder(us, orderId);
    expect(world.faults()).toEqual([{ kind: 'outage', region: 'eu-west-1' }]);

    await world.heal();
    await drained();

    expect((await fetch(`${eu.apiUrl}/health`)).status).toBe(200);
    expect(await eu.loadView(streamOf(orderId))).toMatchObject({ row: { status: 'placed' } });
  });

  it('replicates mutable rows as global tables do: both regions keep the later write, and lose the other', async () => {
    const tables = await world.createMutableTable({ name: 'rows', keyAttribute: 'id', lwwAttribute: 'updatedAt' });
    const [us, eu] = regions.map((region) => tables.get(region)) as [MutableTable, MutableTable];
    await us.update('a', () => ({ status: 'paid' }));
    await drained();
    expect(await eu.get('a')).toMatchObject({ status: 'paid', updatedAtRegion: 'us-east-1' });

    await world.setFault({ kind: 'partition' });
    await us.update('a', (row) => ({ ...row, status: 'shipped' }));
    await sleep(5);
    await eu.update('a', (row) => ({ ...row, note: 'call me' }));
    await world.heal();
    await drained();

    expect(await us.get('a')).toEqual(await eu.get('a'));
    expect(await us.get('a')).toMatchObject({ status: 'paid', note: 'call me', updatedAtRegion: 'eu-west-1' });
  });

  it('loses no write of a mutable row to another writer of the same region', async () => {
    const tables = await world.createMutableTable({ name: 'rows', keyAttribute: 'id', lwwAttribute: 'updatedAt' });
    const us = tables.get('us-east-1');
    const add = () => us?.update('counter', (row) => ({ count: Number(row?.['count'] ?? 0) + 1 }));

    await Promise.all(Array.from({ length: 8 }, add));

    expect(await us?.get('counter')).toMatchObject({ count: 8 });
  });
});

describe('world on dynamodb-local whose host is killed', () => {
  it('has every acknowledged entry, and starts the host again', async () => {
    const world = worldOn('dynamodb-local');
    const [us, eu] = regionsOf(world);
    const acknowledged: Acknowledged[] = [];
    let isKilled = false;
    const appendUntilKilled = async (writer: number): Promise<void> => {
      for (let i = 0; i < 200 && !isKilled; i++) {
        const order = await placeOrder(us, `kill-${writer}-${i}`).catch(() => undefined);
        if (order) acknowledged.push(order);
      }
    };
    const writers = [1, 2, 3, 4].map(appendUntilKilled);
    await eventually(async () => acknowledged.length >= 40);
    const pid = us.hostPid();
    if (pid === undefined) throw new Error('the host runs');

    process.kill(pid, 'SIGKILL');
    isKilled = true;
    await Promise.all(writers);

    await eventually(async () => (await fetch(`${us.apiUrl}/health`)).ok);
    expect(us.hostPid()).not.toBe(pid);
    expect(await world.waitUntilDrained({ timeoutMs: 20_000 })).toBe(true);
    for (const region of [us, eu])
      for (const { stream, position } of acknowledged) {
        const { entries } = await region.eventStore.load(stream);
        expect(entries.map((entry) => entry.position)).toContain(position);
      }
    expect(await viewsText(us)).toBe(await viewsText(eu));
    await placeOrder(us, 'after');
  });
});

describe('the queues of a world on dynamodb-local', () => {
  let directory: string;
  let world: World;
  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'rejoin-queues-'));
    world = await startWorld({ regions, engine: 'dynamodb-local', directory, breaker });
  });
  afterAll(async () => {
    await world.stop();
    await rm(directory, { recursive: true });
  });

  it('bring the alert of a conflict across a partition to the review, once in every region', async () => {
    const [us, eu] = regionsOf(world);
    await placeOrder(us, 'conflict');
    await recordFact(us, 'conflict', { type: 'PaymentCaptured', source: 'psp', data: { amount: 4990 } });
    expect(await world.waitUntilDrained({ timeoutMs: 20_000 })).toBe(true);
    await world.setFault({ kind: 'partition' });
    await recordFact(us, 'conflict', { type: 'OrderShipped', source: 'carrier' });
    const { position } = await decide(eu, 'conflict', 'OrderCancelled');
    await world.heal();
    expect(await world.waitUntilDrained({ timeoutMs: 20_000 })).toBe(true);

    for (const region of [us, eu]) {
      expect(casesOn('conflict', region)).toMatchObject([
        {
          specversion: '1.0',
          type: 'rejoin.ConflictNeedsReview',
          subject: streamOf('conflict'),
          region: region.name,
          cut: 'eu-west-1:1,us-east-1:3',
          data: { event: { position, reasons: ['contested'] } },
        },
      ]);
      await eventually(async () => (await collect(region.controlStore.list('case/default'))).length === 1);
      await eventually(async () => (await alertsIn(region, 'case-alerts')).length === 0);
      expect(await alertsIn(region, 'operator-alerts')).toEqual([]);
      expect(await lettersIn(region)).toEqual([]);
    }
  });

  it('lose nothing when a host is killed, and nothing when the world starts again on the same state', async () => {
    const [us] = regionsOf(world);
    await queueOf(us, 'projector-dead-letters').send(letter);
    await queueOf(us, 'operator-alerts').send(letter);
    const alerts = await alertsIn(us, 'operator-alerts');
    expect(alerts).toHaveLength(1);
    const pid = us.hostPid();
    if (pid === undefined) throw new Error('the host runs');

    process.kill(pid, 'SIGKILL');
    await eventually(async () => us.hostPid() !== pid && (await fetch(`${us.apiUrl}/health`)).ok);
    expect(await lettersIn(us)).toMatchObject([{ letter }]);
    expect(await alertsIn(us, 'operator-alerts')).toEqual(alerts);

    await world.stop();
    world = await startWorld({ regions, engine: 'dynamodb-local', directory, breaker });
    expect(await world.waitUntilDrained({ timeoutMs: 20_000 })).toBe(true);
    const [again] = regionsOf(world);
    const [found] = await lettersIn(again);
    expect(found).toMatchObject({ letter });
    expect(await alertsIn(again, 'operator-alerts')).toEqual(alerts);

    if (found) await queueOf(again, 'projector-dead-letters').remove(found);
    expect(await lettersIn(again)).toEqual([]);
  });

  it('answer nobody while their region is out', async () => {
    const [us, eu] = regionsOf(world);
    await world.setFault({ kind: 'outage', from: us.name });

    await expect(queueOf(us, 'projector-dead-letters').send(letter)).rejects.toMatchObject({ code: 'unavailable' });
    await queueOf(eu, 'projector-dead-letters').send(letter);

    await world.heal();
    expect(await lettersIn(us)).toEqual([]);
    expect(await lettersIn(eu)).toMatchObject([{ letter }]);
  });
});

const letter: PoisonLetter = {
  kind: 'poison',
  region: 'us-east-1',
  stream: 'order/default/poison',
  reason: 'the row does not fit',
  firstSequenceNumber: '1',
  lastSequenceNumber: '2',
  atMs: 1_794_000_000_000,
};

/** With the region's own environment, as any process that works on it. */
const queueOf = ({ environment }: Region, name: string) => {
  const at = (variable: string): string => environment?.[variable] ?? '';
  const client = createSqsClient({
    region: at('AWS_REGION'),
    endpoint: at('AWS_ENDPOINT_URL_SQS'),
    credentials: { accessKeyId: at('AWS_ACCESS_KEY_ID'), secretAccessKey: at('AWS_SECRET_ACCESS_KEY') },
  });
  const queueUrl = at('DEAD_LETTER_QUEUE_URL').replace('projector-dead-letters', name);
  return createSqsDeadLetterQueue({ client, queueUrl, waitSeconds: 0 });
};

const lettersIn = (region: Region): Promise<readonly QueuedLetter[]> =>
  collect(queueOf(region, 'projector-dead-letters').read());

const alertsIn = async (region: Region, name: string): Promise<readonly unknown[]> =>
  (await collect(queueOf(region, name).read())).map(({ text }) => JSON.parse(text));

/** What a region has said of an order's cases; not how their review goes on. */
const casesOn = (orderId: string, { recentAlerts }: Region): readonly unknown[] =>
  (recentAlerts() as readonly { readonly subject?: string; readonly cut?: string }[]).filter(
    ({ subject, cut }) => subject === streamOf(orderId) && cut !== undefined,
  );

const eventually = async (isTrue: () => Promise<boolean>): Promise<void> => {
  const deadlineMs = performance.now() + 20_000;
  while (!(await isTrue().catch(() => false))) {
    if (performance.now() > deadlineMs) throw new Error(`not within 20 s: ${isTrue}`);
    await sleep(25);
  }
};
