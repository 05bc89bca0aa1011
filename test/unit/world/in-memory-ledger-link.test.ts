import { afterEach, describe, expect, it } from 'vitest';
import { createInMemoryCustomerKeys } from '../../../infra/in-memory/in-memory-customer-keys.ts';
import { createInMemoryEventStore } from '../../../infra/in-memory/in-memory-event-store.ts';
import { createInMemoryHeartbeats } from '../../../infra/in-memory/in-memory-heartbeats.ts';
import { sha256 } from '../../../infra/node/sha256.ts';
import { type InMemoryLedger, startInMemoryLedgerLink } from '../../../infra/world/in-memory-ledger-link.ts';
import type { ReplicationLink } from '../../../infra/world/replication-link.ts';
import { createSeededRandom } from '../../support/builders/seeded-random.ts';
import { collect } from '../../support/collect.ts';
import { firstEntry, stream } from '../../support/contracts/contract-entries.ts';
import { exampleBeat } from '../../support/contracts/heartbeat-store-contract.ts';
import { createVirtualTime } from '../../support/virtual-time.ts';

describe('the link between two in-memory ledgers', () => {
  const key = { region: 'us-east-1', number: 1, keyId: 'a', wrapped: 'w' };

  it('carries entries, keys and heartbeats of its source', async () => {
    const { us, eu, link } = startLink();
    await us.eventStore.append(firstEntry());
    await us.customerKeys.put('customer-key/acme/1', key);
    await us.heartbeats.put(exampleBeat(1));

    await link.caughtUp();

    expect((await eu.eventStore.load(stream)).entries).toEqual([firstEntry()]);
    expect(await eu.customerKeys.list('customer-key/acme/1')).toEqual([key]);
    expect(await eu.heartbeats.load(['us-east-1'])).toEqual([exampleBeat(1)]);
  });

  it('owes one heartbeat while it is cut, which is no backlog, and every entry', async () => {
    const { us, eu, link, condition, time } = startLink();
    const crossed: number[] = [];
    const { replicate } = eu.heartbeats;
    eu.heartbeats = {
      ...eu.heartbeats,
      replicate: (beat) => {
        crossed.push(beat.counter);
        replicate(beat);
      },
    };
    condition.isCut = true;
    for (let counter = 1; counter <= 20; counter++) await us.heartbeats.put(exampleBeat(counter));
    await us.eventStore.append(firstEntry());
    await time.sleep(1_000);
    expect(link.backlogItems()).toBe(1);

    condition.isCut = false;
    await link.caughtUp();

    expect(crossed).toEqual([20]);
    expect(await eu.heartbeats.load(['us-east-1'])).toEqual([exampleBeat(20)]);
  });

  it('leaves heartbeats out of what a region holds as orders', async () => {
    const { us, eu, link } = startLink();
    await us.heartbeats.put(exampleBeat(1));
    await link.caughtUp();

    expect(await collect(us.eventStore.streams())).toEqual([]);
    expect(await collect(eu.eventStore.scan({ part: 0, parts: 1 }))).toEqual([]);
  });
});

let started: ReplicationLink | undefined;
afterEach(() => started?.stop());

const createLedger = (): { -readonly [Part in keyof InMemoryLedger]: InMemoryLedger[Part] } => ({
  eventStore: createInMemoryEventStore({ sha256 }),
  customerKeys: createInMemoryCustomerKeys(),
  heartbeats: createInMemoryHeartbeats(),
});

const startLink = () => {
  const [us, eu] = [createLedger(), createLedger()];
  const time = createVirtualTime();
  const condition = { isCut: false, lagMs: 0 };
  const link = startInMemoryLedgerLink(us, eu, {
    from: 'us-east-1',
    to: 'eu-west-1',
    table: 'ledger',
    condition: () => condition,
    clock: time.clock,
    random: createSeededRandom(1),
    sleep: time.sleep,
    onFault: () => undefined,
  });
  started = link;
  return { us, eu, link, condition, time };
};
