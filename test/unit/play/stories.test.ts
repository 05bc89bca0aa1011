import { describe, expect, it } from 'vitest';
import { fold } from '../../../domain/fold/fold.ts';
import { retail } from '../../../domain/lifecycle/retail.ts';
import type { RowAnswer } from '../../../infra/world/play/last-writer-wins.ts';
import type { LedgerAnswer } from '../../../infra/world/play/ledger-target.ts';
import { type StoryMaterial, tellStories } from '../../../infra/world/play/stories.ts';
import type { TimedCommand } from '../../../infra/world/play/timed-command.ts';
import { createLedger } from '../../support/builders/ledger-builder.ts';
import { cancelled, paid, placed, shipped } from '../../support/builders/retail-drafts.ts';
import { away, command, home } from './commands.ts';

/** Paid and shipped in one region, cancelled in the other; the row kept the shipment. */
const tellOne = async () => {
  const ledger = createLedger({ stream: 'order/default/o1' });
  const ledgerAnswers = new Map<TimedCommand, LedgerAnswer>();
  const rowAnswers = new Map<TimedCommand, RowAnswer>();
  const version = { updatedAt: 1, updatedAtRegion: home };
  const write = (sent: TimedCommand, draft: ReturnType<typeof placed>) => {
    const { id, position } = ledger.at(sent.region).append(draft);
    ledgerAnswers.set(sent, { kind: 'appended', id, position });
    rowAnswers.set(sent, { kind: 'applied', version });
    return sent;
  };
  const commands = [
    write(command('OrderPlaced', home, 0), placed()),
    write(command('PaymentCaptured', home, 1), paid()),
  ];
  ledger.replicateAll();
  const cancel = write(command('OrderCancelled', away, 2, { origin: 'added' }), cancelled());
  commands.push(cancel, write(command('OrderShipped', home, 3), shipped()));
  const material: StoryMaterial = {
    commands,
    partition: { fromMs: cancel.atMs, toMs: cancel.atMs + 60 * 60 * 1000 },
    ledgerAnswers,
    rowAnswers,
    ledgerOutcomes: new Map([['o1', { status: 'shipped', class: 'review', openCases: 1, openReasons: ['contested'] }]]),
    rowOutcomes: new Map([
      [
        'o1',
        {
          status: 'shipped',
          money: { captured: 9980 },
          writtenIn: home,
          lostKeys: [cancel.idempotencyKey],
          isWrongStatus: false,
        },
      ],
    ]),
    loadFolded: async () => fold(ledger.entries(), retail),
  };
  return { material, stories: await tellStories(material) };
};

describe('a story', () => {
  it('says who wrote what, where and when, and what was added', async () => {
    const { stories } = await tellOne();
    expect(stories[0]?.title).toBe('A cancellation against a parcel that had left');
    expect(
      stories[0]?.steps.map(({ at, region, origin, isDuringPartition }) => [at, region, origin, isDuringPartition]),
    ).toEqual([
      ['2018-01-01T00:00:00.000Z', home, 'real', false],
      ['2018-01-01T01:00:00.000Z', home, 'real', false],
      ['2018-01-01T02:00:00.000Z', away, 'added', true],
      ['2018-01-01T03:00:00.000Z', home, 'real', false],
    ]);
  });

  it('says what the row kept, and what it no longer holds', async () => {
    const { stories } = await tellOne();
    expect(stories[0]?.steps[2]).toMatchObject({ table: 'acknowledged, then lost', isLostByTable: true });
    expect(stories[0]?.tableKept).toEqual([
      `shipped, captured BRL 99.80; last written in ${home}`,
      'acknowledged and gone, nobody was told: OrderCancelled',
    ]);
  });

  it('says what Rejoin kept, what has no place in it, and what a person is asked', async () => {
    const { stories } = await tellOne();
    expect(stories[0]?.rejoinKept).toEqual([
      'shipped for now, captured BRL 99.80; class review',
      `history: OrderPlaced (${home}), PaymentCaptured (${home}), OrderShipped (${home})`,
      `no place in it, but kept: OrderCancelled (${away})`,
      `a person is asked about OrderCancelled (${away}): contested against OrderShipped (${home})`,
    ]);
  });

  it('leaves the time out where the data records none', async () => {
    const { material } = await tellOne();
    const [first, ...rest] = material.commands;
    const timeless = { ...(first ?? expect.unreachable()), occurredAtMs: undefined };
    const [story] = await tellStories({ ...material, commands: [timeless, ...rest] });
    expect(story?.steps[0]?.at).toBeUndefined();
  });
});

describe('choosing stories', () => {
  const lost = (type: string, orderId: string) =>
    [
      orderId,
      { status: 'paid', money: {}, writtenIn: home, lostKeys: [`${orderId}.${type}`], isWrongStatus: true },
    ] as const;
  const choose = (types: readonly string[]) => {
    const orders = types.map((type, i) => ({ type, orderId: `o${i}` }));
    return tellStories({
      commands: orders.map(({ type, orderId }) => command(type, home, 1, { orderId })),
      partition: { fromMs: 0, toMs: 0 },
      ledgerAnswers: new Map(),
      rowAnswers: new Map(),
      ledgerOutcomes: new Map(
        orders.map(({ orderId }) => [
          orderId,
          { status: 'delivered', class: 'precedence', openCases: 0, openReasons: [] },
        ]),
      ),
      rowOutcomes: new Map(orders.map(({ type, orderId }) => lost(type, orderId)).toReversed()),
      loadFolded: async () => fold([], retail),
    });
  };

  it('takes one of each kind of mishap before a second of any', async () => {
    const stories = await choose(['AddressChanged', 'AddressChanged', 'PaymentCaptured', 'OrderCancelled']);
    expect(stories.map(({ orderId }) => orderId)).toEqual(['o0', 'o2', 'o3']);
  });

  it('tells as many as there are, and no order twice', async () => {
    expect((await choose(['AddressChanged', 'AddressChanged'])).map(({ orderId }) => orderId)).toEqual(['o0', 'o1']);
    expect(await choose([])).toEqual([]);
  });
});
