/**
 * The ports of one invocation: the region's replica, heartbeats and control documents, and the witness, behind requests
 * that go wrong.
 */
import type { ControlStore } from '../../../../domain/ports/control-store.ts';
import type { EventStore } from '../../../../domain/ports/event-store.ts';
import type { HeartbeatStore } from '../../../../domain/ports/heartbeat-store.ts';
import { createRequestRetry } from '../../../../infra/dynamodb/request-retry.ts';
import type { Invocation } from '../../kernel/invocation.ts';
import { createFaultyRequests } from '../../model/faulty-requests.ts';
import { type ControlTable, createSimulatedControlStore } from '../../model/simulated-control-store.ts';
import { createSimulatedEventStore } from '../../model/simulated-event-store.ts';
import type { PlanClock } from '../model/plan-clock.ts';
import { createSimulatedHeartbeats } from '../model/simulated-heartbeats.ts';
import type { PlanRegionDeps } from './plan-region.ts';

export interface PlanPorts {
  readonly eventStore: EventStore;
  readonly heartbeats: HeartbeatStore;
  readonly controlStore: ControlStore;
  /** Of the witness region; undefined in a deployment without one. */
  readonly witness: ControlStore | undefined;
}

export type PlanRole = 'agent' | 'api' | 'operator' | 'projector';

export type OpenPlanPorts = (role: PlanRole, invocation: Invocation) => PlanPorts;

export interface PlanPortsDeps extends PlanRegionDeps {
  readonly clock: PlanClock;
  readonly control: ControlTable;
  readonly isReachable: () => boolean;
}

export const createPlanPorts = (deps: PlanPortsDeps): OpenPlanPorts => {
  const { name: region, table, control, randomStreams, isReachable, planted, clock } = deps;
  return (role, invocation) => {
    const dice = role === 'agent' ? deps.agentDice : deps.apiDice;
    const requests = createFaultyRequests(
      { region, random: randomStreams(`${role} requests ${region}`), isReachable, dice },
      invocation,
    );
    const retry = createRequestRetry({ sleep: invocation.sleep, random: randomStreams(`retries ${region}`).next });
    const ports: PlanPorts = {
      eventStore: createSimulatedEventStore({ region, table, dice, retry }, requests),
      heartbeats: createSimulatedHeartbeats(region, table, requests),
      controlStore: createSimulatedControlStore(control, requests),
      witness: deps.witness?.storeFor(region, invocation),
    };
    return planted?.ports?.(ports, { region, role, clock, control }) ?? ports;
  };
};
