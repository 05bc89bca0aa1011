import { describe, expect, it } from 'vitest';
import { createInMemoryMutableTable } from '../../../infra/world/in-memory-mutable-table.ts';
import type { MutableItem } from '../../../infra/world/world-types.ts';

const definition = { name: 'rows', keyAttribute: 'id', lwwAttribute: 'updatedAt' };

describe('mutable table', () => {
  it('stamps key, time and region, and never goes back in time', async () => {
    const clock = { nowMs: () => 1_000 };
    const table = createInMemoryMutableTable({ definition, region: 'eu', clock });

    await table.update('a', () => ({ status: 'placed' }));
    await table.update('a', (current) => ({ ...current, status: 'paid' }));

    expect(await table.get('a')).toEqual({ id: 'a', status: 'paid', updatedAt: 1_001, updatedAtRegion: 'eu' });
  });

  it('leaves an item alone when the change says nothing', async () => {
    const table = createInMemoryMutableTable({ definition, region: 'eu', clock: { nowMs: () => 1 } });
    const written: MutableItem[] = [];
    table.onWrite((item) => written.push(item));

    expect(await table.update('a', () => undefined)).toBeUndefined();
    expect(written).toEqual([]);
  });

  it('keeps the same item in both regions whichever write arrives first', async () => {
    const [us, eu] = ['us', 'eu'].map((region) =>
      createInMemoryMutableTable({ definition, region, clock: { nowMs: () => 5 } }),
    );
    if (!us || !eu) throw new Error('two regions');
    const [fromUs, fromEu] = [
      await us.update('a', () => ({ status: 'shipped' })),
      await eu.update('a', () => ({ status: 'cancelled' })),
    ];
    if (!fromUs || !fromEu) throw new Error('two writes');

    us.replicate(fromEu);
    eu.replicate(fromUs);

    expect(await eu.get('a')).toEqual(await us.get('a'));
    expect(await us.get('a')).toMatchObject({ status: 'shipped', updatedAtRegion: 'us' });
  });
});
