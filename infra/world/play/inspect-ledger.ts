/**
 * What became of the ledger: read past the API, from every region's own replica, after everything has crossed.
 *
 * An acknowledged entry that is missing from any region's replica is lost; an entry under one of our orders that nobody
 * sent during the play has appeared. Each order is folded from each region's entries, and the folds must be equal.
 *
 * A case counts as opened when the region that accepted an entry would have shown it then, that is when the fold of what
 * that entry had seen, and itself, has it open; or when it is open at the end. It closed by itself (withdrawn) when the
 * fold of everything no longer has it. So the figures follow from the ledger alone, and not from when a view was looked at.
 */

import { fold } from '../../../domain/fold/fold.ts';
import {
  type Case,
  type FoldedStream,
  isOpen,
  type StreamClass,
  streamClasses,
} from '../../../domain/fold/folded-stream.ts';
import { coversPosition } from '../../../domain/ledger/cut.ts';
import type { Entry } from '../../../domain/ledger/entry.ts';
import { canonicalJson } from '../../../domain/ledger/entry-hash.ts';
import { parsePosition } from '../../../domain/ledger/position.ts';
import { orderStream } from '../../../domain/ledger/stream-name.ts';
import type { Lifecycle } from '../../../domain/lifecycle/define-lifecycle.ts';
import type { Region } from '../world-types.ts';
import type { LedgerAnswer } from './ledger-target.ts';
import type { TimedCommand } from './timed-command.ts';

export interface LedgerInspection {
  /** Acknowledged, and absent from at least one region. */
  readonly entriesLost: number;
  /** Present, new, and sent by nobody. */
  readonly entriesUnsent: number;
  /** Every region's entries of every order fold to the same bytes. */
  readonly foldsEqual: boolean;
  readonly entriesPerRegion: Readonly<Record<string, number>>;
  readonly classes: Readonly<Record<StreamClass, number>>;
  readonly cases: CaseCounts;
  readonly outcomeByOrderId: ReadonlyMap<string, OrderOutcome>;
}

export interface CaseCounts {
  readonly opened: number;
  readonly withdrawn: number;
  readonly open: number;
  readonly openByReason: Readonly<Record<string, number>>;
  readonly withdrawnByReason: Readonly<Record<string, number>>;
  readonly ordersWithOpenCase: number;
}

export interface OrderOutcome {
  readonly status: string;
  readonly class: StreamClass;
  readonly openCases: number;
  readonly openReasons: readonly string[];
}

export interface InspectLedger {
  readonly regions: readonly Region[];
  readonly tenant: string;
  readonly lifecycle: Lifecycle;
  readonly answers: ReadonlyMap<TimedCommand, LedgerAnswer>;
  /** Entries recorded before are of an earlier play in the same state folder. */
  readonly startedAtMs: number;
  readonly onOrder?: () => void;
}

export const inspectLedger = async (input: InspectLedger): Promise<LedgerInspection> => {
  const sentByOrderId = Map.groupBy(input.answers, ([command]) => command.orderId);
  const found: OrderFinding[] = [];
  const queue = [...sentByOrderId];
  const work = async (): Promise<void> => {
    for (let next = queue.pop(); next; next = queue.pop()) {
      found.push(await inspectOrder(next[0], next[1], input));
      input.onOrder?.();
    }
  };
  await Promise.all(Array.from({ length: readsInFlightMax }, work));
  return summarise(found, input.regions);
};

/** Both replicas' entries of one order; also what a story is told from. */
export const loadOrder = async (orderId: string, { regions, tenant }: Pick<InspectLedger, 'regions' | 'tenant'>) => {
  const stream = orderStream({ tenant, orderId });
  return Promise.all(regions.map(async ({ eventStore }) => (await eventStore.load(stream)).entries));
};

interface OrderFinding {
  readonly orderId: string;
  readonly lost: number;
  readonly unsent: number;
  readonly foldsEqual: boolean;
  readonly entriesPerWriter: ReadonlyMap<string, number>;
  readonly outcome: OrderOutcome;
  readonly openCases: readonly Case[];
  readonly withdrawnCases: readonly Case[];
}

type Sent = readonly (readonly [TimedCommand, LedgerAnswer])[];

