/**
 * The agent of one region: beats once a second, so that the region knows how well its links are and says so to its API.
 *
 * A beat reads what has arrived (peers' beats, plans, the lease), turns the breaker, and rewrites the region's document by
 * compare-and-set; then it sends its own heartbeat. Runs of the agent overlap: one of them beats and the others stand by,
 * until the document stands still. No part of a beat keeps another from being done: where something cannot be read, what
 * was known stays, and the clock turns the breaker all the same.
 */
import type { Clock } from '../../domain/ports/clock.ts';
import type { HeartbeatStore } from '../../domain/ports/heartbeat-store.ts';
import type { AgentMetrics } from '../../domain/ports/metrics.ts';
import { initialBreaker } from '../../domain/write-plan/breaker.ts';
import { heldAfter, type LeaseHolding } from '../../domain/write-plan/lease.ts';
import { nextBeat } from '../../domain/write-plan/link-lag.ts';
import type { WrittenPlan } from '../../domain/write-plan/plan-stream.ts';
import type { RegionState } from '../../domain/write-plan/region-state.ts';
import { type Turn, type TurnSettings, turnRegion, type WitnessLook } from '../../domain/write-plan/turn-region.ts';
import { configuredEpoch, type WritePlan } from '../../domain/write-plan/write-plan.ts';
import type { EnactedPlans } from '../write-plan/enacted-plans.ts';
import type { LeaseRow } from '../write-plan/lease-row.ts';
import type { RegionDocument } from '../write-plan/region-document.ts';
import { reportBeat } from './report-beat.ts';

export interface RegionAgentDeps {
  readonly region: string;
  /** The other regions of the table. */
  readonly peers: readonly string[];
  /** What holds until a plan was enacted. */
  readonly configured: WritePlan;
  readonly document: RegionDocument;
  readonly heartbeats: HeartbeatStore;
  /** The plans that have arrived here, in any order. */
  readonly readPlans: () => Promise<readonly WrittenPlan[]>;
  /** When an entry last arrived that was older than the threshold; undefined for never. */
  readonly readLateArrivalMs: () => Promise<number | undefined>;
  readonly enactedPlans: Pick<EnactedPlans, 'note'>;
  /** Undefined in a deployment without a witness. */
  readonly leaseRow: LeaseRow | undefined;
  /** Writes the plan of a lease that this region holds and no plan knows of. */
  readonly recordTakeover: (takeover: { readonly epoch: number; readonly over: WritePlan }) => Promise<void>;
  readonly settings: Omit<TurnSettings, 'region'>;
  /** Of this run: no other has it. */
  readonly runId: string;
  readonly clock: Clock;
  readonly metrics: AgentMetrics;
  readonly onFault: (part: string, fault: unknown) => void;
}

export interface RegionAgent {
  /** Never throws. The last one of a run leaves the document to whoever looks next. */
  readonly beat: (options?: { readonly isLast: boolean }) => Promise<BeatOutcome>;
}

export type BeatOutcome =
  | { readonly kind: 'beaten'; readonly state: RegionState }
  /** Another run beats. */
  | { readonly kind: 'standing-by' }
  /** The region's own document could not be read or written. */
  | { readonly kind: 'failed' };

/** Looks at a document that stands still, a beat apart, after which another run beats in its writer's place. */
export const stillLooksMax = 3;
/** A change of plan is rare, and whoever writes one enacts it at once where it was written. */
export const beatsPerPlanReading = 5;

