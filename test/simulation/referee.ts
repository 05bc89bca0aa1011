/**
 * Watches a run: mixes what happens into the trace, tells it to the narrator, and asks the checkers after every step, now
 * and then about an order, and in the end about all of them.
 */
import type { Command } from '../../domain/decide/command.ts';
import { fold } from '../../domain/fold/fold.ts';
import { canonicalJson } from '../../domain/ledger/entry-hash.ts';
import { retail } from '../../domain/lifecycle/retail.ts';
import type { CaseAlert, ReviewAlert } from '../../domain/ports/alert-bus.ts';
import type { LedgerItem } from '../../infra/dynamodb/entry-codec.ts';
import { type Generations, liveGeneration } from '../../projections/generations/generations.ts';
import type { AppendOutcome } from '../../services/ledger/append-commands.ts';
import type { Checker, CheckerDeps, ReplicaEvidence, Words } from './checkers/checker.ts';
import { createCheckers } from './checkers/checkers.ts';
import { createReviewCheckers } from './checkers/review/review-checkers.ts';
import { reviewEvidenceOf } from './checkers/review/review-evidence.ts';
import { hashOf } from './facts.ts';
import type { FaultDice } from './faults/fault-dice.ts';
import type { ReviewOptions } from './faults/review-options.ts';
import type { Scheduler } from './kernel/scheduler.ts';
import type { Trace } from './kernel/trace.ts';
import { Violation } from './kernel/violation.ts';
import type { Change } from './model/replica.ts';
import { type ReviewEvent, streamOf } from './model/review-event.ts';
import type { Silence } from './model/silence.ts';
import { loadItems } from './model/simulated-event-store.ts';
import type { RowChange } from './model/view-tables.ts';
import type { Narrator } from './narrator.ts';
import { noteRareStates } from './note-rare-states.ts';
import { noteReview } from './note-review.ts';
import type { Region } from './region/region.ts';
import { resolutionCommands } from './region/resolution-command.ts';

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
  readonly onReviewAlert: (alert: ReviewAlert) => void;
  readonly onReview: (event: ReviewEvent) => void;
  /** What there is to say against the reviews of some orders, which have had their time. */
  readonly reviewWords: (streams: readonly string[]) => Words;
  /** The same as a violation. */
  readonly checkReviews: (streams: readonly string[]) => void;
  /** The faults are over. */
  readonly onCalm: () => void;
  readonly acceptedEntries: () => number;
}

export interface RefereeDeps extends Omit<CheckerDeps, 'reached'> {
  readonly scheduler: Scheduler;
  readonly trace: Trace;
  readonly narrator: Narrator;
  readonly dice: FaultDice;
  readonly review?: ReviewOptions | undefined;
  readonly silence: Silence;
  readonly regions: () => readonly Region[];
  /** False for a run that only has to leave a trace. */
  readonly isChecked: boolean;
}

export const createReferee = (deps: RefereeDeps): Referee => {
  const { facts, table, trace, narrator, dice, isChecked } = deps;
  const regionOf = (name: string): Region | undefined => deps.regions().find((region) => region.name === name);
  let calmAtMs = Number.POSITIVE_INFINITY;
  const { nowMs } = deps.scheduler;
  const checkers = [
    ...createCheckers({ ...deps, reached: dice.reached }, regionOf),
    ...createReviewCheckers({ ...deps, nowMs, regionOf, calmMs: () => nowMs() - calmAtMs }),
  ];
  let acceptedEntries = 0;

  /** Throws what the first checker has to say. Of a stream that lost entries in a restore nothing is promised. */
  const ask = (stream: string, question: (checker: Checker) => Words): void => {
    if (!facts.maimed.has(stream)) askAll(question);
  };

  const askAll = (question: (checker: Checker) => Words): void => {
    if (!isChecked) return;
    const violation = firstViolation(checkers, question);
    if (!violation) return;
    // Code under test may catch what is thrown into it.
    deps.scheduler.fail(violation);
    throw violation;
  };

  /** At rest it counts what the replica itself holds; until then, what its region can be told. */
  const evidenceIn = ({ name, liveRow }: Region, stream: string, isAtRest: boolean): ReplicaEvidence => {
    const items = isAtRest ? table.query(name, stream) : table.committed(name, stream);
    const loaded = loadItems(stream, items);
    return { region: name, items, loaded, folded: fold(loaded.entries, retail), row: liveRow(stream) };
  };

  const onReview = (event: ReviewEvent): void => {
    trace.text(`${event.kind} ${event.region}`);
    trace.text(event.kind === 'life' ? canonicalJson(event.life) : event.kind === 'entered' ? event.state : '');
    narrator.tellReview(event);
    noteReview(event, dice.reached);
    if (event.kind === 'resolved') noteResolved(event);
    ask(streamOf(event), (checker) => checker.onReview?.(event));
  };

  /** A decision is a command like any other. */
  const noteResolved = ({ region, resolution, outcome }: Extract<ReviewEvent, { kind: 'resolved' }>): void => {
    if (outcome.kind !== 'decided') return;
    const { taken } = outcome;
    if (taken.kind === 'appended') acceptedEntries++;
    const { stream } = resolution;
    const commands = resolutionCommands(resolution);
    const command = commands.find((it) => hashOf(stream, it) === taken.entry.payloadHash) ?? commands[0];
    if (command) ask(stream, (checker) => checker.onOutcome?.({ region, stream, command, outcome: taken }));
  };

  /** Also asked in a run that is not checked: how long it waits depends on the answer. */
  const reviewViolation = (streams: readonly string[]): Violation | undefined => {
    for (const stream of streams) {
      if (facts.maimed.has(stream)) continue;
      const evidence = reviewEvidenceOf(stream, { table, regions: deps.regions() });
      const violation = firstViolation(checkers, (checker) => checker.checkReview?.(evidence));
      if (violation) return violation;
    }
    return undefined;
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
    onReviewAlert: (alert) => onReview({ kind: 'said', region: alert.region, alert }),
    onReview,
    reviewWords: (streams) => reviewViolation(streams)?.message,
    checkReviews: (streams) => {
      const violation = reviewViolation(streams);
      if (violation) throw violation;
    },
    onCalm: () => {
      calmAtMs = nowMs();
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

const firstViolation = (checkers: readonly Checker[], question: (checker: Checker) => Words): Violation | undefined => {
  for (const checker of checkers) {
    const words = question(checker);
    if (words !== undefined) return new Violation(checker.invariant, words);
  }
  return undefined;
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
