/**
 * What one invocation of a review's function is given: the ports of its region, behind requests that go wrong.
 */
import type { EventStore } from '../../../domain/ports/event-store.ts';
import type { WorkflowInput } from '../../../domain/ports/review-workflows.ts';
import { type CaseLife, workflowName } from '../../../domain/review/case-life.ts';
import { createGenerationStore } from '../../../projections/generations/generation-store.ts';
import { createLiveViews } from '../../../projections/read-models/live-views.ts';
import { type CaseLives, createCaseLives } from '../../../services/review/case-lives.ts';
import { createRegionWatch } from '../../../services/review/region-watch.ts';
import type { SweepDeps } from '../../../services/review/sweep-cases.ts';
import type { RegionClock } from '../faults/region-clock.ts';
import { graceOfRun, type ReviewOptions } from '../faults/review-options.ts';
import type { Invocation } from '../kernel/invocation.ts';
import type { Silence } from '../model/silence.ts';
import { createSimulatedWorkflows, type WorkflowService } from '../model/simulated-workflows.ts';
import type { LambdaHost } from './lambda-host.ts';
import type { Ports, ReviewRole } from './ports.ts';
import type { DeployedCode } from './projection-code.ts';
import type { RegionDeps } from './region.ts';

/** The largest of what its functions ask for. */
export interface GivenToReview extends SweepDeps {
  readonly eventStore: EventStore;
}

export interface ReviewPortsDeps extends RegionDeps {
  readonly review: ReviewOptions;
  readonly silence: Silence;
  readonly clock: RegionClock;
  readonly host: LambdaHost;
  readonly ports: Ports;
  readonly code: DeployedCode;
  readonly isReachable: () => boolean;
}

export type OpenReviewPorts = (role: ReviewRole, invocation: Invocation) => GivenToReview;

export const createReviewPorts = (deps: ReviewPortsDeps & { readonly service: WorkflowService }): OpenReviewPorts => {
  const { name, names, clock, review, silence, planted, dice } = deps;
  const grace = graceOfRun(review);
  const drawers = createDrawers();

  const noteDraws = (lives: CaseLives, invocation: Invocation): CaseLives => ({
    ...lives,
    replace: (life, revision) => {
      drawers.note(life, invocation);
      return lives.replace(life, revision);
    },
  });

  return (role, invocation) => {
    const given = deps.ports.projection(undefined, role, invocation, deps.code);
    const { eventStore, alertBus, controlStore, openViews } = given.ports;
    const { request } = given.requests;
    const workflows = createSimulatedWorkflows(deps.service, given.requests);
    const regionDocument = {
      read: () => request('read region', () => ({ state: silence.stateIn(name, clock), revision: 1 })),
    };
    const opened: GivenToReview = {
      region: name,
      regions: names,
      lifecycle: given.code.lifecycle,
      eventStore,
      alertBus,
      lives: noteDraws(createCaseLives(controlStore), invocation),
      workflows: {
        ...workflows,
        start: (input) => {
          if (drawers.areDead(input, invocation)) dice.reached('number drawn by one that died, started by another');
          return workflows.start(input);
        },
      },
      regionWatch: createRegionWatch({
        regionDocument: review.hasAgents ? regionDocument : undefined,
        clock,
        silenceMs: review.silenceMs,
      }),
      views: createLiveViews({ generations: createGenerationStore(controlStore), openViews, clock }),
      grace,
      clock,
      logger: { info: () => undefined, warn: () => undefined, error: () => undefined },
      metrics: {
        gauge: () => undefined,
        count: (count) => {
          if (count === 'CasesNotSwept') dice.reached('case that a sweep could not look at');
          if (count === 'DecisionsRefused') dice.reached('decision refused by the ledger');
        },
      },
    };
    return planted?.review?.(opened, role) ?? opened;
  };
};

/** Who drew which number, or tried to. */
const createDrawers = () => {
  const drawersByName = new Map<string, Set<Invocation>>();
  const drawersOf = ({ caseId, workflow }: Pick<CaseLife, 'caseId' | 'workflow'>): Set<Invocation> => {
    const name = workflowName(caseId, workflow);
    const drawers = drawersByName.get(name) ?? new Set();
    drawersByName.set(name, drawers);
    return drawers;
  };
  return {
    note: (life: CaseLife, invocation: Invocation): void => void drawersOf(life).add(invocation),
    areDead: (input: WorkflowInput, invocation: Invocation): boolean => {
      const drawers = drawersOf(input);
      return drawers.size > 0 && !drawers.has(invocation) && [...drawers].every((drawer) => !drawer.isAlive());
    },
  };
};
