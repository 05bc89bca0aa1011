/**
 * Watches a run: mixes what happens into the trace, tells it to the narrator, and asks the checkers after every step, now
 * and then about an order, and in the end about all of them.
 */
import type { Command } from '../../domain/decide/command.ts';
import { fold } from '../../domain/fold/fold.ts';
import { canonicalJson } from '../../domain/ledger/entry-hash.ts';
import { retail } from '../../domain/lifecycle/retail.ts';
import type { CaseAlert } from '../../domain/ports/alert-bus.ts';
import type { LedgerItem } from '../../infra/dynamodb/entry-codec.ts';
import { type Generations, liveGeneration } from '../../projections/generations/generations.ts';
import type { AppendOutcome } from '../../services/ledger/append-commands.ts';
import type { Checker, CheckerDeps, ReplicaEvidence, Words } from './checkers/checker.ts';
import { createCheckers } from './checkers/checkers.ts';
import type { FaultDice } from './faults/fault-dice.ts';
import type { Scheduler } from './kernel/scheduler.ts';
import type { Trace } from './kernel/trace.ts';
import { Violation } from './kernel/violation.ts';
import type { Change } from './model/replica.ts';
import { loadItems } from './model/simulated-event-store.ts';
import type { RowChange } from './model/view-tables.ts';
import type { Narrator } from './narrator.ts';
import { noteRareStates } from './note-rare-states.ts';
import type { Region } from './region/region.ts';

/** What it is told throws when an invariant does not hold. */
export interface Referee {
  readonly onChange: (change: Change<LedgerItem>) => void;
  readonly onOutcome: (region: string, stream: string, command: Command, outcome: AppendOutcome) => void;
  readonly onRow: (region: string, change: RowChange) => void;
  readonly onAlert: (alert: CaseAlert) => void;
  readonly onGenerations: (region: string, after: Generations, before: Generations) => void;
  /** `isAtRest`: the faults are over and everything has had its time. */
  readonly checkStream: (stream: string, isAtRest: boolean) => void;
  readonly checkRegions: (isAtRest: boolean) => void;
  readonly acceptedEntries: () => number;
}

export interface RefereeDeps extends Omit<CheckerDeps, 'reached'> {
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
  const regionOf = (name: string): Region | undefined => deps.regions().find((region) => region.name === name);
  const checkers = createCheckers({ ...deps, reached: dice.reached }, regionOf);
  let acceptedEntries = 0;

  /** Throws what the first checker has to say. Of a stream that lost entries in a restore nothing is promised. */
  const ask = (stream: string, question: (checker: Checker) => Words): void => {
    if (!facts.maimed.has(stream)) askAll(question);
  };

  const askAll = (question: (checker: Checker) => Words): void => {
    if (!isChecked) return;
    for (const checker of checkers) {
      const words = question(checker);
      if (words === undefined) continue;
      const violation = new Violation(checker.invariant, words);
      // Code under test may catch what is thrown into it.
      deps.scheduler.fail(violation);
      throw violation;
    }
  };

  /** At rest it counts what the replica itself holds; until then, what its region can be told. */
  const evidenceIn = ({ name, liveRow }: Region, stream: string, isAtRest: boolean): ReplicaEvidence => {
    const items = isAtRest ? table.query(name, stream) : table.committed(name, stream);
    const loaded = loadItems(stream, items);
    return { region: name, items, loaded, folded: fold(loaded.entries, retail), row: liveRow(stream) };
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
    onRow: (name, change) => {
      trace.text(change.row?.text ?? 'removed');
      trace.text(change.row?.view.unsaid?.join() ?? '');
      if (change.row?.view.unsaid) dice.reached('row names a case as unsaid');
      narrator.tellRow(name, change);
      const region = regionOf(name);
      if (region) askAll((checker) => checker.onRow?.({ ...change, region }));
    },
    onAlert: (alert) => {
      trace.text(`${alert.type} ${alert.caseId}`);
      narrator.tellAlert(alert);
      if (alert.type === 'CaseWithdrawn') dice.reached('case withdrawn');
      const region = regionOf(alert.region);
      if (region) askAll((checker) => checker.onAlert?.({ region, alert }));
    },
    onGenerations: (name, after, before) => {
      trace.text(canonicalJson(after));
      narrator.tell(`generations in ${name}: ${tellGenerations(after)}`);
      noteSwitch(after, before, deps);
      const region = regionOf(name);
      if (region) askAll((checker) => checker.onGenerations?.({ region, after, before }));
    },
    checkRegions: (isAtRest) => {
      for (const region of deps.regions()) askAll((checker) => checker.checkRegion?.(region, isAtRest));
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

const tellGenerations = ({ generations }: Generations): string =>
  generations.map(({ name, state, version }) => `${name} ${state} ${version}`).join(', ');

const noteSwitch = (after: Generations, before: Generations, { dice: { reached }, table }: RefereeDeps): void => {
  if (liveGeneration(after).name === liveGeneration(before).name) return;
  reached('switch of generations');
  if (table.links.some((link) => link.isCut())) reached('switch during a partition');
};

const noteOutcome = (outcome: AppendOutcome, { dice: { reached }, scheduler }: RefereeDeps): void => {
  if (outcome.kind === 'illegal-transition') reached('command refused by the lifecycle');
  if (outcome.kind === 'key-reused') reached('key reused with another payload');
  if (outcome.kind !== 'replayed') return;
  reached('outcome replayed');
  if (scheduler.nowMs() - (outcome.entry.recordedAt ?? 0) > dayMs) reached('outcome replayed after a day');
};

const dayMs = 24 * 3_600_000;