const inspectOrder = async (orderId: string, sent: Sent, input: InspectLedger): Promise<OrderFinding> => {
  const replicas = await loadOrder(orderId, input);
  const entries = [...new Map(replicas.flat().map((entry) => [entry.position, entry])).values()];
  const folds = replicas.map((replica) => fold(replica, input.lifecycle));
  const final = folds[0] ?? fold([], input.lifecycle);
  const openCases = final.cases.filter(isOpen);
  return {
    orderId,
    lost: sent.filter(([, answer]) => isLost(answer, replicas)).length,
    unsent: entries.filter((entry) => isUnsent(entry, sent, input.startedAtMs)).length,
    foldsEqual: new Set(folds.map(canonicalJson)).size <= 1,
    entriesPerWriter: countBy(entries, ({ region }) => region),
    outcome: {
      status: final.status,
      class: final.class,
      openCases: openCases.length,
      openReasons: [...new Set(openCases.flatMap(({ reasons }) => reasons))],
    },
    openCases,
    withdrawnCases: casesWithdrawn(entries, final, input.lifecycle),
  };
};

const isLost = (answer: LedgerAnswer, replicas: readonly (readonly Entry[])[]): boolean =>
  'id' in answer &&
  replicas.some((entries) => !entries.some(({ id, position }) => id === answer.id && position === answer.position));

/** A request without an answer may well have been stored: it was sent, so its key is known. */
const isUnsent = (entry: Entry, sent: Sent, startedAtMs: number): boolean =>
  (entry.recordedAt ?? startedAtMs) >= startedAtMs &&
  !sent.some(([command]) => command.idempotencyKey === entry.idempotencyKey && command.region === entry.region);

const casesWithdrawn = (entries: readonly Entry[], final: FoldedStream, lifecycle: Lifecycle): readonly Case[] => {
  const shown = new Map<string, Case>();
  for (const entry of entries)
    for (const it of fold([entry, ...seenBy(entry, entries)], lifecycle).cases)
      if (isOpen(it) && !shown.has(it.id)) shown.set(it.id, it);
  for (const { id } of final.cases) shown.delete(id);
  return [...shown.values()];
};

const seenBy = (entry: Entry, entries: readonly Entry[]): readonly Entry[] =>
  entries.filter((other) => {
    const position = parsePosition(other.position);
    return other !== entry && position !== undefined && coversPosition(entry.seen, position);
  });

const summarise = (found: readonly OrderFinding[], regions: readonly Region[]): LedgerInspection => {
  const open = found.flatMap(({ openCases }) => openCases);
  const withdrawn = found.flatMap(({ withdrawnCases }) => withdrawnCases);
  const classes = countBy(found, ({ outcome }) => outcome.class);
  return {
    entriesLost: sum(found, ({ lost }) => lost),
    entriesUnsent: sum(found, ({ unsent }) => unsent),
    foldsEqual: found.every(({ foldsEqual }) => foldsEqual),
    entriesPerRegion: Object.fromEntries(
      regions.map(({ name }) => [name, sum(found, ({ entriesPerWriter }) => entriesPerWriter.get(name) ?? 0)]),
    ),
    classes: Object.fromEntries(streamClasses.map((it) => [it, classes.get(it) ?? 0])) as Record<StreamClass, number>,
    cases: {
      opened: open.length + withdrawn.length,
      withdrawn: withdrawn.length,
      open: open.length,
      openByReason: countReasons(open),
      withdrawnByReason: countReasons(withdrawn),
      ordersWithOpenCase: found.filter(({ openCases }) => openCases.length > 0).length,
    },
    outcomeByOrderId: new Map(found.map(({ orderId, outcome }) => [orderId, outcome])),
  };
};

const countReasons = (cases: readonly Case[]): Readonly<Record<string, number>> =>
  Object.fromEntries([...countBy(cases, ({ reasons }) => reasons.join(' and '))].sort());

const countBy = <Item, Key>(items: readonly Item[], keyOf: (item: Item) => Key): Map<Key, number> => {
  const counts = new Map<Key, number>();
  for (const item of items) counts.set(keyOf(item), (counts.get(keyOf(item)) ?? 0) + 1);
  return counts;
};

const sum = <Item>(items: readonly Item[], numberOf: (item: Item) => number): number =>
  items.reduce((total, item) => total + numberOf(item), 0);

const readsInFlightMax = 8;
