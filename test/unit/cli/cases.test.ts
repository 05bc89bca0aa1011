import { describe, expect, it } from 'vitest';
import { parseToken } from '../../../domain/ledger/cut.ts';
import { LedgerFault } from '../../../domain/ports/event-store.ts';
import { createLiveViews } from '../../../projections/read-models/live-views.ts';
import { listCases, showCase } from '../../../services/cli/commands/cases.ts';
import { type DecideDeps, type DecideOptions, decideCase } from '../../../services/cli/commands/decide-case.ts';
import { openForReading } from '../../../services/cli/commands/open-for-reading.ts';
import { recordIo } from '../../support/command-io.ts';
import { createDisputedOrders, taken } from '../../support/disputed-orders.ts';
import { startMs } from '../../support/order-api-client.ts';
import { createProjectedRegion } from '../../support/projected-orders.ts';
import { createTestDeps } from '../../support/test-deps.ts';

const hostile = 'Changed\u001b[2J their\nmind\u202e';
const text = { isJson: false };
const json = { isJson: true };

const start = async () => {
  const orders = createDisputedOrders();
  const caseId = await orders.dispute('1001', hostile);
  await orders.remember('1001', caseId, [{ kind: 'workflow-drawn', lookAtMs: startMs + 60_000 }]);
  const { entries } = await orders.us.store.load('order/acme/1001');
  const region = await createProjectedRegion(entries);
  const io = recordIo();
  const deps: DecideDeps = {
    ...io,
    ...createTestDeps('us-east-1'),
    eventStore: orders.us.store,
    views: createLiveViews(region),
    lives: orders.lives,
    metrics: { count: () => undefined },
    nowMs: () => startMs + 120_000,
  };
  const named = { tenant: 'acme', caseId, orderId: undefined };
  const options: DecideOptions = {
    ...named,
    ...text,
    chosen: { kind: 'said', outcome: {} },
    reason: 'kept',
    actor: 'ana',
    alsoSettles: [],
    ifMatch: undefined,
    idempotencyKey: 'cli-1',
  };
  const decide = (changes: Partial<DecideOptions> = {}) => decideCase({ ...options, ...changes }, deps);
  const stored = async () => (await orders.us.store.load('order/acme/1001')).entries.length;
  return { ...orders, ...io, caseId, deps, named, decide, stored };
};

const query = { tenant: 'acme', state: undefined, limit: 20, cursor: undefined };

describe('rejoin cases list', () => {
  it('shows what waits, for how long, and what is at stake', async () => {
    const { deps, said, caseId } = await start();
    expect(await listCases(query, text, deps)).toBe(0);
    expect(said()).toMatch(/^case +order +state +since +accepted in +reasons +status +money +escalated$/m);
    expect(said()).toMatch(
      new RegExp(
        `^${caseId} +1001 +waiting +2 min ago +eu-west-1 +contested +shipped \\(provisional\\) +captured 9980, refunded 0 +0$`,
        'm',
      ),
    );
  });

  it('prints a case a line as JSON, as the API has it', async () => {
    const { deps, json: lines, caseId } = await start();
    await listCases(query, json, deps);
    expect(lines()).toMatchObject([{ caseId, orderId: '1001', state: 'waiting', reasons: ['contested'] }]);
  });

  it('says on standard error alone that there are none', async () => {
    const { deps, said, told } = await start();
    expect(await listCases({ ...query, state: 'settled' }, text, deps)).toBe(0);
    expect([said(), told()]).toEqual(['', 'There are none.\n']);
  });
});

