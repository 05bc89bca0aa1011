/**
 * A world with marked personal data in it: who may read it does, in every region, and nobody finds it anywhere else.
 */
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ScanCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, describe, expect, it } from 'vitest';
import { startWorld } from '../../../infra/world/main.ts';
import type { EngineName, World } from '../../../infra/world/world-types.ts';
import { collect } from '../../support/collect.ts';
import { createHttpOrderApi, type HttpOrderApi } from '../../support/http-order-api.ts';
import { breaker, regionsOf, type ShopRegion, streamOf } from '../../support/world-client.ts';

const regions = ['us-east-1', 'eu-west-1'];
const marker = 'Zwetschgenweg-7731';
const order = {
  orderId: '1001',
  customerId: 'customer-1',
  currency: 'EUR',
  lines: [{ sku: 'chair', quantity: 1, unitPrice: 4990 }],
  shippingAddress: { line1: marker, city: marker, country: 'PT' },
};

/** As it is, and in base64 wherever it begins. */
const spellings: readonly Buffer[] = [
  Buffer.from(marker),
  Buffer.from(marker, 'utf16le'),
  ...[0, 1, 2].map((shift) => {
    const digits = Buffer.from(`${'x'.repeat(shift)}${marker}`).toString('base64');
    return Buffer.from(digits.slice(shift === 0 ? 0 : shift + 1, -4));
  }),
];
const isMarked = (bytes: Buffer): boolean => spellings.some((spelling) => bytes.includes(spelling));

const connect = async ({ apiUrl, token }: ShopRegion): Promise<HttpOrderApi> =>
  createHttpOrderApi(apiUrl, { token: await token() });

/** A conflict with a case and an alert, refusals and all, on one order. */
const playOrder = async (world: World, [us, eu]: readonly [HttpOrderApi, HttpOrderApi]): Promise<void> => {
  const drained = async () => expect(await world.waitUntilDrained({ timeoutMs: 20_000 })).toBe(true);
  const decide = (api: HttpOrderApi, key: string, type: string, data: object) =>
    api.post('/orders/1001/decisions', key, { type, data });
  expect((await us.post('/orders', 'place', order)).status).toBe(201);
  const payment = { type: 'PaymentCaptured', source: 'psp', data: { amount: 4990 } };
  await us.post('/orders/1001/facts', 'pay', payment);
  await drained();
  await world.setFault({ kind: 'partition' });
  await us.post('/orders/1001/facts', 'ship', { type: 'OrderShipped', source: 'carrier' });
  expect((await decide(eu, 'note', 'NoteChanged', { note: `ring at ${marker}` })).status).toBe(201);
  expect((await decide(eu, 'cancel', 'OrderCancelled', { reason: `moved to ${marker}` })).status).toBe(201);
  expect((await decide(us, 'bad', 'AddressChanged', { shippingAddress: { line1: marker } })).status).toBe(400);
  expect((await decide(us, 'late', 'OrderCancelled', { reason: marker })).status).toBe(409);
  await world.heal();
  await drained();
};

describe('the search for the marker', () => {
  it.each(['', 'a', 'ab', 'abc'])('finds it after "%s", plain and in base64', (before) => {
    const text = `${before}${marker} and more`;
    expect(isMarked(Buffer.from(text))).toBe(true);
    expect(isMarked(Buffer.from(Buffer.from(text).toString('base64url')))).toBe(true);
    expect(isMarked(Buffer.from(text.replace('7731', '7732')))).toBe(false);
  });
});

describe.concurrent.each<EngineName>(['dynamodb-local', 'in-memory'])('personal data in a world on %s', (engine) => {
  it('is read in every region with the right to, stands nowhere as it is, and the keys go with the world', async () => {
    const said: string[] = [];
    let keyFile: string | undefined;
    const world = await startWorld({ regions, engine, breaker, onFault: (fault) => said.push(String(fault)) });
    try {
      const [us, eu] = regionsOf(world);
      keyFile = us.environment?.['PERSONAL_DATA_KEY_FILE'];
      if (keyFile !== undefined) expect(statSync(keyFile).mode & 0o777).toBe(0o600);
      const apis = [await connect(us), await connect(eu)] as const;
      await playOrder(world, apis);
      for (const api of apis)
        expect((await api.get('/orders/1001')).body).toMatchObject({
          status: 'shipped',
          class: 'review',
          fields: { note: `ring at ${marker}`, shippingAddress: order.shippingAddress },
        });
      for (const region of [us, eu]) {
        const kept = [
          await region.eventStore.load(streamOf('1001')),
          await collect(region.views()),
          region.recentAlerts(),
          (await collect(region.controlStore.list('generations'))) as unknown,
        ];
        expect(kept[2]).not.toEqual([]);
        expect(isMarked(Buffer.from(JSON.stringify(kept)))).toBe(false);
      }
      for (const api of apis) {
        const explained = [
          (await api.get('/orders/1001/explanation')).body,
          (await api.get('/orders/1001/entries')).body,
        ];
        expect(isMarked(Buffer.from(JSON.stringify(explained)))).toBe(false);
      }
      expect(said).toEqual([]);
      for (const api of apis) api.close();
    } finally {
      await world.stop();
    }
    expect(keyFile !== undefined).toBe(engine === 'dynamodb-local');
    if (keyFile !== undefined) expect(existsSync(keyFile)).toBe(false);
  });
});

describe('a world with a directory', () => {
  const directory = mkdtempSync(join(tmpdir(), 'rejoin-marked-'));
  afterAll(() => rmSync(directory, { recursive: true, force: true }));

  it('keeps its keys apart, for its owner alone, and no personal data in any of its files', async () => {
    const world = await startWorld({ regions, engine: 'dynamodb-local', directory, breaker });
    try {
      const [us, eu] = regionsOf(world);
      const apis = [await connect(us), await connect(eu)] as const;
      await playOrder(world, apis);
      for (const { documentClient } of [us, eu])
        for (const TableName of ['ledger', 'views', 'control']) {
          const { Items: items } = (await documentClient?.send(new ScanCommand({ TableName }))) ?? {};
          expect(items).not.toEqual([]);
          expect(isMarked(Buffer.from(JSON.stringify(items)))).toBe(false);
        }
      for (const api of apis) api.close();
    } finally {
      await world.stop();
    }
    const files = readdirSync(directory, { recursive: true, withFileTypes: true }).filter((it) => it.isFile());
    const marked = files.filter(({ parentPath, name }) => isMarked(readFileSync(join(parentPath, name))));
    expect(files.some(({ name }) => name.endsWith('.db'))).toBe(true);
    expect(marked.map(({ name }) => name)).toEqual([]);
    expect(statSync(join(directory, 'personal-data-keys.json')).mode & 0o777).toBe(0o600);
  });

  it('opens what it sealed before it was stopped', async () => {
    const world = await startWorld({ regions, engine: 'dynamodb-local', directory, breaker });
    try {
      const [, eu] = regionsOf(world);
      const api = await connect(eu);
      expect((await api.get('/orders/1001')).body).toMatchObject({
        fields: { note: `ring at ${marker}`, shippingAddress: order.shippingAddress },
      });
      api.close();
    } finally {
      await world.stop();
    }
  });
});