export const createRegionAgent = (deps: RegionAgentDeps): RegionAgent => {
  const { region, peers, document, heartbeats, clock, runId, metrics, onFault } = deps;
  const settings: TurnSettings = { ...deps.settings, region };
  let seenRevision: number | undefined;
  let stillLooks = 0;
  let beats = 0;

  /** Undefined where it could not be done. */
  const attempt = async <Done>(part: string, work: () => Promise<Done>): Promise<Done | undefined> => {
    try {
      return await work();
    } catch (fault) {
      metrics.count('BeatImpaired');
      onFault(part, fault);
      return undefined;
    }
  };

  /** Whether this run is the one that beats. */
  const claim = (agent: string | undefined, revision: number): boolean => {
    stillLooks = revision === seenRevision ? stillLooks + 1 : 0;
    seenRevision = revision;
    // One look apart from the last beat of the run before: sooner, the clock would seem to have stood still.
    const isFree = agent === nobody && stillLooks > 0;
    return agent === undefined || isFree || agent === runId || stillLooks >= stillLooksMax;
  };

  const lookAtWitness = async (): Promise<WitnessLook & { readonly revision?: number }> => {
    const { leaseRow } = deps;
    if (!leaseRow) return { kind: 'none' };
    const row = await attempt('witness', leaseRow.read);
    if (row) return { kind: 'seen', ...row };
    metrics.count('WitnessUnreachable');
    return { kind: 'unreachable' };
  };

  /** Whoever could not look, or looked too long ago, must not take it for quiet: the breaker does not close at this beat. */
  const lookForLateArrival = async (): Promise<(nowMs: number) => number | undefined> => {
    const askedAtMs = clock.nowMs();
    const looked = await attempt('late arrivals', async () => ({ atMs: await deps.readLateArrivalMs() }));
    return (nowMs) => (looked && nowMs - askedAtMs <= settings.lease.lookMsMax ? looked.atMs : nowMs);
  };

  /** Holds what it could put; whatever was not put, or may not have been, is seen at the next beat. */
  const settleLease = async ({ state, leaseStep }: Turn, revision = 0): Promise<LeaseHolding | undefined> => {
    const put = leaseStep?.step.put;
    if (!put || !leaseStep || !deps.leaseRow) return state.lease;
    const { leaseRow } = deps;
    const sentAtMs = clock.nowMs();
    const isPut = await attempt('lease', () => leaseRow.replace(put, revision));
    return isPut === true ? heldAfter(leaseStep.step, leaseStep.look, sentAtMs, settings.lease) : state.lease;
  };

  /** A crash between taking the lease and saying so is mended here as well. */
  const recordTakeover = async ({ lease, plan }: RegionState): Promise<void> => {
    if (lease?.kind !== 'held' || lease.epoch <= plan.epoch) return;
    await attempt('takeover', () => deps.recordTakeover({ epoch: lease.epoch, over: plan }));
    beats = 0;
  };

  const beatOnce = async (isLast: boolean): Promise<BeatOutcome> => {
    const stored = await document.read();
    if (!claim(stored.state?.agent, stored.revision)) return { kind: 'standing-by' };
    const isReading = !stored.state || beats++ % beatsPerPlanReading === 0;
    const [read, plans, lateArrival, witness] = await Promise.all([
      attempt('beats', () => heartbeats.load([region, ...peers])),
      isReading ? attempt('plans', deps.readPlans) : [],
      lookForLateArrival(),
      lookAtWitness(),
    ]);
    // Where the document was lost the plans say what was enacted; without them the first one would say less than that.
    if (!stored.state && !plans) return { kind: 'failed' };
    const own = read?.find((beat) => beat.region === region);
    const known = withConfigured(stored.state ?? firstState(deps), deps.configured);
    // The heartbeat is written after the document, and one of the two may have been lost with its table.
    const before = { ...known, counter: Math.max(known.counter, own?.counter ?? 0) };
    const peerBeats = read?.filter((beat) => beat.region !== region);
    const nowMs = clock.nowMs();
    const arrived = { peerBeats, plans: plans ?? [], lateArrivalMs: lateArrival(nowMs), witness };
    const turn = turnRegion(before, arrived, nowMs, settings);
    const agent = isLast ? nobody : runId;
    const state: RegionState = { ...turn.state, agent, lease: await settleLease(turn, witness.revision) };
    if (!(await document.replace(state, stored.revision))) return { kind: 'standing-by' };
    seenRevision = stored.revision + 1;
    const { hasSickLink } = turn;
    // A beat that echoes nobody tells the peers that nothing of theirs arrives: who could not look keeps silent.
    if (peerBeats) {
      const beat = nextBeat({ region, lastCounter: before.counter, peers: peerBeats, hasSickLink, nowMs });
      await attempt('heartbeat', () => heartbeats.put(beat));
    }
    const { plan, enactedAtMs } = state;
    if (plan.entryId !== before.plan.entryId && enactedAtMs !== undefined)
      await deps.enactedPlans.note({ plan, enactedAtMs });
    await recordTakeover(state);
    reportBeat(metrics, { region, peers, before, turn, state, plans: plans ?? [] });
    return { kind: 'beaten', state };
  };

  return {
    beat: async ({ isLast } = { isLast: false }) =>
      (await attempt('document', () => beatOnce(isLast))) ?? { kind: 'failed' },
  };
};

/** Beats for the region once a run has ended, until the next one looks. */
const nobody = '';

/** The settings of a deployment may change for as long as nobody has written a plan. */
const withConfigured = (state: RegionState, configured: WritePlan): RegionState =>
  state.plan.epoch === configuredEpoch ? { ...state, plan: configured } : state;

const firstState = ({ runId, configured }: RegionAgentDeps): RegionState => ({
  agent: runId,
  plan: configured,
  breaker: initialBreaker,
  links: {},
  counter: 0,
  writtenAtMs: 0,
});
