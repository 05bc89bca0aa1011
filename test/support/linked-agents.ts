/**
 * Region agents on in-memory stores: their heartbeats cross where the links let them, a second at a time.
 */
import type { ControlStore } from '../../domain/ports/control-store.ts';
import type { HeartbeatStore } from '../../domain/ports/heartbeat-store.ts';
import type { WriteGate } from '../../domain/write-plan/admission.ts';
import { breakerDefaults } from '../../domain/write-plan/breaker.ts';
import { leaseDefaults } from '../../domain/write-plan/lease.ts';
import type { Beat } from '../../domain/write-plan/link-lag.ts';
import type { WrittenPlan } from '../../domain/write-plan/plan-stream.ts';
import type { RegionState } from '../../domain/write-plan/region-state.ts';
import { configuredPlan } from '../../domain/write-plan/write-plan.ts';
import { createInMemoryControlStore } from '../../infra/in-memory/in-memory-control-store.ts';
import { createInMemoryHeartbeats, type InMemoryHeartbeats } from '../../infra/in-memory/in-memory-heartbeats.ts';
import { createRegionAgent, type RegionAgent, type RegionAgentDeps } from '../../services/region-agent/region-agent.ts';
import type { EnactedPlan } from '../../services/write-plan/enacted-plans.ts';
import { createLeaseRow } from '../../services/write-plan/lease-row.ts';
import { createRegionDocument, type RegionDocument } from '../../services/write-plan/region-document.ts';
import { createWriteGateReader } from '../../services/write-plan/write-gate-reader.ts';

export interface LinkedRegion {
  readonly name: string;
  readonly clock: { nowMs: () => number; jump: (ms: number) => void };
  readonly heartbeats: InMemoryHeartbeats;
  readonly controlStore: ControlStore;
  readonly document: RegionDocument;
  /** What its agent counted, in order. */
  readonly counted: string[];
  readonly gauges: Map<string, number>;
  /** Plans that have arrived. */
  readonly plans: WrittenPlan[];
  /** Epochs of leases for which the agent wrote a plan. */
  readonly takeovers: number[];
  /** What its agent noted as enacted. */
  readonly enacted: readonly EnactedPlan[];
  readonly createAgent: (deps?: Partial<RegionAgentDeps>) => RegionAgent;
  readonly state: () => Promise<RegionState>;
  /** As an API that starts now reads it. */
  readonly gate: () => Promise<WriteGate | undefined>;
}

export interface LinkedRegions {
  readonly regions: readonly LinkedRegion[];
  readonly region: (name: string) => LinkedRegion;
  /** One second in which every region's agent beats once, or those named. */
  readonly second: (names?: readonly string[]) => Promise<void>;
  readonly seconds: (count: number, names?: readonly string[]) => Promise<void>;
  readonly cut: (from: string, to: string) => void;
  readonly heal: () => void;
  readonly witness: { isReachable: (region: string) => boolean };
}

export const startMs = 1_800_000_000_000;

export interface LinkedOptions {
  readonly names?: readonly string[];
  readonly hasWitness?: boolean;
}

export const createLinkedRegions = ({
  names = ['us-east-1', 'eu-west-1'],
  hasWitness = false,
}: LinkedOptions = {}): LinkedRegions => {
  let nowMs = startMs;
  const cuts = new Set<string>();
  const witnessStore = createInMemoryControlStore();
  const witness: LinkedRegions['witness'] = { isReachable: () => true };

  const createRegion = (name: string): LinkedRegion => {
    let offsetMs = 0;
    const clock = {
      nowMs: () => nowMs + offsetMs,
      jump: (ms: number) => {
        offsetMs += ms;
      },
    };
    const heartbeats = createInMemoryHeartbeats();
    const controlStore = createInMemoryControlStore();
    const document = createRegionDocument(controlStore);
    const configured = configuredPlan(names[0] ?? name, names);
    const counted: string[] = [];
    const gauges = new Map<string, number>();
    const plans: WrittenPlan[] = [];
    const takeovers: number[] = [];
    const enacted: EnactedPlan[] = [];
    let runs = 0;
    return {
      name,
      clock,
      heartbeats,
      controlStore,
      document,
      counted,
      gauges,
      plans,
      takeovers,
      enacted,
      createAgent: (deps = {}) =>
        createRegionAgent({
          region: name,
          peers: names.filter((other) => other !== name),
          configured,
          document,
          enactedPlans: { note: async (it) => void enacted.push(it) },
          heartbeats,
          readPlans: async () => plans,
          readLateArrivalMs: async () => undefined,
          leaseRow: hasWitness ? createLeaseRow(reachable(witnessStore, () => witness.isReachable(name))) : undefined,
          recordTakeover: async ({ epoch }) => {
            takeovers.push(epoch);
          },
          settings: { beatMs: 1_000, breaker: breakerDefaults, lease: leaseDefaults },
          runId: `run-${++runs}`,
          clock,
          metrics: {
            count: (metric) => counted.push(metric),
            gauge: (metric, value, dimensions = {}) =>
              gauges.set([metric, ...Object.values(dimensions)].join(' '), value),
          },
          onFault: () => undefined,
          ...deps,
        }),
      state: async () => {
        const { state } = await document.read();
        if (!state) throw new Error(`${name} has no state`);
        return state;
      },
      gate: () =>
        createWriteGateReader({
          document,
          configured,
          settings: { hasWitness, isStrict: false, apiUrls: {} },
          clock,
          stopwatch: clock,
          sleep: () => new Promise(() => undefined),
          onFault: () => undefined,
        }).read(),
    };
  };

  const regions = names.map(createRegion);
  const region = (name: string): LinkedRegion => {
    const found = regions.find((it) => it.name === name);
    if (!found) throw new Error(`no region ${name}`);
    return found;
  };
  const agents = new Map<string, RegionAgent>(regions.map((it) => [it.name, it.createAgent()]));

  const replicate = async (): Promise<void> => {
    for (const from of regions)
      for (const to of regions) {
        if (from === to || cuts.has(`${from.name}>${to.name}`)) continue;
        for (const beat of await from.heartbeats.load([from.name])) to.heartbeats.replicate(beat);
      }
  };

  const second = async (beating: readonly string[] = names): Promise<void> => {
    nowMs += 1_000;
    for (const name of beating) await agents.get(name)?.beat();
    await replicate();
  };

  return {
    regions,
    region,
    second,
    seconds: async (count, beating) => {
      for (let i = 0; i < count; i++) await second(beating);
    },
    cut: (from, to) => void cuts.add(`${from}>${to}`),
    heal: () => cuts.clear(),
    witness,
  };
};

/** A store that answers nothing while it cannot be reached. */
export const reachable = (store: ControlStore, isReachable: () => boolean): Pick<ControlStore, 'get' | 'put'> => ({
  get: async <Value>(kind: string, name: string) => {
    if (!isReachable()) throw new Error('no answer');
    return store.get<Value>(kind, name);
  },
  put: async (...args) => {
    if (!isReachable()) throw new Error('no answer');
    return store.put(...args);
  },
});

/** Heartbeats whose reading fails while `isBroken` says so. */
export const breakable = (heartbeats: HeartbeatStore, isBroken: () => boolean): HeartbeatStore => ({
  put: (beat: Beat) => heartbeats.put(beat),
  load: async (regions) => {
    if (isBroken()) throw new Error('no answer');
    return heartbeats.load(regions);
  },
});
