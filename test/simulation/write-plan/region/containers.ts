/**
 * The containers of a region's API: each handles one request at a time and keeps its reading of the gate from one to the
 * next. One that sleeps in the middle of a request stays busy, one that died is gone, and another takes its place.
 */
import type { WriteGateReader } from '../../../../domain/ports/write-gate-reader.ts';
import { createRegionDocument } from '../../../../services/write-plan/region-document.ts';
import { createWriteGateReader } from '../../../../services/write-plan/write-gate-reader.ts';
import type { Invocation } from '../../kernel/invocation.ts';
import type { LambdaHost } from '../../region/lambda-host.ts';
import type { PlanClock } from '../model/plan-clock.ts';
import { failOnBug } from './fail-on-bug.ts';
import type { OpenPlanPorts, PlanPorts } from './plan-ports.ts';
import type { PlanRegionDeps } from './plan-region.ts';

export interface Container {
  readonly gate: WriteGateReader;
  /** Of the request that it handles now. */
  ports: PlanPorts;
  isBusy: boolean;
  /** In true time: when the document that it read last was put; undefined before it read one. */
  writtenMs: number | undefined;
  /** In true time: when it last asked for the document. */
  askedMs: number;
  /** By the region's clock: when its last command began. */
  commandAtMs: number | undefined;
}

export interface ContainersDeps extends PlanRegionDeps {
  readonly clock: PlanClock;
  readonly ports: OpenPlanPorts;
  readonly host: LambdaHost;
  /** In true time: when what a revision of the region's document says was put. */
  readonly writtenMsOf: (revision: number) => number | undefined;
}

export interface Containers {
  readonly use: (work: (container: Container, invocation: Invocation) => Promise<void>) => void;
}

export const createContainers = (deps: ContainersDeps): Containers => {
  const random = deps.randomStreams(`containers ${deps.name}`);
  let containers: readonly Container[] = [];
  return {
    use: (work) =>
      deps.host.invoke('api', async (invocation) => {
        const ports = deps.ports('api', invocation);
        const idle = containers.filter(({ isBusy }) => !isBusy);
        const isNew = idle.length === 0 || random.chance(newShare);
        const container = isNew ? createContainer(deps, ports) : random.pick(idle);
        container.ports = ports;
        container.isBusy = true;
        containers = [...idle.filter((it) => it !== container).slice(-idleMax), container];
        await work(container, invocation);
        container.isBusy = false;
        if (!containers.includes(container)) containers = [...containers, container];
      }),
  };
};

const newShare = 0.01;
const idleMax = 3;

const createContainer = (deps: ContainersDeps, firstPorts: PlanPorts): Container => {
  const { name: region, configured, options, clock, scheduler, planted } = deps;
  const gateReader = createWriteGateReader({
    document: createRegionDocument({
      get: async (kind, name) => {
        container.askedMs = scheduler.nowMs();
        const document = await container.ports.controlStore.get<never>(kind, name);
        container.writtenMs = deps.writtenMsOf(document?.revision ?? 0);
        return document;
      },
      put: () => Promise.reject(new Error('an API puts no document')),
    }),
    configured,
    settings: { apiUrls: {}, isStrict: options.isStrict, hasWitness: options.hasWitness },
    clock,
    stopwatch: scheduler,
    sleep: (ms) => new Promise((resolve) => scheduler.after(ms, 'gate patience', resolve)),
    onFault: failOnBug(scheduler),
  });
  const container: Container = {
    gate: planted?.gate?.(gateReader, { region, clock }) ?? gateReader,
    ports: firstPorts,
    isBusy: false,
    writtenMs: undefined,
    askedMs: Number.NEGATIVE_INFINITY,
    commandAtMs: undefined,
  };
  return container;
};