describe('rejoin cases show', () => {
  it('shows the sides beside each other, with differences marked', async () => {
    const { deps, said, named, caseId } = await start();
    expect(await showCase(named, text, deps)).toBe(0);
    expect(said()).toMatch(new RegExp(`^case +${caseId}, waiting since 2 min$`, 'm'));
    expect(said()).toMatch(/^status +shipped \(provisional\), review$/m);
    expect(said()).toMatch(/^ {2}side +base +eu-west-1 +us-east-1$/m);
    expect(said()).toMatch(/^\* status +paid +cancelled +shipped$/m);
    expect(said()).toMatch(/^ {2}captured +9980 +9980 +9980$/m);
    expect(said()).toMatch(/^ {2}shippingAddress +\{"city":"Recife"/m);
  });

  it('tells the history with reasons, and keeps what others wrote from steering the terminal', async () => {
    const { deps, said, named } = await start();
    await showCase(named, text, deps);
    expect(said()).toMatch(
      /OrderCancelled \{"reason":"Changed\S* ?.*their.*mind.*rejected, stays shipped \(contested\)$/m,
    );
    for (const control of ['\u001b', '\u202e']) expect(said()).not.toContain(control);
  });

  it('numbers the outcomes, each with what follows, and says how to decide', async () => {
    const { deps, said, named, caseId } = await start();
    await showCase(named, text, deps);
    expect(said()).toMatch(/^1 +stays as it is +shipped, precedence +- +/m);
    expect(said()).toMatch(/^\d +status cancelled +cancelled, precedence +- +.*RefundIssued/m);
    expect(said()).toContain(
      `rejoin cases resolve ${caseId} --region us-east-1 --tenant acme --outcome N --if-match eu-west-1:1,us-east-1:4 --reason TEXT`,
    );
  });

  it('prints the same as the API', async () => {
    const { deps, json: lines, named, us, caseId } = await start();
    await showCase(named, json, deps);
    expect(lines()).toEqual([(await us.api.get(`/cases/${caseId}`)).body]);
  });

  it('shows who decided, when and why', async () => {
    const { deps, said, named, decide } = await start();
    await decide({ reason: 'The customer keeps it' });
    await showCase(named, text, deps);
    expect(said()).toMatch(
      /^2026-01-01T00:00:00.000Z +ana +us-east-1 +\S{26} +status shipped +The customer keeps it$/m,
    );
  });

  it('leaves personal data closed without the keys, and says so once', async () => {
    const { deps, said, told, named } = await start();
    await showCase(named, text, { ...deps, personalData: openForReading(undefined, deps.errors) });
    expect(said()).toContain('OrderCancelled {"reason":{"sealed":true}}');
    expect(told().match(/What is personal stays closed/g)).toHaveLength(1);
    const opener = () => Promise.reject(new LedgerFault('unavailable', 'access denied'));
    expect(await showCase(named, text, { ...deps, personalData: openForReading({ opener }, deps.errors) })).toBe(0);
    expect(told()).toContain('access denied');
  });

  it('ends with 1 where there is no such case, and says how to find it', async () => {
    const { deps, told, named } = await start();
    expect(await showCase({ ...named, tenant: 'other' }, text, deps)).toBe(1);
    expect(await showCase({ ...named, orderId: '9' }, text, deps)).toBe(1);
    expect(told()).toMatch(/no case \S+ of other in this region\. If you know its order, say --order\n/);
    expect(told()).toContain('in the order 9 of acme\n');
  });
});

describe('rejoin cases resolve', () => {
  it('decides by number, by words, and to keep the order as it stands', async () => {
    for (const [chosen, expected] of [
      [{ kind: 'offered', number: 1 }, 'status shipped. The order is shipped'],
      [{ kind: 'said', outcome: {} }, 'status shipped. The order is shipped'],
      [{ kind: 'said', outcome: { status: 'cancelled' } }, 'status cancelled. The order is cancelled'],
    ] as const) {
      const { decide, said, stored, caseId } = await start();
      expect(await decide({ chosen })).toBe(0);
      expect(said()).toBe(`${caseId} is decided: ${expected}.\n`);
      expect(await stored()).toBe(6);
    }
  });

  it('finds an earlier try by its key', async () => {
    const { decide, json: lines } = await start();
    await decide(json);
    expect(await decide(json)).toBe(0);
    expect(lines()).toMatchObject([
      { outcome: 'decided', decision: { actor: 'ana', reason: 'kept' } },
      { outcome: 'replayed', decision: { actor: 'ana', reason: 'kept' } },
    ]);
    expect(await decide({ reason: 'else' })).toBe(2);
  });

  it('finds it also where the outcome was named by its number', async () => {
    const { decide, stored } = await start();
    const ifMatch = parseToken('eu-west-1:1,us-east-1:4');
    const byNumber = { ifMatch, chosen: { kind: 'offered', number: 2 } } as const;
    expect(await decide(byNumber)).toBe(0);
    expect(await decide(byNumber)).toBe(0);
    expect(await stored()).toBe(6);
  });

  it('ends with 1 where somebody else had decided, and says who and what', async () => {
    const { decide, us, caseId, told, stored } = await start();
    await us.api.post(`/cases/${caseId}/resolution`, 'd', { outcome: { status: 'delivered' }, reason: 'signed for' });
    for (const chosen of [
      { kind: 'said', outcome: {} },
      { kind: 'offered', number: 1 },
    ] as const)
      expect(await decide({ chosen })).toBe(1);
    expect(told()).toMatch(
      /tester had decided it in us-east-1 at \S+: status delivered \(signed for\), and nothing was/,
    );
    expect(await stored()).toBe(6);
  });

  it('keeps what another decider wrote from steering the terminal', async () => {
    const { decide, us, caseId, told, said } = await start();
    const note = 'red\u001b[31m \u009b2J \u202e';
    const outcome = { status: 'delivered', fields: { note } };
    await us.api.post(`/cases/${caseId}/resolution`, 'd', { outcome, reason: hostile });
    expect(await decide()).toBe(1);
    expect(
      await decide({ idempotencyKey: 'd', actor: 'tester', reason: hostile, chosen: { kind: 'said', outcome } }),
    ).toBe(0);
    expect(told()).toContain('Changed [2J their mind');
    expect(said()).toContain('note red [31m');
    for (const written of [told(), said()]) expect(written.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Cf}]/u);
  });

  it.each([
    [{ chosen: { kind: 'offered', number: 99 } }, '--outcome must be from 1 to'],
    [{ chosen: { kind: 'said', outcome: { status: 'lost' } } }, 'outcome status: '],
    [{ chosen: { kind: 'said', outcome: { fields: { colour: 'red' } } } }, 'outcome fields colour: unknown field'],
    [{ reason: '' }, 'reason: '],
  ] as const)('ends with 2 for %j, and says what is wrong', async (changes, message) => {
    const { decide, told, stored } = await start();
    expect(await decide(changes)).toBe(2);
    expect(told()).toContain(message);
    expect(await stored()).toBe(5);
  });

  it('ends with 1 once the order has gone on from what was seen', async () => {
    const { decide, us, told, stored, caseId } = await start();
    await taken(us.api, '/orders/1001/decisions', 'tag', { type: 'TagAdded', data: { tag: 'gift' } });
    const ifMatch = parseToken('eu-west-1:1,us-east-1:4');
    for (const chosen of [
      { kind: 'said', outcome: {} },
      { kind: 'offered', number: 1 },
    ] as const)
      expect(await decide({ ifMatch, chosen })).toBe(1);
    expect(told()).toContain(`Look at it again: rejoin cases show ${caseId}`);
    expect(await stored()).toBe(6);
  });

  it('never takes a number for an outcome of another state than the one that it was counted in', async () => {
    const { deps, us, told, named } = await start();
    let loads = 0;
    const load: DecideDeps['eventStore']['load'] = async (stream) => {
      const loaded = await us.store.load(stream);
      if (loads++ === 0)
        await taken(us.api, '/orders/1001/decisions', 'tag', { type: 'TagAdded', data: { tag: 'gift' } });
      return loaded;
    };
    const options = { ...named, ...text, reason: 'r', alsoSettles: [], actor: 'ana', ifMatch: undefined };
    const decided = await decideCase(
      { ...options, idempotencyKey: 'cli-8', chosen: { kind: 'offered', number: 1 } },
      { ...deps, eventStore: { ...deps.eventStore, load } },
    );
    expect(decided).toBe(1);
    expect(told()).toContain('The order has moved on');
  });

  it('says under which key to repeat what may have been stored', async () => {
    const { deps, told, named } = await start();
    const append = () => Promise.reject(new LedgerFault('unavailable', 'timed out'));
    const options = { ...named, ...text, reason: 'r', alsoSettles: [], actor: 'ana', ifMatch: undefined };
    const deciding = decideCase(
      { ...options, idempotencyKey: 'cli-7', chosen: { kind: 'said', outcome: {} } },
      { ...deps, eventStore: { ...deps.eventStore, append } },
    );
    await expect(deciding).rejects.toThrow('timed out');
    expect(told()).toContain('--key cli-7');
  });
});
