/** The figures of a play, from the answers that were given and what was found afterwards. Counts only, decides nothing. */
import { basename, resolve } from 'node:path';
import type { ViewComparison } from './compare-views.ts';
import type { LedgerInspection } from './inspect-ledger.ts';
import type { RowsInspection } from './inspect-rows.ts';
import type { LedgerTarget } from './ledger-target.ts';
import type { PlayNetwork } from './player.ts';
import type { HistoriesReport, LedgerReport, PartitionReport, Report } from './report.ts';
import type { Schedule } from './schedule.ts';
import type { OrderHistory } from './timed-command.ts';

export interface MeasuredNetwork extends PlayNetwork {
  readonly cutMs: () => number;
  readonly drainMs: () => number;
  readonly isDrained: () => boolean;
}

export interface LedgerPlay {
  readonly target: LedgerTarget;
  readonly network: MeasuredNetwork;
  readonly startedAtMs: number;
  readonly endedAtMs: number;
}

export interface PlayedLedger {
  readonly dataDir: string;
  readonly histories: readonly OrderHistory[];
  readonly refusedRows: HistoriesReport['refusedRows'];
  readonly schedule: Schedule;
  readonly ledger: LedgerPlay;
  readonly inspection: LedgerInspection;
  readonly views: ViewComparison;
}

export const playFigures = (played: PlayedLedger): Pick<Report, 'histories' | 'partition' | 'entries' | 'ledger'> => ({
  histories: historiesFigures(played),
  partition: partitionFigures(played),
  entries: countEntries(played.ledger.target),
  ledger: ledgerFigures(played),
});

export const rivalFigures = ({ rowByOrderId: _, ...counted }: RowsInspection): Report['lastWriterWins'] => counted;

const ledgerFigures = ({ ledger, inspection, views, histories, schedule }: PlayedLedger): LedgerReport => {
  const { target, network } = ledger;
  const appended = [...target.answers.values()].filter(({ kind }) => kind === 'appended').length;
  const playedMs = Math.max(1, ledger.endedAtMs - ledger.startedAtMs - network.drainMs());
  const { outcomeByOrderId, entriesLost, entriesUnsent, foldsEqual, entriesPerRegion, classes, cases } = inspection;
  return {
    entriesLost,
    entriesUnsent,
    viewsEqual: views.equal,
    viewRows: views.rows,
    foldsEqual,
    entriesPerRegion,
    classes,
    cases,
    lateFacts: countLateFacts(histories, schedule, outcomeByOrderId),
    drainMs: network.drainMs(),
    isDrained: network.isDrained(),
    appendsPerSecond: Math.round((appended * 1000) / playedMs),
    refused: countRefused(target),
    retries: target.retries(),
  };
};

const countLateFacts = (
  histories: readonly OrderHistory[],
  { phases }: Schedule,
  outcomes: LedgerInspection['outcomeByOrderId'],
): LedgerReport['lateFacts'] => {
  const added = phases.flatMap(({ commands }) => commands.filter(({ origin }) => origin === 'added'));
  const touched = new Set(added.map(({ orderId }) => orderId));
  const late = histories.filter(({ orderId, lateness }) => lateness !== 'in-order' && !touched.has(orderId));
  const countOrders = (orders: readonly OrderHistory[]) => ({
    orders: orders.length,
    withOpenCase: orders.filter(({ orderId }) => (outcomes.get(orderId)?.openCases ?? 0) > 0).length,
  });
  return {
    ...countOrders(late),
    beforePlacing: countOrders(late.filter(({ lateness }) => lateness === 'before-placing')),
  };
};

const countEntries = ({ answers }: LedgerTarget): Report['entries'] => {
  const counted = { real: 0, added: 0, replayed: 0 };
  for (const [{ origin }, { kind }] of answers) {
    if (kind === 'appended') counted[origin]++;
    if (kind === 'replayed') counted.replayed++;
  }
  return counted;
};

const countRefused = ({ answers }: LedgerTarget): Readonly<Record<string, number>> => {
  const refused = new Map<string, number>();
  for (const answer of answers.values()) {
    if (!('reason' in answer)) continue;
    const reason = answer.kind === 'gave-up' ? 'no answer' : answer.reason;
    refused.set(reason, (refused.get(reason) ?? 0) + 1);
  }
  return Object.fromEntries([...refused].sort());
};

const historiesFigures = ({ dataDir, histories, refusedRows, schedule, ledger }: PlayedLedger): HistoriesReport => {
  const commands = schedule.phases.flatMap((phase) => phase.commands);
  const [fromMs, toMs] = [commands.at(0)?.atMs ?? 0, commands.at(-1)?.atMs ?? 0];
  return {
    folder: basename(resolve(dataDir)),
    orders: histories.length,
    refusedRows,
    from: toIso(fromMs),
    to: toIso(toMs),
    compression: Math.round((toMs - fromMs) / Math.max(1, ledger.endedAtMs - ledger.startedAtMs)),
  };
};

const partitionFigures = ({ schedule: { partition, phases }, ledger }: PlayedLedger): PartitionReport => ({
  from: toIso(partition.fromMs),
  to: toIso(partition.toMs),
  commands: phases.find(({ name }) => name === 'partition')?.commands.length ?? 0,
  lastedMs: ledger.network.cutMs(),
});

const toIso = (ms: number): string => new Date(ms).toISOString();
