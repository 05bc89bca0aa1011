import type { AttributeValue } from 'aws-lambda';
import { describe, expect, it } from 'vitest';
import type { Entry } from '../../../domain/ledger/entry.ts';
import type { ControlStore } from '../../../domain/ports/control-store.ts';
import { LedgerFault } from '../../../domain/ports/event-store.ts';
import { createInMemoryAlertBus } from '../../../infra/in-memory/in-memory-alert-bus.ts';
import { createInMemoryControlStore } from '../../../infra/in-memory/in-memory-control-store.ts';
import {
  type KeptImage,
  reportTampering,
  type TamperedEntriesDeps,
} from '../../../projections/projector/tampered-entries.ts';
import { createLedger, sha256 } from '../../support/builders/ledger-builder.ts';
import { paid, placed, tagAdded } from '../../support/builders/retail-drafts.ts';
import { changeOf, type ItemImage, imageOf } from '../../support/stream-event.ts';

describe('tampered entries', () => {
  it('keeps what was changed, then says so', async () => {
    const { entry, region } = setUp();
    const before = imageOf(entry);

    const alert = await region.see({ before, after: forged(before, 'more money'), createdAtMs: 5000 });

    expect(alert).toEqual({
      type: 'LedgerTampered',
      stream: 'order/acme/1001',
      region: 'us-east-1',
      position: 'us-east-1/0000000001',
      change: 'changed',
      atMs: 5000,
    });
    expect(region.published()).toEqual([alert]);
    expect(await region.kept(entry)).toEqual({ item: before, change: 'changed', seenAtMs: 7000 });
  });

  it('keeps what was removed', async () => {
    const { entry, region } = setUp();

    const alert = await region.see({ before: imageOf(entry) });

    expect(alert).toMatchObject({ change: 'removed', position: entry.position, atMs: 7000 });
    expect(await region.kept(entry)).toMatchObject({ item: imageOf(entry), change: 'removed' });
  });

  it('says nothing of a new entry', async () => {
    const { entry, region } = setUp();

    expect(await region.see({ after: imageOf(entry) })).toBeUndefined();
    expect(await region.kept(entry)).toBeUndefined();
  });

  it.each<[string, Record<string, AttributeValue>]>([
    ['was added', { 'by-customer': { S: 'customer-1' } }],
    ['has changed', { shard: { S: 'us-east-1/15' } }],
  ])('says nothing when an index attribute %s', async (_, attributes) => {
    const { entry, region } = setUp();
    const before = imageOf(entry, { shard: { S: 'us-east-1/03' } });

    expect(await region.see({ before, after: { ...before, ...attributes } })).toBeUndefined();
    expect(region.published()).toEqual([]);
  });

  it.each(['id', 'region', 'hash', 'body'])(
    'takes a changed %s for tampering: a reader takes it for damage',
    async (name) => {
      const { entry, region } = setUp();
      const before = imageOf(entry);

      expect(await region.see({ before, after: { ...before, [name]: { S: 'forged' } } })).toMatchObject({
        change: 'changed',
      });
      expect(await region.kept(entry)).toMatchObject({ item: before });
    },
  );

  it('takes an attribute of another type for tampering', async () => {
    const { entry, region } = setUp();
    const before = imageOf(entry);

    expect(await region.see({ before, after: { ...before, body: { N: '1' } } })).toMatchObject({ change: 'changed' });
  });

  it('keeps the entry through a chain of changes, and alerts each', async () => {
    const { entry, region } = setUp();
    const images = [imageOf(entry), forged(imageOf(entry), 'first'), forged(imageOf(entry), 'second')] as const;

    await region.see({ before: images[0], after: images[1] });
    await region.see({ before: images[1], after: images[2] });
    await region.see({ before: images[2] });

    expect(region.published().map((alert) => alert.type === 'LedgerTampered' && alert.change)).toEqual([
      'changed',
      'changed',
      'removed',
    ]);
    expect(await region.kept(entry)).toMatchObject({ item: images[0], change: 'changed' });
  });

  it('prefers an entry to the garbage that it saw first', async () => {
    const { entry, region } = setUp();
    const images = [imageOf(entry), forged(imageOf(entry), 'first'), forged(imageOf(entry), 'second')] as const;

    await region.see({ before: images[1], after: images[2] });
    expect(await region.kept(entry)).toMatchObject({ item: images[1] });
    await region.see({ before: images[0], after: images[1] });

    expect(await region.kept(entry)).toMatchObject({ item: images[0] });
  });

  it('does not give up an entry for one that was forged with a hash of its own', async () => {
    const { entry, region } = setUp();
    const rival = createLedger().at('us-east-1').append(placed('Olinda'));

    await region.see({ before: imageOf(entry), after: imageOf(rival) });
    await region.see({ before: imageOf(rival) });

    expect(await region.kept(entry)).toMatchObject({ item: imageOf(entry) });
  });

  it('does not take an entry of another order for the one to go back to', async () => {
    const { entry, region } = setUp();
    const foreign = createLedger({ stream: 'order/acme/2' }).at('us-east-1').append(placed());
    const moved = imageOf(foreign, { stream: { S: entry.stream } });

    await region.see({ before: moved, after: forged(moved, 'garbage') });
    await region.see({ before: imageOf(entry), after: moved });

    expect(await region.kept(entry)).toMatchObject({ item: imageOf(entry) });
  });

  it('takes it for a repair when the kept image is put back', async () => {
    const { entry, region } = setUp();
    const before = imageOf(entry);
    await region.see({ before, after: forged(before, 'garbage') });

    expect(await region.see({ before: forged(before, 'garbage'), after: before })).toBeUndefined();
    expect(await region.see({ after: before })).toBeUndefined();
    expect(region.published()).toHaveLength(1);
  });

  it('takes it for a repair when the image is already forgotten, but a repair noted what is right', async () => {
    const { entry, region } = setUp();
    const before = imageOf(entry);
    await region.see({ before, after: forged(before, 'garbage') });
    await region.controlStore.remove('tampered', nameOf(entry), 1);
    await region.controlStore.put('repaired', nameOf(entry), { hash: entry.hash, atMs: 1 }, 0);

    expect(await region.see({ before: forged(before, 'garbage'), after: before })).toBeUndefined();
    expect(await region.see({ before, after: forged(before, 'again') })).toMatchObject({ change: 'changed' });
  });

  it('is not fooled by garbage under the hash that a repair noted', async () => {
    const { entry, region } = setUp();
    const before = imageOf(entry);
    await region.controlStore.put('repaired', nameOf(entry), { hash: entry.hash, atMs: 1 }, 0);

    expect(await region.see({ before, after: forged(before, 'garbage') })).toMatchObject({ change: 'changed' });
  });

  it('keeps before it alerts, and alerts again when the record comes again', async () => {
    const { entry, region } = setUp({ failingPublications: 1 });
    const change = { before: imageOf(entry), createdAtMs: 5000 };

    await expect(region.see(change)).rejects.toThrow(LedgerFault);
    expect(await region.kept(entry)).toMatchObject({ item: imageOf(entry), seenAtMs: 7000 });
    const alert = await region.see(change);

    expect(alert).toMatchObject({ atMs: 5000 });
    expect(region.published()).toEqual([alert]);
    expect(await region.kept(entry)).toMatchObject({ seenAtMs: 7000 });
  });

  it('alerts nobody of what could not be kept', async () => {
    const { entry, region } = setUp({ put: () => Promise.reject(new LedgerFault('unavailable', 'no answer')) });

    await expect(region.see({ before: imageOf(entry) })).rejects.toThrow('no answer');
    expect(region.published()).toEqual([]);
  });

  it('looks again when somebody else kept something meanwhile', async () => {
    const store = createInMemoryControlStore();
    let isFirst = true;
    const { entry, region } = setUp({
      ...store,
      put: async (...args) => {
        if (!isFirst) return store.put(...args);
        isFirst = false;
        await store.put(args[0], args[1], { item: {}, change: 'changed', seenAtMs: 1 }, 0);
        return false;
      },
    });

    expect(await region.see({ before: imageOf(entry) })).toMatchObject({ change: 'removed' });
    expect((await store.get<KeptImage>('tampered', nameOf(entry)))?.value.item).toEqual(imageOf(entry));
  });

  it('keeps what identifies an item that does not fit, and says that it is not all', async () => {
    const store = createInMemoryControlStore();
    const { entry, region } = setUp({
      ...store,
      put: async (kind, name, value, revision) => {
        if (JSON.stringify(value).length > 10_000) throw new LedgerFault('entry-too-large', 'does not fit');
        return store.put(kind, name, value, revision);
      },
    });
    const blown = imageOf(entry, { attachment: { S: 'x'.repeat(20_000) } });

    expect(await region.see({ before: blown })).toMatchObject({ change: 'removed' });
    const { stream, position, id, region: acceptedIn, hash } = imageOf(entry);
    expect((await store.get<KeptImage>('tampered', nameOf(entry)))?.value).toEqual({
      item: { stream, position, id, region: acceptedIn, hash },
      change: 'removed',
      seenAtMs: 7000,
      isPartial: true,
    });
  });

  it("keeps nothing of a customer's key that is removed: it has to be gone", async () => {
    const { region } = setUp();
    const stream = 'customer-key/acme/00112233445566778899aabbccddeeff';
    const before = { stream: { S: stream }, position: { S: 'us-east-1/0000000001' }, wrapped: { S: 'c2VjcmV0' } };

    expect(await region.see({ before })).toBeUndefined();
    expect(await region.controlStore.get('tampered', `${stream}#us-east-1/0000000001`)).toBeUndefined();
    expect(region.published()).toEqual([]);
  });

  it('keeps the key where the record has no old image', async () => {
    const { entry, region } = setUp();
    const { OldImage: _, ...keysOnly } = changeOf({ before: imageOf(entry) }).dynamodb ?? {};

    await reportTampering(region.deps, { eventName: 'REMOVE', dynamodb: keysOnly });

    expect(await region.kept(entry)).toMatchObject({
      item: { stream: { S: entry.stream }, position: { S: entry.position } },
      isPartial: true,
    });
  });
});

