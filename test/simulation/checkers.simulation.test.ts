/**
 * Every checker of an order's state speaks up: shown an order whose state was doctored, it says what is wrong, and shown
 * the same order as it is, it says nothing. A checker that cannot fail would make the simulator's silence worthless.
 */
import { describe, expect, it } from 'vitest';
import { fold } from '../../domain/fold/fold.ts';
import type { CaseReason, FoldedStream } from '../../domain/fold/folded-stream.ts';
import type { Entry } from '../../domain/ledger/entry.ts';
import { hashEntry } from '../../domain/ledger/entry-hash.ts';
import { type Consistency, strongWriter } from '../../domain/ledger/position.ts';
import { stampEntry } from '../../domain/ledger/stamp-entry.ts';
import { retail } from '../../domain/lifecycle/retail.ts';
import { type LedgerItem, toItem } from '../../infra/dynamodb/entry-codec.ts';
import { sha256 } from '../../infra/node/sha256.ts';
import { caseAlerts, saidByRows } from '../../projections/projector/case-alerts.ts';
import { foldedToOrderView } from '../../projections/views/order-view.ts';
import { createLedger } from '../support/builders/ledger-builder.ts';
import {
  cancelled,
  type EventDraft,
  packed,
  paid,
  placed,
  points,
  shipped,
  tagAdded,
} from '../support/builders/retail-drafts.ts';
import type { ReplicaEvidence, StreamEvidence, WatchedRegion } from './checkers/checker.ts';
import { createCheckers } from './checkers/checkers.ts';
import { oneChain } from './checkers/one-chain.ts';
import { createFacts } from './facts.ts';
import { createRandomStreams } from './kernel/random-streams.ts';
import { createScheduler } from './kernel/scheduler.ts';
import { createTrace } from './kernel/trace.ts';
import { createGlobalTable } from './model/global-table.ts';
import { loadItems } from './model/simulated-event-store.ts';
import { type ViewRow, viewText } from './model/view-tables.ts';
import { oldestCode } from './region/projection-code.ts';

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
  const row = rowOf(folded);
  const replicas = regions.map((region) => ({ region, items, loaded, folded, row }));
  return { stream, isAtRest: true, replicas: [replicas[0] as ReplicaEvidence, doctor(replicas[1] as ReplicaEvidence)] };
};

const rowOf = (folded: FoldedStream): ViewRow => {
  const view = foldedToOrderView(folded, { version: oldestCode.version, foldedAtMs: 0 });
  return { view, text: viewText(view) };
};

const say = (shown: StreamEvidence, consistency: Consistency = 'eventual'): readonly string[] => {
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
  const random = randomStreams('checkers');
  const deps = { facts: createFacts(), table, random, consistency, reached: () => undefined };
  return createCheckers(deps, () => undefined).flatMap((checker) => {
    for (const { region, folded } of shown.replicas)
      for (const alert of caseAlerts(saidByRows([]), folded, { region, version: oldestCode.version, atMs: 0 }))
        checker.onAlert?.({ region: { name: region } as WatchedRegion, alert });
    return checker.checkStream?.(shown) === undefined ? [] : [checker.invariant.split(' ')[0] ?? ''];
  });
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
    ['a view that is missing', '12', evidence((replica) => ({ ...replica, row: undefined }))],
    ['a view that stayed behind', '12', evidence(withOldView)],
  ])('name %s', (_, invariant, shown) => {
    expect(say(shown)).toContain(invariant);
  });
});

const withOldView = (replica: ReplicaEvidence): ReplicaEvidence => {
  return { ...replica, row: rowOf(fold(replica.loaded.entries.slice(0, 1), retail)) };
};

const flipped = (replica: ReplicaEvidence, name: 'body' | 'hash'): ReplicaEvidence => {
  const [first, ...rest] = replica.items as [LedgerItem, ...LedgerItem[]];
  return { ...replica, items: [{ ...first, [name]: first[name].replace(/\d/, '_') }, ...rest] };
};

