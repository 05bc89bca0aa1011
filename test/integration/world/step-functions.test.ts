/**
 * Workflows of a running world: what they bear of their region's host, and that both engines run them.
 */
import { afterEach, describe, expect, it } from 'vitest';
import { type StartWorldOptions, startWorld } from '../../../infra/world/main.ts';
import type { World } from '../../../infra/world/world-types.ts';
import { type Desk, openDesks, untilCase, untilState } from '../../support/review-world.ts';
import { breaker } from '../../support/world-client.ts';
import { secondsUntil } from '../../support/write-plan-world.ts';

const [us, eu] = ['us-east-1', 'eu-west-1'] as const;

let world: World | undefined;
let desks: readonly Desk[] = [];
afterEach(async () => {
  for (const { api } of desks) api.close();
  await world?.stop();
});

const setUp = async (options: Partial<StartWorldOptions>) => {
  const faults: unknown[] = [];
  world = await startWorld({
    regions: [us, eu],
    breaker: { ...breaker, thresholdSeconds: 3_600 },
    onFault: (fault) => faults.push(fault),
    ...options,
  });
  desks = await openDesks(world);
  const [desk] = desks as readonly [Desk];
  /** Delivered, and neither paid nor shipped: a case that this region accepted. */
  const makeCase = async (orderId: string): Promise<string> => {
    await desk.place(orderId);
    await desk.record(orderId, 'OrderDelivered', 'carrier');
    return untilCase(desk, orderId);
  };
  return { world, desk, makeCase, faults };
};

const saidOf = (desk: Desk, caseId: string) => desk.said(caseId).map((type) => type.replace('rejoin.', ''));

describe.each(['dynamodb-local', 'in-memory'] as const)('a workflow on %s', (engine) => {
  it('waits out the grace period, asks a person, and ends with the decision', async () => {
    const review = { graceSeconds: '2' };
    const { desk, makeCase, faults } = await setUp({ engine, review });

    const caseId = await makeCase('order');
    await untilState(desk, caseId, 'waiting');
    expect(desk.running(caseId)).toEqual([`${caseId}-1`]);
    await untilState(desk, caseId, 'with-a-person');
    const decided = await desk.resolve(caseId, 'decide', { outcome: { status: 'delivered' }, reason: 'it is there' });
    expect(decided.status).toBe(201);

    await secondsUntil('the end of the workflow', async () => desk.running(caseId).length === 0, 20);
    expect(await desk.state(caseId)).toBe('settled');
    expect(saidOf(desk, caseId)).toEqual([
      'IllegalTransition',
      'ReviewStarted',
      'ReviewAsked',
      'CaseSettled',
      'ReviewEnded',
    ]);
    expect(faults).toEqual([]);
  });
});

describe('a workflow of a region that has troubles', () => {
  /** A message that was in the hands of a host that died comes again after a minute. */
  const redeliverySeconds = 100;

  it('goes on when its host is killed, and when the region was out', async () => {
    const review = { graceSeconds: '1', sweepSeconds: 1 };
    const { world, desk, makeCase } = await setUp({ engine: 'dynamodb-local', review });
    const caseId = await makeCase('killed');
    await untilState(desk, caseId, 'waiting');
    process.kill(desk.region.hostPid() ?? 0, 'SIGKILL');
    await untilState(desk, caseId, 'with-a-person', redeliverySeconds);

    const other = await makeCase('out');
    await untilState(desk, other, 'waiting');
    await world.setFault({ kind: 'outage', from: us });
    await new Promise((resolve) => setTimeout(resolve, 2_000));
    await world.heal();
    await untilState(desk, other, 'with-a-person', redeliverySeconds);
    expect(desk.running(other)).toEqual([`${other}-1`]);
  });

  it('says that nobody decides, and asks again under the same name', async () => {
    const review = { graceSeconds: '0', sweepSeconds: 1, heartbeatSeconds: 5, timeoutSeconds: 6 };
    const { desk, makeCase, faults } = await setUp({ engine: 'dynamodb-local', review });
    const caseId = await makeCase('forgotten');
    await secondsUntil('an escalation', async () => saidOf(desk, caseId).includes('ReviewEscalated'), 30);
    await untilState(desk, caseId, 'with-a-person');
    expect(desk.running(caseId)).toEqual([`${caseId}-1`]);
    expect(faults).toEqual([]);
  });
});
