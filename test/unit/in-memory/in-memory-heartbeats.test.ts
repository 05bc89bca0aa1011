import { describe, expect, it } from 'vitest';
import type { Beat } from '../../../domain/write-plan/link-lag.ts';
import { createInMemoryHeartbeats } from '../../../infra/in-memory/in-memory-heartbeats.ts';
import { exampleBeat, heartbeatStoreContract } from '../../support/contracts/heartbeat-store-contract.ts';

heartbeatStoreContract('the in-memory heartbeats', async () => createInMemoryHeartbeats());

describe('the in-memory heartbeats', () => {
  it('tell a link of every beat that was sent here, once, and of none from elsewhere', async () => {
    const store = createInMemoryHeartbeats();
    const told: Beat[] = [];
    store.onPut((beat) => told.push(beat));
    await store.put(exampleBeat(1));
    await store.put(exampleBeat(1));
    await store.put(exampleBeat(2));
    await store.put(exampleBeat(1));
    store.replicate(exampleBeat(5, { region: 'eu-west-1' }));

    expect(told).toEqual([exampleBeat(1), exampleBeat(2)]);
  });

  it('take the newest of a region, in whatever order its beats arrive', async () => {
    const store = createInMemoryHeartbeats();
    for (const counter of [2, 5, 3]) store.replicate(exampleBeat(counter, { region: 'eu-west-1' }));

    expect(await store.load(['eu-west-1'])).toEqual([exampleBeat(5, { region: 'eu-west-1' })]);
  });
});
