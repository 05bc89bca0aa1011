/**
 * A world whose regions lose sight of each other: who takes decisions when, in seconds.
 *
 * The figures are printed, since they are what an operator wants to know; the bounds are those that the design states.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { streamOf, viewsText } from '../../support/world-client.ts';
import {
  epochsOf,
  missingIn,
  openPlannedWorld,
  type PlaceOutcome,
  type PlannedWorld,
  placeOne,
  say,
  secondsUntil,
} from '../../support/write-plan-world.ts';

const [us, eu, witness] = ['us-east-1', 'eu-west-1', 'eu-central-1'] as const;

describe('a strict world in a partition', () => {
  it('takes nothing at all outside the primary, facts included', async () => {
    const breaker = { thresholdSeconds: 5, coolDownSeconds: 1 };
    const { world, primary, second, stop } = await openPlannedWorld({ engine: 'in-memory', breaker, isStrict: true });
    try {
      const known = await placeOne(primary);
      await world.setFault({ kind: 'partition' });
      await secondsUntil('a refusal', async () => (await second.place()).kind !== 'taken', 20);

      expect((await second.recordPayment(known)).status).toBe(503);
      expect((await primary.recordPayment(known)).status).toBe(201);
      await world.heal();
      await secondsUntil('a decision', async () => (await second.place()).kind === 'taken', 30);
      expect((await second.recordPayment(known)).status).toBe(201);
    } finally {
      await stop();
    }
  });
});

describe('a primary that is killed, in a world with a witness', () => {
  let directory: string;
  let set: PlannedWorld;
  /** Taken by the primary after the other region had heard from it for the last time. */
  let late: readonly string[];

  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'rejoin-failover-'));
    const breaker = { thresholdSeconds: 5, coolDownSeconds: 3 };
    set = await openPlannedWorld({ engine: 'dynamodb-local', directory, witness, breaker });
  });
  afterAll(async () => {
    await set?.stop();
    await rm(directory, { recursive: true });
  });

  it('is replaced by the other region', async () => {
    const { world, primary, second } = set;
    for (let i = 0; i < 20; i++) await Promise.all([placeOne(primary), placeOne(second)]);
    expect(await world.waitUntilDrained({ timeoutMs: 20_000 })).toBe(true);
    await world.setFault({ kind: 'partition', from: us, to: eu });
    late = [await placeOne(primary), await placeOne(primary)];
    // DynamoDB Local, unlike DynamoDB, may lose what it acknowledged a moment before it is killed.
    await sleep(1_500);

    await primary.region.kill?.();
    const killedMs = performance.now();
    await world.heal();
    await secondsUntil('a refusal', async () => (await second.place()).kind !== 'taken', 20);
    await secondsUntil('a decision', async () => (await second.place()).kind === 'taken', 60);
    const takenOverAfter = (performance.now() - killedMs) / 1_000;

    say(`killed: the other region decides after ${takenOverAfter.toFixed(1)} s`);
    expect(takenOverAfter).toBeLessThan(60);
    await expect(primary.place()).rejects.toThrow();
    expect((await second.state()).plan).toMatchObject({ primary: eu, regions: [eu, us], epoch: 1 });
    expect(await epochsOf(second.region, await placeOne(second))).toEqual([1]);
  });

  it('comes back deposed, with all that it had taken', async () => {
    const { world, primary, second } = set;

    await primary.region.restart?.();
    await secondsUntil('the new plan', async () => (await primary.state()).plan.epoch === 1, 60);
    expect(await world.waitUntilDrained({ timeoutMs: 60_000 })).toBe(true);

    expect((await primary.state()).plan).toMatchObject({ primary: eu, epoch: 1 });
    const acknowledged = [...primary.acknowledged, ...second.acknowledged];
    for (const { region } of [primary, second]) {
      expect(await missingIn(region, acknowledged)).toEqual([]);
      for (const orderId of late) {
        expect(await epochsOf(region, orderId), 'accepted under the old plan').toEqual([0]);
        expect(await region.loadView(streamOf(orderId))).toMatchObject({ row: { status: 'placed', class: 'none' } });
      }
    }
    expect(await viewsText(primary.region)).toBe(await viewsText(second.region));
    await secondsUntil('both decide', async () => (await primary.place()).kind === 'taken', 30);
    expect(await epochsOf(primary.region, primary.acknowledged.at(-1) ?? '')).toEqual([1]);
  });
});

describe('a primary and its witness', () => {
  const leaseTermSeconds = 5;
  let set: PlannedWorld;

  beforeAll(async () => {
    // A witness that hangs makes every beat a second longer.
    const breaker = { thresholdSeconds: 7, coolDownSeconds: 1 };
    set = await openPlannedWorld({ engine: 'dynamodb-local', witness, breaker, leaseTermSeconds });
    await untilHeld();
  });
  afterAll(() => set?.stop());

  const untilHeld = () => {
    const isHeld = async () => {
      const { lease } = await set.primary.state();
      return lease?.kind === 'held' && lease.untilMs !== undefined;
    };
    return secondsUntil('the lease', isHeld, 30);
  };

  it('goes on without it as long as the regions see each other', async () => {
    const { world, primary, second } = set;
    await world.setFault({ kind: 'partition', from: us, to: witness });

    const endMs = performance.now() + 2 * leaseTermSeconds * 1_000;
    while (performance.now() < endMs) {
      await Promise.all([placeOne(primary), placeOne(second)]);
      await sleep(200);
    }

    expect((await primary.state()).breaker.kind).toBe('closed');
    await world.heal();
    await untilHeld();
  });

  it('stops at the end of its term when it is cut off from everybody, before the other region begins', async () => {
    const { world, primary, second } = set;
    await world.setFault({ kind: 'partition', from: us });
    let lastTakenMs = performance.now();
    let refusal: PlaceOutcome | undefined;
    const isRefused = async () => {
      const outcome = await primary.place();
      if (outcome.kind === 'taken') lastTakenMs = performance.now();
      else refusal = outcome;
      return outcome.kind !== 'taken';
    };
    const cutMs = performance.now();
    const [stoppedAfter] = await Promise.all([
      secondsUntil('the end of the term', isRefused, 30),
      secondsUntil('a refusal', async () => (await second.place()).kind !== 'taken', 20),
    ]);
    await secondsUntil('a decision', async () => (await second.place()).kind === 'taken', 30);
    const begunAfter = (performance.now() - cutMs) / 1_000;

    say(`cut off: the primary stops after ${stoppedAfter} s, the other region begins after ${begunAfter.toFixed(1)} s`);
    expect(refusal).toMatchObject({ reply: { body: { reason: 'no-lease', primary: us } } });
    expect((lastTakenMs - cutMs) / 1_000).toBeLessThan(begunAfter);
    expect((await primary.place()).kind).toBe('not-admitted');
  });
});
