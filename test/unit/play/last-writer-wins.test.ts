import { describe, expect, it } from 'vitest';
import { retail } from '../../../domain/lifecycle/retail.ts';
import { createInMemoryMutableTable } from '../../../infra/world/in-memory-mutable-table.ts';
import type { OrderOutcome } from '../../../infra/world/play/inspect-ledger.ts';
import { inspectRows } from '../../../infra/world/play/inspect-rows.ts';
import { createLastWriterWinsOrders, orderRowTable } from '../../../infra/world/play/last-writer-wins.ts';
import { createRowTarget } from '../../../infra/world/play/row-target.ts';
import type { TimedCommand } from '../../../infra/world/play/timed-command.ts';
import type { MutableItem } from '../../../infra/world/world-types.ts';
import { away, command, home, regions } from './commands.ts';

/** Two replicas whose writes cross when the test says so; each write is a millisecond after the one before. */
const createRival = () => {
  let nowMs = 0;
  const definition = orderRowTable('orders');
  const tables = new Map(
    regions.map((region) => [
      region as string,
      createInMemoryMutableTable({ definition, region, clock: { nowMs: () => ++nowMs } }),
    ]),
  );
  const onTheWay: { readonly from: string; readonly item: MutableItem }[] = [];
  for (const [from, table] of tables) table.onWrite((item) => onTheWay.push({ from, item }));
  const replicate = () => {
    for (const { from, item } of onTheWay.splice(0))
      for (const [region, table] of tables) if (region !== from) table.replicate(item);
  };
  const orders = createLastWriterWinsOrders(tables, retail);
  return {
    orders,
    target: createRowTarget({ orders, nowMs: () => nowMs, random: () => 0.5, sleep: async () => undefined }),
    replicate,
  };
};

const placed = command('OrderPlaced', home, 0);
const paid = command('PaymentCaptured', home, 1);
const cancelledAway = command('OrderCancelled', away, 2);
const shipped = command('OrderShipped', away, 3);
const outcome = (status: string, openCases = 0): OrderOutcome => ({
  status,
  class: 'none',
  openCases,
  openReasons: [],
});

const playApart = async (together: readonly TimedCommand[], apart: readonly TimedCommand[]) => {
  const rival = createRival();
  for (const it of together) await rival.target.send(it);
  rival.replicate();
  for (const it of apart) await rival.target.send(it);
  rival.replicate();
  return rival;
};

const inspect = (rival: ReturnType<typeof createRival>, ledger: OrderOutcome) =>
  inspectRows({
    orders: rival.orders,
    regions,
    answers: rival.target.answers,
    ledgerOutcomes: new Map([['o1', ledger]]),
  });

describe('mutable rows with last writer wins', () => {
  it('hold everything while the regions are linked', async () => {
    const rival = await playApart([placed, paid], [shipped]);
    expect(await rival.orders.get(home, 'o1')).toMatchObject({
      status: 'shipped',
      money: { captured: 9980 },
      fields: { shippingAddress: { line1: 'Rua 1' } },
    });
    expect(await inspect(rival, outcome('shipped'))).toMatchObject({
      updatesAcknowledged: 3,
      updatesLost: 0,
      wrongStatus: 0,
    });
  });

  it('lose the earlier of two updates that regions acknowledged apart', async () => {
    const rival = await playApart([placed], [paid, cancelledAway]);
    const found = await inspect(rival, outcome('cancelled'));
    expect(found).toMatchObject({ rowsEqual: true, updatesLost: 1, ordersOverwritten: 1, wrongStatus: 0 });
    expect(found.rowByOrderId.get('o1')).toMatchObject({
      status: 'cancelled',
      money: {},
      lostKeys: [paid.idempotencyKey],
    });
  });

  it('end in a wrong status when the cancellation is the one that is lost', async () => {
    const rival = await playApart([placed], [cancelledAway, paid]);
    expect(await inspect(rival, outcome('cancelled'))).toMatchObject({ wrongStatus: 1, wrongStatusOverwritten: 1 });
  });

  it('count as undecided, not as wrong, where Rejoin asks a person', async () => {
    const rival = await playApart([placed], [cancelledAway, paid]);
    expect(await inspect(rival, outcome('cancelled', 1))).toMatchObject({ wrongStatus: 0, undecidedStatus: 1 });
  });

  it('refuse a fact that comes too early, and never hear of it again', async () => {
    const rival = await playApart([placed], [shipped, paid]);
    expect(rival.target.answers.get(shipped)).toEqual({
      kind: 'refused',
      reason: 'illegal-transition',
      status: 'placed',
    });
    expect(await inspect(rival, outcome('shipped'))).toMatchObject({
      factsRefused: 1,
      updatesLost: 0,
      wrongStatus: 1,
      wrongStatusOverwritten: 0,
    });
  });

  it('know nothing of an order that was placed in the other region', async () => {
    const rival = await playApart([], [placed, shipped]);
    expect(rival.target.answers.get(shipped)).toMatchObject({ kind: 'refused', reason: 'unknown-order' });
  });

  it('do a repeated key once', async () => {
    const rival = createRival();
    await rival.target.send(paid);
    await rival.target.send(placed);
    await rival.target.send({ ...paid });
    const again = { ...paid };
    await rival.target.send(again);
    expect(rival.target.answers.get(again)).toEqual({ kind: 'repeated' });
    expect((await rival.orders.get(home, 'o1'))?.money).toEqual({ captured: 9980 });
  });

  it('count a retry in the other region as the same update', async () => {
    const rival = await playApart([], [placed, { ...placed, region: away }]);
    expect(await inspect(rival, outcome('placed'))).toMatchObject({ updatesAcknowledged: 1, updatesLost: 0 });
  });
});

describe('playing into mutable rows', () => {
  it('sends a write of unknown outcome again, and it is done once', async () => {
    const { orders } = createRival();
    let isLost = true;
    const flaky = {
      ...orders,
      send: async (sent: TimedCommand) => {
        const answer = await orders.send(sent);
        if (isLost) {
          isLost = false;
          throw new Error('the answer was lost');
        }
        return answer;
      },
    };
    const target = createRowTarget({ orders: flaky, nowMs: () => 0, random: () => 0.5, sleep: async () => undefined });
    await target.send(placed);
    expect(target.answers.get(placed)).toEqual({ kind: 'repeated' });
    expect((await orders.get(home, 'o1'))?.commandKeys).toEqual([placed.idempotencyKey]);
  });
});
