/**
 * The write plan of a region under test: its document as an agent would have left it, on stores in memory.
 */
import type { ControlStore } from '../../domain/ports/control-store.ts';
import { breakerDefaults } from '../../domain/write-plan/breaker.ts';
import { leaseDefaults } from '../../domain/write-plan/lease.ts';
import type { RegionState } from '../../domain/write-plan/region-state.ts';
import { configuredPlan } from '../../domain/write-plan/write-plan.ts';
import { createInMemoryControlStore } from '../../infra/in-memory/in-memory-control-store.ts';
import { createInMemoryEventStore, type InMemoryEventStore } from '../../infra/in-memory/in-memory-event-store.ts';
import { sha256 } from '../../infra/node/sha256.ts';
import type { ChangePlanDeps } from '../../services/write-plan/change-plan.ts';
import { createEnactedPlans } from '../../services/write-plan/enacted-plans.ts';
import { createLeaseRow } from '../../services/write-plan/lease-row.ts';
import {
  openWritePlan,
  type WritePlanOptions,
  type WritePlanService,
} from '../../services/write-plan/open-write-plan.ts';
import { createRegionDocument } from '../../services/write-plan/region-document.ts';
import { createTestDeps } from './test-deps.ts';
import { startMs } from './test-tokens.ts';

export const [us, eu] = ['us-east-1', 'eu-west-1'] as const;

export const testWritePlanSettings: WritePlanOptions['settings'] = {
  primary: us,
  apiUrls: {},
  witness: undefined,
  isStrict: false,
  breaker: breakerDefaults,
  lease: leaseDefaults,
};

/** As the agent of us-east-1 leaves it where all is well. */
export const healthyState: RegionState = {
  agent: 'run-1',
  plan: configuredPlan(us, [us, eu]),
  breaker: { kind: 'closed', openings: [] },
  links: { [eu]: { lagMs: 1_840, counter: 4_711, heardAtMs: startMs - 900, skewMs: 412, hasSickLink: false } },
  counter: 4_713,
  writtenAtMs: startMs - 400,
};

export interface TestPlanOptions {
  readonly region?: string;
  readonly eventStore?: InMemoryEventStore;
  readonly controlStore?: ControlStore;
  /** Of the witness region. */
  readonly witness?: ControlStore;
  /** Undefined: no agent has run. */
  readonly state?: RegionState | undefined;
}

export interface TestPlanRegion {
  readonly eventStore: InMemoryEventStore;
  readonly controlStore: ControlStore;
  readonly deps: ChangePlanDeps;
  readonly service: WritePlanService;
}

export const createTestPlanRegion = async (options: TestPlanOptions = {}): Promise<TestPlanRegion> => {
  const { region = us, witness, eventStore = createInMemoryEventStore({ sha256 }) } = options;
  const { controlStore = createInMemoryControlStore() } = options;
  const peers = [us, eu].filter((name) => name !== region);
  const shared = { ...createTestDeps(region), peers, eventStore, metrics: { count: () => undefined } };
  const onFault = () => undefined;
  const document = createRegionDocument(controlStore);
  const state = 'state' in options ? options.state : healthyState;
  if (state) await document.replace(state, 0);
  return {
    eventStore,
    controlStore,
    deps: {
      ...shared,
      regions: [region, ...peers],
      configured: configuredPlan(us, [us, eu]),
      document,
      enactedPlans: createEnactedPlans({ controlStore, onFault }),
      leaseRow: witness && createLeaseRow(witness),
    },
    service: openWritePlan({ ...shared, settings: testWritePlanSettings, controlStore, witness, onFault }),
  };
};
