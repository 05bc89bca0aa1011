/**
 * Every checker of an order's state speaks up: shown an order whose state was doctored, it says what is wrong, and shown
 * the same order as it is, it says nothing. A checker that cannot fail would make the simulator's silence worthless.
 */
import { describe, expect, it } from 'vitest';
import { fold } from '../../domain/fold/fold.ts';
import type { FoldedStream } from '../../domain/fold/folded-stream.ts';
import { canonicalJson } from '../../domain/ledger/entry-hash.ts';
import { retail } from '../../domain/lifecycle/retail.ts';
import { type LedgerItem, toItem } from '../../infra/dynamodb/entry-codec.ts';
import { foldedToOrderView } from '../../projections/views/order-view.ts';
import { createLedger } from '../support/builders/ledger-builder.ts';
import { cancelled, packed, paid, placed, points, shipped, tagAdded } from '../support/builders/retail-drafts.ts';
import type { ReplicaEvidence, StreamEvidence } from './checkers/checker.ts';
import { createCheckers } from './checkers/checkers.ts';
import { createFacts } from './facts.ts';
import { createRandomStreams } from './kernel/random-streams.ts';
import { createScheduler } from './kernel/scheduler.ts';
import { createTrace } from './kernel/trace.ts';
import { createGlobalTable } from './model/global-table.ts';
import { loadItems } from './model/simulated-event-store.ts';

const regions = ['us-east-1', 'eu-west-1'];

const contestedOrder = (): readonly LedgerItem[] => {
  const ledger = createLedger({ regions });
  ledger.at('us-east-1').append(placed());
  ledger.at('us-east-1').append(paid());
  ledger.replicateAll();
  for (const event of [packed(), shipped(), points(5)]) ledger.at('us-east-1').append(event);
  for (const event of [cancelled(), tagAdded('gift')]) ledger.at('eu-west-1').append(event);
  return ledger.entries().map(toItem);
};

const evidence = (doctor: (replica: ReplicaEvidence) => ReplicaEvidence = (replica) => replica): StreamEvidence => {
  const items = contestedOrder();
  const stream = items[0]?.stream ?? '';
  const loaded = loadItems(stream, items);
  const folded = fold(loaded.entries, retail);
  const { cut, row } = foldedToOrderView(folded);
  const replicas = regions.map((region) => ({ region, items, loaded, folded, view: { cut, row: canonicalJson(row) } }));
  return { stream, isAtRest: true, replicas: [replicas[0] as ReplicaEvidence, doctor(replicas[1] as ReplicaEvidence)] };
};

const say = (shown: StreamEvidence): readonly string[] => {
  const trace = createTrace();
  const scheduler = createScheduler({ startMs: 0, trace });
  const randomStreams = createRandomStreams(1);
  const table = createGlobalTable<LedgerItem>({
    regions,
    scheduler,
    randomStreams,
    lagMs: 1,
    onChange: () => undefined,
  });
  return createCheckers({
    facts: createFacts(),
    table,
    random: randomStreams('checkers'),
    consistency: 'eventual',
  }).flatMap((checker) => (checker.checkStream?.(shown) === undefined ? [] : [checker.invariant.split(' ')[0] ?? '']));
};

const refolded = (change: (folded: FoldedStream) => FoldedStream) =>
  evidence((replica) => ({ ...replica, folded: change(replica.folded) }));

describe('the checkers', () => {
  it('have nothing to say about an order that is as it should be', () => {
    expect(say(evidence())).toEqual([]);
  });

  it.each<readonly [string, string, StreamEvidence]>([
    ['a rejected entry without a case', '5', refolded((folded) => ({ ...folded, cases: [] }))],
    [
      'a case that nobody settled',
      '5',
      refolded((it) => ({ ...it, cases: it.cases.map((of) => ({ ...of, settledBy: 'X' })) })),
    ],
    ['a wrong counter', '7', refolded((it) => ({ ...it, fields: { ...it.fields, points: 6 } }))],
    ['a tag too many', '7', refolded((it) => ({ ...it, fields: { ...it.fields, tags: ['gift', 'vip'] } }))],
    ['money counted twice', '7', refolded((it) => ({ ...it, money: { ...it.money, captured: 19_960 } }))],
    ['a state that differs between regions', '3', refolded((folded) => ({ ...folded, class: 'merged' }))],
    ['a flipped body', '10', evidence((replica) => flipped(replica, 'body'))],
    ['a flipped hash', '10', evidence((replica) => flipped(replica, 'hash'))],
    ['an item that did not arrive', '12', evidence((replica) => ({ ...replica, items: replica.items.slice(1) }))],
    ['a view that is missing', '12', evidence((replica) => ({ ...replica, view: undefined }))],
    ['a view that stayed behind', '12', evidence(withOldView)],
  ])('name %s', (_, invariant, shown) => {
    expect(say(shown)).toContain(invariant);
  });
});

const withOldView = (replica: ReplicaEvidence): ReplicaEvidence => {
  const { cut, row } = foldedToOrderView(fold(replica.loaded.entries.slice(0, 1), retail));
  return { ...replica, view: { cut, row: canonicalJson(row) } };
};

const flipped = (replica: ReplicaEvidence, name: 'body' | 'hash'): ReplicaEvidence => {
  const [first, ...rest] = replica.items as [LedgerItem, ...LedgerItem[]];
  return { ...replica, items: [{ ...first, [name]: first[name].replace(/\d/, '_') }, ...rest] };
};
