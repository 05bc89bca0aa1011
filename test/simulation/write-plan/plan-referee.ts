/**
 * Watches a run: mixes what happens into the trace, keeps what checkers may know, and asks them.
 */
import type { Entry } from '../../../domain/ledger/entry.ts';
import { canonicalJson } from '../../../domain/ledger/entry-hash.ts';
import { retail } from '../../../domain/lifecycle/retail.ts';
import type { AgentCount } from '../../../domain/ports/metrics.ts';
import type { RegionState } from '../../../domain/write-plan/region-state.ts';
import type { LedgerItem } from '../../../infra/dynamodb/entry-codec.ts';
import type { ChangePlanOutcome } from '../../../services/write-plan/change-plan.ts';
import { writePlanKind } from '../../../services/write-plan/region-document.ts';
import type { Words } from '../checkers/checker.ts';
import type { Scheduler } from '../kernel/scheduler.ts';
import type { Trace } from '../kernel/trace.ts';
import { Violation } from '../kernel/violation.ts';
import type { Change } from '../model/replica.ts';
import type { ControlChange } from '../model/simulated-control-store.ts';
import type { ApiAnswer } from '../region/order-api.ts';
import { isSettled } from './checkers/is-settled.ts';
import type { Accepted, PlanChecker, PlanWorld } from './checkers/plan-checker.ts';
import { createPlanCheckers } from './checkers/plan-checkers.ts';
import { isHeartbeat } from './model/simulated-heartbeats.ts';
import type { CheckedGate } from './region/order-container.ts';
import { isRegionDocument } from './region/region-state-of.ts';
import type { RegionHistory } from './region-history.ts';

export interface PlanReferee {
  readonly onControl: (region: string, change: ControlChange) => void;
  readonly onChange: (change: Change<LedgerItem>) => void;
  readonly onChecked: (entry: Entry, checked: CheckedGate) => void;
  readonly onOutcome: (region: string, stream: string, answer: ApiAnswer) => void;
  readonly onPromoted: (region: string, outcome: ChangePlanOutcome | { readonly kind: 'failed' }) => void;
  readonly onAgentCount: (region: string, count: AgentCount) => void;
  readonly onDisturbed: (words: string) => void;
  readonly onTick: () => void;
  readonly atRest: () => void;
  readonly acceptedEntries: () => number;
}

export interface PlanRefereeDeps {
  readonly world: PlanWorld;
  readonly history: RegionHistory;
  readonly scheduler: Scheduler;
  readonly trace: Trace;
  readonly tell: (words: string) => void;
  /** False for a run that only has to leave a trace. */
  readonly isChecked: boolean;
}

export const createPlanReferee = (deps: PlanRefereeDeps): PlanReferee => {
  const { world, history, scheduler, trace, tell, isChecked } = deps;
  const checkers = createPlanCheckers(world);
  const checked = new Map<string, Omit<Accepted, 'entry'> & { readonly entry: Entry }>();
  let acceptedEntries = 0;

  const ask = (question: (checker: PlanChecker) => Words | undefined): void => {
    if (!isChecked) return;
    for (const checker of checkers) {
      const words = question(checker);
      if (words === undefined) continue;
      const violation = new Violation(checker.invariant, words);
      // Code under test may catch what is thrown into it.
      scheduler.fail(violation);
      throw violation;
    }
  };

  const turnRegion = (region: string, after: RegionState): void => {
    const before = history.states.get(region);
    history.note(region, after);
    trace.text(canonicalJson(after));
    if (isNews(before, after)) tell(`${region}: ${tellState(after)}`);
    if (before?.breaker.kind === 'half-open' && after.breaker.kind === 'half-open') noteSpent(after, world);
    ask((checker) => checker.onRegionState?.({ region, before, after }));
    if (before?.breaker.kind === 'closed' && after.breaker.kind === 'open') noteThirdRegion(region, after, world);
  };

  return {
    acceptedEntries: () => acceptedEntries,
    onControl: (region, change) => {
      if (isRegionDocument(change)) turnRegion(region, change.value as RegionState);
      if (change.kind === writePlanKind && change.name === 'late-arrival') {
        const { atMs } = change.value as { readonly atMs: number };
        ask((checker) => checker.onLateArrivalNoted?.(region, atMs));
      }
    },
    onChange: ({ region, item, from }) => {
      if (isHeartbeat(item)) return;
      trace.text(item.hash);
      const accepted = from === undefined ? checked.get(item.hash) : undefined;
      if (!accepted) return;
      checked.delete(item.hash);
      acceptedEntries++;
      const { gate, isSettled: settled } = accepted;
      tell(
        `${region} puts ${item.position} of ${item.stream} by epoch ${gate.plan.epoch}${settled ? ', settled' : ''}`,
      );
      ask((checker) => checker.onAccepted?.(accepted));
    },
    onChecked: (entry, gate) =>
      void checked.set(entry.hash, {
        ...gate,
        entry,
        isPrimaryMatter: entry.events.some(({ type }) => retail.eventTypes.get(type)?.whenIsolated === 'primary'),
        isSettled: isSettled(world, gate),
        soundSinceMs: world.clockOf(gate.region).soundSinceMs(),
      }),
    onOutcome: (region, _, answer) => {
      trace.text(answer.kind);
      if (answer.kind === 'not-admitted')
        world.reached(
          answer.reason === 'no-lease'
            ? 'decision refused for want of a lease'
            : 'decision refused outside the primary',
        );
      if (answer.kind === 'appended' || answer.kind === 'replayed')
        ask((checker) => checker.onAcknowledged?.(region, answer.entry));
    },
    onPromoted: (region, { kind }) => {
      trace.text(kind);
      tell(`${region}: promotion ${kind}`);
      world.reached(kind === 'changed' ? 'promotion by hand' : 'promotion refused');
      for (const checker of checkers) checker.onDisturbed?.();
    },
    onAgentCount: (_, count) => {
      if (count === 'ClockJumped') world.reached('clock caught standing still or going back');
      if (count === 'WitnessUnreachable') world.reached('witness out of reach');
    },
    onDisturbed: (words) => {
      tell(words);
      for (const checker of checkers) checker.onDisturbed?.();
    },
    onTick: () => ask((checker) => checker.onTick?.()),
    atRest: () => ask((checker) => checker.atRest?.()),
  };
};

const isNews = (before: RegionState | undefined, after: RegionState): boolean =>
  before?.breaker.kind !== after.breaker.kind ||
  before.plan.entryId !== after.plan.entryId ||
  before.lease?.kind !== after.lease?.kind ||
  before.agent !== after.agent;

const tellState = ({ plan, breaker, lease, agent }: RegionState): string => {
  const until = lease?.kind === 'held' ? ` until ${lease.untilMs}` : '';
  return `${breaker.kind}, epoch ${plan.epoch} of ${plan.primary}, lease ${lease?.kind}${until}, ${agent}`;
};

const noteSpent = ({ breaker, writtenAtMs }: RegionState, { reached }: PlanWorld): void => {
  if (breaker.kind !== 'half-open' || writtenAtMs - breaker.sinceMs < spentMs) return;
  reached('breaker stayed half-open, its budget spent');
};

/** Longer than a cool-down and a backlog take. */
const spentMs = 10 * 60_000;

const noteThirdRegion = (region: string, { links, plan }: RegionState, { reached }: PlanWorld): void => {
  const own = plan.regions.filter((name) => name !== region).map((name) => links[name]?.lagMs ?? Infinity);
  if (Math.max(...own) < wellMs) reached('third region opened for a link between two others');
};

const wellMs = 15_000;