interface Faults extends Partial<ControlStore> {
  readonly failingPublications?: number;
}

const setUp = ({ failingPublications = 0, ...faulty }: Faults = {}) => {
  const order = createLedger();
  const entry = order.at('us-east-1').append([placed(), paid(), tagAdded('gift')]);
  const controlStore = { ...createInMemoryControlStore(), ...faulty };
  const alertBus = createInMemoryAlertBus();
  let failures = failingPublications;
  const deps: TamperedEntriesDeps = {
    region: 'us-east-1',
    controlStore,
    alertBus: {
      publish: async (alerts) => {
        if (failures-- > 0) throw new LedgerFault('unavailable', 'no answer');
        await alertBus.publish(alerts);
      },
    },
    sha256,
    clock: { nowMs: () => 7000 },
  };
  return {
    entry,
    region: {
      deps,
      controlStore,
      see: (change: Parameters<typeof changeOf>[0]) => reportTampering(deps, changeOf(change)),
      published: alertBus.published,
      kept: async (of: Entry) => (await controlStore.get<KeptImage>('tampered', nameOf(of)))?.value,
    },
  };
};

const nameOf = ({ stream, position }: Entry): string => `${stream}#${position}`;

const forged = (image: ItemImage, body: string): ItemImage => ({ ...image, body: { S: body } });