const chainOf = (...drafts: readonly EventDraft[]): readonly Entry[] => {
  const entries: Entry[] = [];
  for (const event of drafts) {
    const { cut, newestId } = fold(entries, retail);
    const kind = retail.eventTypes.get(event.type)?.kind ?? 'fact';
    const stamp = { region: 'us-east-1', writer: strongWriter, nowMs: 1_767_225_600_000, random: () => 0.5, sha256 };
    const draft = { stream: 'order/acme/1001', kind, source: event.source, events: [event] };
    entries.push(stampEntry(draft, { ...stamp, entries, cut, newestId }));
  }
  return entries;
};

const chainEvidence = (
  entries: readonly Entry[],
  doctor: (folded: FoldedStream) => FoldedStream = (folded) => folded,
): StreamEvidence => {
  const folded = doctor(fold(entries, retail));
  const row = rowOf(folded);
  const items = entries.map(toItem);
  const loaded = { entries, damaged: [] };
  const replicas = regions.map((region) => ({ region, items, loaded, folded, row }));
  return { stream: 'order/acme/1001', isAtRest: false, replicas };
};

const straightOrder = () => chainOf(placed(), paid(), packed(), shipped());
/** The parcel had left when the customer cancelled; the carrier says so afterwards. */
const lateOrder = () => chainOf(placed(), paid(), cancelled(), shipped());

/** As if the last writer had not looked at the one before it. */
const withBlindWriter = (entries: readonly Entry[]): readonly Entry[] =>
  entries.map((entry, i) => (i < entries.length - 1 ? entry : hashEntry({ ...entry, seen: { global: 1 } }, sha256)));

describe('the checker of one chain', () => {
  it.each<readonly [string, readonly Entry[]]>([
    ['an order that went straight', straightOrder()],
    ['a cancellation that lost to a late fact', lateOrder()],
  ])('has nothing to say about %s', (_, entries) => {
    expect(say(chainEvidence(entries), 'strong')).toEqual([]);
  });

  it.each<readonly [string, StreamEvidence]>([
    ['an entry that did not see all before it', chainEvidence(withBlindWriter(straightOrder()))],
    ['an order of two parts', evidence()],
    ['entries that are concurrent', chainEvidence(straightOrder(), (it) => ({ ...it, class: 'merged' }))],
    ['a precedence among none', chainEvidence(straightOrder(), (it) => ({ ...it, class: 'precedence' }))],
    ['a class without a reason', chainEvidence(straightOrder(), (it) => ({ ...it, class: 'late' }))],
    ['a disputed field', chainEvidence(lateOrder(), withReason('field-disputed'))],
    ['a reused key', chainEvidence(lateOrder(), withReason('key-reused'))],
    ['a rejected decision that no fact followed', chainEvidence(chainOf(placed(), paid(), shipped(), cancelled()))],
  ])('names %s', (_, shown) => {
    expect(say(shown, 'strong')).toContain('one');
  });
});

describe('the checker of one chain, at each put', () => {
  const sayAtPuts = (entries: readonly Entry[]): readonly (string | undefined)[] => {
    const said: (string | undefined)[] = [];
    const randomStreams = createRandomStreams(1);
    const table = createGlobalTable<LedgerItem>({
      regions,
      scheduler: createScheduler({ startMs: 0, trace: createTrace() }),
      randomStreams,
      lagMs: 1,
      onChange: (change) => said.push(checker.onChange?.(change)),
    });
    const random = randomStreams('checkers');
    const checker = oneChain({
      facts: createFacts(),
      table,
      random,
      consistency: 'strong',
      reached: () => undefined,
    });
    for (const entry of entries) table.put('us-east-1', toItem(entry));
    return said;
  };

  it('has nothing to say while an order goes straight', () => {
    expect(sayAtPuts(straightOrder())).toEqual([undefined, undefined, undefined, undefined]);
  });

  it('names a decision that was not legal after what it saw', () => {
    const [last, ...before] = sayAtPuts(chainOf(placed(), paid(), shipped(), cancelled())).toReversed();
    expect(before).toEqual([undefined, undefined, undefined]);
    expect(last).toContain('global/0000000004 of order/acme/1001 is a decision, and not legal');
  });
});

const withReason =
  (reason: CaseReason) =>
  (folded: FoldedStream): FoldedStream => ({
    ...folded,
    cases: folded.cases.map((it) => ({ ...it, reasons: [reason] })),
  });
