/**
 * Watches a run: mixes what happens into the trace, tells it to the narrator, and asks the checkers after every step, now
 * and then about an order, and in the end about all of them.
 */
import type { Command } from '../../domain/decide/command.ts';
import { fold } from '../../domain/fold/fold.ts';
import { retail } from '../../domain/lifecycle/retail.ts';
import type { LedgerItem } from '../../infra/dynamodb/entry-codec.ts';
import type { AppendOutcome } from '../../services/order-api/append-command.ts';
import type { Checker, CheckerDeps, ReplicaEvidence, Words } from './checkers/checker.ts';
import { createCheckers } from './checkers/checkers.ts';
import type { FaultDice } from './faults/fault-dice.ts';
import type { Scheduler } from './kernel/scheduler.ts';
import type { Trace } from './kernel/trace.ts';
import { Violation } from './kernel/violation.ts';
import type { Change } from './model/replica.ts';
import { loadItems } from './model/simulated-event-store.ts';
import type { ViewRow } from './model/simulated-view-store.ts';
import type { Narrator } from './narrator.ts';
import { noteRareStates } from './note-rare-states.ts';
import type { Region } from './region/region.ts';

/** What it is told throws when an invariant does not hold. */
export interface Referee {
  readonly onChange: (change: Change<LedgerItem>) => void;
  readonly onOutcome: (region: string, stream: string, command: Command, outcome: AppendOutcome) => void;
  readonly onView: (region: string, stream: string, row: ViewRow, before: ViewRow | undefined) => void;
  /** `isAtRest`: the faults are over and everything has had its time. */
  readonly checkStream: (stream: string, isAtRest: boolean) => void;
  readonly acceptedEntries: () => number;
}

export interface RefereeDeps extends CheckerDeps {
  readonly scheduler: Scheduler;
  readonly trace: Trace;
  readonly narrator: Narrator;
  readonly dice: FaultDice;
  readonly regions: () => readonly Region[];
  /** False for a run that only has to leave a trace. */
  readonly isChecked: boolean;
}

export const createReferee = (deps: RefereeDeps): Referee => {
  const { facts, table, trace, narrator, dice, isChecked } = deps;
  const checkers = createCheckers(deps);
  let acceptedEntries = 0;

  /** Throws what the first checker has to say. */
  const ask = (stream: string, question: (checker: Checker) => Words): void => {
    if (!isChecked || facts.maimed.has(stream)) return;
    for (const checker of checkers) {
      const words = question(checker);
      if (words !== undefined) throw new Violation(checker.invariant, words);
    }
  };

  /** At rest it counts what the replica itself holds; until then, what its region can be told. */
  const evidenceIn = ({ name, views }: Region, stream: string, isAtRest: boolean): ReplicaEvidence => {
    const items = isAtRest ? table.query(name, stream) : table.committed(name, stream);
    const loaded = loadItems(stream, items);
    return { region: name, items, loaded, folded: fold(loaded.entries, retail), view: views.get(stream) };
  };

  return {
    acceptedEntries: () => acceptedEntries,
    onChange: (change) => {
      trace.text(change.item.hash);
      narrator.tellChange(change);
      ask(change.item.stream, (checker) => checker.onChange?.(change));
    },
    onOutcome: (region, stream, command, outcome) => {
      trace.text(outcome.kind);
      narrator.tellOutcome(region, stream, command, outcome);
      if (outcome.kind === 'appended') acceptedEntries++;
      noteOutcome(outcome, deps);
      ask(stream, (checker) => checker.onOutcome?.({ region, stream, command, outcome }));
    },
    onView: (region, stream, row, before) => {
      trace.text(row.row);
      narrator.tellView(region, stream, row);
      ask(stream, (checker) => checker.onView?.({ region, stream, row, before }));
    },
    checkStream: (stream, isAtRest) => {
      if (!isChecked) return;
      const evidence = {
        stream,
        isAtRest,
        replicas: deps.regions().map((region) => evidenceIn(region, stream, isAtRest)),
      };
      ask(stream, (checker) => checker.checkStream?.(evidence));
      noteRareStates(evidence, dice.reached);
    },
  };
};

const noteOutcome = (outcome: AppendOutcome, { dice: { reached }, scheduler }: RefereeDeps): void => {
  if (outcome.kind === 'illegal-transition') reached('command refused by the lifecycle');
  if (outcome.kind === 'key-reused') reached('key reused with another payload');
  if (outcome.kind !== 'replayed') return;
  reached('outcome replayed');
  if (scheduler.nowMs() - (outcome.entry.recordedAt ?? 0) > dayMs) reached('outcome replayed after a day');
};

const dayMs = 24 * 3_600_000;
