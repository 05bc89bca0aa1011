/**
 * Cases of a running world, from the entry that does not fit to the person's decision, through the real queues, bus and
 * workflows.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startWorld } from '../../../infra/world/main.ts';
import type { World } from '../../../infra/world/world-types.ts';
import { type Desk, openDesks, untilCase, untilState } from '../../support/review-world.ts';
import { breaker, streamOf } from '../../support/world-client.ts';
import { secondsUntil } from '../../support/write-plan-world.ts';

const [us, eu] = ['us-east-1', 'eu-west-1'] as const;

describe('the review of a world on dynamodb-local', () => {
  let world: World;
  let inUs: Desk;
  let inEu: Desk;
  const faults: unknown[] = [];

  beforeAll(async () => {
    world = await startWorld({
      engine: 'dynamodb-local',
      regions: [us, eu],
      breaker: { ...breaker, thresholdSeconds: 3_600 },
      review: { graceSeconds: 'contested=1,illegal=4,resolutions-differ=1', sweepSeconds: 1 },
      onFault: (fault) => faults.push(fault),
    });
    [inUs, inEu] = (await openDesks(world)) as readonly [Desk, Desk];
  });
  afterAll(async () => {
    for (const desk of [inUs, inEu]) desk?.api.close();
    await world?.stop();
    expect(faults).toEqual([]);
  });

  /** Everything that is there has been heard everywhere. */
  const drain = async (): Promise<void> => expect(await world.waitUntilDrained({ timeoutMs: 60_000 })).toBe(true);

  /** Shipped in one region, cancelled in the other: returns the cancellation's case. */
  const makeConflict = async (orderId: string): Promise<string> => {
    await inUs.place(orderId);
    await inUs.record(orderId, 'PaymentCaptured', 'psp', { amount: 4_990 });
    await drain();
    await world.setFault({ kind: 'partition' });
    await inUs.record(orderId, 'OrderPacked', 'warehouse');
    await inUs.record(orderId, 'OrderShipped', 'carrier', { carrier: 'dhl', trackingId: 'T1' });
    await inEu.decide(orderId, 'OrderCancelled', { reason: 'too late' });
    await world.heal();
    await drain();
    const caseId = await untilCase(inUs, orderId);
    for (const desk of [inUs, inEu])
      await secondsUntil(`the case in ${desk.name}`, async () => (await desk.state(caseId)) !== undefined, 30);
    return caseId;
  };

  it('makes one case with one workflow of an order shipped here and cancelled there, and ends with the decision everywhere', async () => {
    const caseId = await makeConflict('conflict');

    await untilState(inEu, caseId, 'with-a-person');
    expect(inEu.running(caseId)).toEqual([`${caseId}-1`]);
    expect(inUs.running(caseId)).toEqual([]);
    await untilState(inUs, caseId, 'open');

    const page = await inEu.show(caseId);
    expect(page.body).toMatchObject({
      orderId: 'conflict',
      reasons: ['contested'],
      region: eu,
      branches: {
        base: { status: 'paid' },
        regions: expect.arrayContaining([
          expect.objectContaining({ region: us, status: 'shipped' }),
          expect.objectContaining({ region: eu, status: 'cancelled' }),
        ]),
      },
      order: { money: { captured: 4_990, refunded: 0 } },
    });
    expect(JSON.stringify(page.body.history)).toContain('too late');

    const decided = await inEu.resolve(
      caseId,
      'decide-conflict',
      { outcome: { status: 'cancelled' }, reason: 'the parcel comes back' },
      { 'if-match': page.headers['etag'] as string },
    );
    expect(decided.status).toBe(201);
    await drain();

    for (const desk of [inUs, inEu]) {
      await untilState(desk, caseId, 'settled');
      expect((await desk.order('conflict')).body).toMatchObject({ status: 'cancelled', class: 'precedence' });
      expect((await desk.region.loadView(streamOf('conflict')))?.row.status).toBe('cancelled');
      expect((await desk.show(caseId)).body).toMatchObject({
        decisions: [{ reason: 'the parcel comes back', status: 'cancelled', stands: true }],
      });
    }
    await untilNoWorkflow(caseId);
    expect(inEu.said(caseId)).toEqual(
      expect.arrayContaining([
        'rejoin.ConflictNeedsReview',
        'rejoin.ReviewStarted',
        'rejoin.ReviewAsked',
        'rejoin.CaseSettled',
        'rejoin.ReviewEnded',
      ]),
    );
    expect(inUs.said(caseId)).toEqual(['rejoin.ConflictNeedsReview', 'rejoin.CaseSettled']);
  });

  const untilNoWorkflow = (caseId: string) =>
    secondsUntil(
      `no workflow of ${caseId}`,
      async () => inUs.running(caseId).length + inEu.running(caseId).length === 0,
      30,
    );

  it('tells the second of two who decide at once what the first decided, and appends nothing', async () => {
    const caseId = await makeConflict('at-once');
    const [one, two] = await Promise.all([
      inEu.resolve(caseId, 'one', { outcome: { status: 'cancelled' }, reason: 'one' }),
      inEu.resolve(caseId, 'two', { outcome: {}, reason: 'two' }),
    ]);

    expect([one.status, two.status].sort()).toEqual([200, 201]);
    expect(one.body.decision.entryId).toBe(two.body.decision.entryId);
    const { entries } = await inEu.region.eventStore.load(streamOf('at-once'));
    expect(entries.filter(({ source }) => source === 'reviewer')).toHaveLength(1);
    await drain();
    await untilNoWorkflow(caseId);
  });

  it('keeps the decisions of two regions that did not see each other, with one outcome where they agree', async () => {
    const caseId = await makeConflict('both-agree');
    await world.setFault({ kind: 'partition' });
    for (const desk of [inUs, inEu])
      expect((await desk.resolve(caseId, desk.name, { outcome: {}, reason: `said ${desk.name}` })).status).toBe(201);
    await world.heal();
    await drain();

    for (const desk of [inUs, inEu]) {
      await untilState(desk, caseId, 'settled');
      const { decisions } = (await desk.show(caseId)).body;
      expect(decisions.map(({ reason }: { reason: string }) => reason).sort()).toEqual([`said ${eu}`, `said ${us}`]);
      expect(decisions.filter(({ stands }: { stands: boolean }) => stands)).toHaveLength(1);
      expect((await desk.order('both-agree')).body.status).toBe('shipped');
      expect(await desk.openCases('both-agree')).toEqual([]);
    }
    await untilNoWorkflow(caseId);
  });

  it('lets the later of two decisions stand that differ, and asks a person about the two', async () => {
    const caseId = await makeConflict('both-differ');
    await world.setFault({ kind: 'partition' });
    const cancel = { outcome: { status: 'cancelled' }, reason: 'cancel' };
    const deliver = { outcome: { status: 'delivered' }, reason: 'it was delivered' };
    expect((await inUs.resolve(caseId, 'us', cancel)).status).toBe(201);
    expect((await inEu.resolve(caseId, 'eu', deliver)).status).toBe(201);
    await world.heal();
    await drain();

    for (const desk of [inUs, inEu]) expect((await desk.order('both-differ')).body.status).toBe('delivered');
    const about = await untilCase(inUs, 'both-differ');
    expect(about).not.toBe(caseId);
    await untilState(inEu, about, 'with-a-person');
    expect((await inEu.show(about)).body).toMatchObject({ reasons: ['resolutions-differ'] });

    expect((await inEu.resolve(about, 'last word', cancel)).status).toBe(201);
    await drain();
    for (const desk of [inUs, inEu]) {
      expect((await desk.order('both-differ')).body.status).toBe('cancelled');
      expect(await desk.openCases('both-differ')).toEqual([]);
    }
    for (const id of [caseId, about]) await untilNoWorkflow(id);
  });

  it('asks nobody about a parcel that was shipped before it was paid, if the payment arrives in time', async () => {
    await inUs.place('early');
    await inUs.record('early', 'OrderShipped', 'carrier', { carrier: 'dhl', trackingId: 'T2' });
    const caseId = await untilCase(inUs, 'early');
    await untilState(inUs, caseId, 'waiting');
    await inUs.record('early', 'PaymentCaptured', 'psp', { amount: 4_990 });

    await untilState(inUs, caseId, 'withdrawn');
    await untilNoWorkflow(caseId);
    expect(inUs.said(caseId)).not.toContain('rejoin.ReviewAsked');
    expect(inUs.said(caseId)).toContain('rejoin.CaseWithdrawn');
  });

  it('asks a person when the payment does not arrive, takes the case back when it does, and asks again when it reopens', async () => {
    const orderId = 'late';
    await inUs.place(orderId);
    await inUs.record(orderId, 'OrderShipped', 'carrier', { carrier: 'dhl', trackingId: 'T3' });
    await inUs.record(orderId, 'ReturnReceived', 'warehouse');
    await drain();
    const shipped = await untilCase(inUs, orderId);
    const other = (await inUs.openCases(orderId)).find((id) => id !== shipped) as string;
    await untilState(inUs, shipped, 'with-a-person');
    await untilState(inUs, other, 'with-a-person');
    await untilState(inEu, other, 'open');

    // The other region decides about the return alone, and has not heard of the payment.
    await world.setFault({ kind: 'partition' });
    await inUs.record(orderId, 'PaymentCaptured', 'psp', { amount: 4_990 });
    await untilState(inUs, shipped, 'withdrawn');
    const decision = { outcome: { status: 'placed' }, reason: 'nothing has left the house' };
    expect((await inEu.resolve(other, 'the return', decision)).status).toBe(201);
    await world.heal();
    await drain();

    await untilState(inUs, shipped, 'with-a-person');
    expect(inUs.running(shipped)).toEqual([`${shipped}-2`]);
    expect((await inUs.resolve(shipped, 'the end', { outcome: { status: 'shipped' }, reason: 'it left' })).status).toBe(
      201,
    );
    await drain();
    for (const id of [shipped, other]) await untilNoWorkflow(id);
  });
});
