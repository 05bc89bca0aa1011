/**
 * What an order API does with a command under a write plan, and on the strength of which gate: an acceptance counts at the
 * moment at which it was judged, however late it is put.
 */
import type { Command } from '../../../../domain/decide/command.ts';
import type { Entry } from '../../../../domain/ledger/entry.ts';
import { retail } from '../../../../domain/lifecycle/retail.ts';
import type { EventStore } from '../../../../domain/ports/event-store.ts';
import type { WriteGate } from '../../../../domain/write-plan/admission.ts';
import { sha256 } from '../../../../infra/node/sha256.ts';
import { type AppendDeps, appendCommand } from '../../../../services/ledger/append-commands.ts';
import type { Invocation } from '../../kernel/invocation.ts';
import { personalDataOf } from '../../model/simulated-keys.ts';
import { orFault } from '../../region/or-fault.ts';
import type { ApiAnswer } from '../../region/order-api.ts';
import type { PlanClock } from '../model/plan-clock.ts';
import type { Container } from './containers.ts';
import type { PlanRegionDeps } from './plan-region.ts';

export interface CheckedGate {
  readonly region: string;
  readonly gate: WriteGate;
  /** In true time. */
  readonly checkedMs: number;
  /** In true time: when the document behind the gate was put; undefined where none was read. */
  readonly writtenMs: number | undefined;
  /** The container's clock has stood still since its last command, and yet it did not ask for the document. */
  readonly isUnasked: boolean;
}

export interface OrderContainerDeps extends PlanRegionDeps {
  readonly clock: PlanClock;
}

export const answerOrderCommand = async (
  deps: OrderContainerDeps,
  container: Container,
  invocation: Invocation,
  { stream, command }: { readonly stream: string; readonly command: Command },
): Promise<ApiAnswer> => {
  const { name, scheduler } = deps;
  let gate: WriteGate | undefined;
  let checkedMs = Number.NaN;
  const beganMs = scheduler.nowMs();
  const isClockStill = container.commandAtMs === deps.clock.nowMs();
  container.commandAtMs = deps.clock.nowMs();
  const { eventStore } = container.ports;
  const watched: EventStore = {
    ...eventStore,
    load: async (name) => {
      const loaded = await eventStore.load(name);
      checkedMs = scheduler.nowMs();
      return loaded;
    },
    append: (entry: Entry) => {
      const isUnasked = isClockStill && container.askedMs < beganMs;
      if (gate) deps.onChecked(entry, { region: name, gate, checkedMs, writtenMs: container.writtenMs, isUnasked });
      return eventStore.append(entry);
    },
  };
  const read = async () => {
    gate = await container.gate.read();
    return gate;
  };
  const appendDeps = { ...appendDepsOf(deps, invocation, watched), lifecycle: retail, writeGate: { read } };
  return orFault(appendCommand(appendDeps, stream, command));
};

/** What an append in this region stands on, but for whom it asks. */
export const appendDepsOf = (
  { name, randomStreams, clock }: OrderContainerDeps,
  { sleep }: Invocation,
  eventStore: EventStore,
): Omit<AppendDeps, 'lifecycle' | 'writeGate'> => ({
  eventStore,
  region: name,
  consistency: 'eventual',
  clock,
  random: randomStreams(`ids ${name}`).next,
  sleep,
  sha256,
  personalData: personalDataOf(name),
  metrics: { count: () => undefined },
});
