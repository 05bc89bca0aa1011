import { describe, expect, it } from 'vitest';
import type { Entry } from '../../../domain/ledger/entry.ts';
import { createInMemoryEventStore } from '../../../infra/in-memory/in-memory-event-store.ts';
import { sha256 } from '../../../infra/node/sha256.ts';
import { entriesOf, firstEntry, rivalsAt, stream } from '../../support/contracts/contract-entries.ts';
import { eventStoreContract } from '../../support/contracts/event-store-contract.ts';

eventStoreContract('the in-memory event store', async () => createInMemoryEventStore({ sha256 }));

describe('the in-memory event store as a region of a global table', () => {
  const store = () => createInMemoryEventStore({ sha256 });
  const listen = (to: ReturnType<typeof store>) => {
    const heard: Entry[] = [];
    return { heard, end: to.onAppend((entry) => heard.push(entry)) };
  };

  it('tells its subscribers of every entry, appended or replicated, in order', async () => {
    const region = store();
    const { heard } = listen(region);
    const [first, second] = entriesOf(2) as [Entry, Entry];
    const remote = firstEntry({ region: 'eu-west-1' });
    await region.append(first);
    region.replicate(remote);
    await region.append(second);
    expect(heard).toEqual([first, remote, second]);
  });

  it('has no news of an entry that stands or was refused', async () => {
    const region = store();
    const [winner, loser] = rivalsAt(firstEntry(), 2) as [Entry, Entry];
    await region.append(winner);
    const { heard } = listen(region);
    await region.append(winner);
    await region.append(loser);
    region.replicate(winner);
    await Promise.resolve();
    expect(heard).toEqual([]);
  });

  it('tells a subscriber nothing once it has left', async () => {
    const region = store();
    const left = listen(region);
    const stays = listen(region);
    left.end();
    await region.append(firstEntry());
    expect(left.heard).toEqual([]);
    expect(stays.heard).toHaveLength(1);
  });

  it('calls nobody back within the append, so that no subscriber can make a stored entry look refused', async () => {
    const region = store();
    const happened: string[] = [];
    region.onAppend(() => happened.push('subscriber called'));
    const appending = region.append(firstEntry());
    happened.push('entry stored');
    await appending;
    expect(happened).toEqual(['entry stored', 'subscriber called']);
  });

  it('keeps the last of two entries that replication brings to one position', async () => {
    const region = store();
    const [earlier, later] = rivalsAt(firstEntry(), 2) as [Entry, Entry];
    region.replicate(later);
    region.replicate(earlier);
    expect((await region.load(stream)).entries).toEqual([earlier]);
  });

  it('comes to rest when two stores replicate each other', async () => {
    const [left, right] = [store(), store()];
    left.onAppend((entry) => right.replicate(entry));
    right.onAppend((entry) => left.replicate(entry));
    const mine = firstEntry();
    const theirs = firstEntry({ region: 'eu-west-1' });
    await Promise.all([left.append(mine), right.append(theirs)]);
    await new Promise((wake) => setImmediate(wake));
    expect((await left.load(stream)).entries).toEqual([theirs, mine]);
    expect(await left.load(stream)).toEqual(await right.load(stream));
  });

  it('reports an entry that was changed on its way as damaged, beside the sound ones', async () => {
    const region = store();
    const [first, second] = entriesOf(2) as [Entry, Entry];
    region.replicate({ ...first, source: 'forged' });
    region.replicate(second);
    expect(await region.load(stream)).toEqual({
      entries: [second],
      damaged: [{ position: first.position, reason: 'body does not match its hash' }],
    });
  });

  it('hands out copies, so that nobody changes the ledger through them', async () => {
    const region = store();
    const entry = structuredClone(firstEntry());
    await region.append(entry);
    (entry.events[0] as { type: string }).type = 'Changed';
    const [loaded] = (await region.load(stream)).entries;
    (loaded?.events[0] as { type: string }).type = 'Changed';
    expect((await region.load(stream)).entries).toEqual([firstEntry()]);
  });
});
