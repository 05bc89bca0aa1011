/**
 * The ports of one invocation: a region's replica, views, control documents and bus, behind requests that go wrong.
 */
import type { DeadLetterQueue, PoisonLetter } from '../../../domain/ports/dead-letter-queue.ts';
import type { EventStore } from '../../../domain/ports/event-store.ts';
import type { OpenViews } from '../../../domain/ports/view-store.ts';
import { createRequestRetry } from '../../../infra/dynamodb/request-retry.ts';
import type { OrderView } from '../../../projections/views/order-view.ts';
import type { RegionClock } from '../faults/region-clock.ts';
import type { Invocation } from '../kernel/invocation.ts';
import { createFaultyRequests, type Requests } from '../model/faulty-requests.ts';
import { createSimulatedAlertBus } from '../model/simulated-alert-bus.ts';
import { type ControlTable, createSimulatedControlStore } from '../model/simulated-control-store.ts';
import { createSimulatedEventStore } from '../model/simulated-event-store.ts';
import { createSimulatedViews } from '../model/simulated-view-store.ts';
import type { ViewTables } from '../model/view-tables.ts';
import type { PlantedContext, ProjectionPorts } from '../planted-bugs/planted-bug.ts';
import type { DeployedCode, ProjectionCode } from './projection-code.ts';
import type { RegionDeps } from './region.ts';

export type Role = 'api' | 'projector' | 'rebuild' | 'clean-up' | ReviewRole;
export type ReviewRole = 'open-case' | 'hold-case' | 'decide-case' | 'sweep' | 'reviewer';

export interface InvocationPorts {
  readonly ports: ProjectionPorts;
  readonly deadLetterQueue: Pick<DeadLetterQueue, 'send'>;
  readonly code: ProjectionCode;
  readonly requests: Requests;
}

export interface PortsDeps extends RegionDeps {
  readonly clock: RegionClock;
  readonly views: ViewTables;
  readonly control: ControlTable;
  readonly isReachable: () => boolean;
  readonly onLetter: (letter: PoisonLetter) => void;
}

type Spoil = (ports: ProjectionPorts, context: PlantedContext) => ProjectionPorts;

export interface Ports {
  readonly eventStore: (role: Role, invocation: Invocation) => EventStore;
  /** For code as it is deployed now, spoilt as the planted bug will have it. */
  readonly projection: (
    spoil: Spoil | undefined,
    role: Role,
    invocation: Invocation,
    code: DeployedCode,
  ) => InvocationPorts;
}

export const createPorts = (deps: PortsDeps): Ports => {
  const { name: region, scheduler, clock, views, control, table, dice, randomStreams, isReachable } = deps;
  const sayers = new Map<string, Invocation>();

  const requestsOf = (role: Role, invocation: Invocation): Requests =>
    createFaultyRequests(
      { region, random: randomStreams(`${role} requests ${region}`), isReachable, dice },
      invocation,
    );

  const eventStoreOn = (requests: Requests, { sleep }: Invocation): EventStore => {
    const retry = createRequestRetry({ sleep, random: randomStreams(`retries ${region}`).next });
    return createSimulatedEventStore({ region, table, dice, retry }, requests);
  };

  const noteRepetition = (said: string, invocation: Invocation): void => {
    const earlier = sayers.get(said);
    if (earlier && earlier !== invocation && !earlier.isAlive()) dice.reached('alert repeated after a crash');
    sayers.set(said, invocation);
  };

  /** What this code comes upon in the rows. */
  const noteMeetings =
    (openViews: OpenViews<OrderView>, role: Role, { version }: ProjectionCode): OpenViews<OrderView> =>
    (generation) => {
      const store = openViews(generation);
      return {
        ...store,
        getAll: async (streams) => {
          const views = await store.getAll(streams);
          if (views.some((view) => view.version > version)) dice.reached('old version met a newer row');
          return views;
        },
        replaceAll: async (replacements) => {
          const replaced = await store.replaceAll(replacements);
          const isMet = replaced.includes('lost') || replacements.some(({ over }) => over && !over.unsaid);
          if (role === 'rebuild' && isMet) dice.reached('rebuild met a row of live traffic');
          return replaced;
        },
      };
    };

  return {
    eventStore: (role, invocation) => eventStoreOn(requestsOf(role, invocation), invocation),
    projection: (spoil, role, invocation, deployed) => {
      const code = deployed.draw();
      const requests = requestsOf(role, invocation);
      const alertBus = createSimulatedAlertBus(
        {
          random: randomStreams(`alert bus ${region}`),
          dice,
          onReviewAlert: deps.onReviewAlert,
          onAlert: (alert) => {
            const { stream, caseId, type, cut, version } = alert;
            noteRepetition(JSON.stringify([stream, caseId, type, cut, version]), invocation);
            deps.onAlert(alert);
          },
        },
        requests,
      );
      const ports: ProjectionPorts = {
        eventStore: eventStoreOn(requests, invocation),
        openViews: noteMeetings(
          createSimulatedViews({ tables: views, dice, random: randomStreams(`row batches ${region}`) }, requests),
          role,
          code,
        ),
        alertBus,
        controlStore: createSimulatedControlStore(control, requests),
        fold: code.fold,
      };
      const deadLetterQueue = {
        send: (letter: PoisonLetter) => requests.request('send letter', () => deps.onLetter(letter)),
      };
      return { code, requests, deadLetterQueue, ports: spoil?.(ports, { scheduler, clock, views, code }) ?? ports };
    },
  };
};
