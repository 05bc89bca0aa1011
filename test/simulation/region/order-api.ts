/**
 * What the order API's handler does with a command, without HTTP.
 */
import type { Command } from '../../../domain/decide/command.ts';
import { retail } from '../../../domain/lifecycle/retail.ts';
import type { Clock } from '../../../domain/ports/clock.ts';
import type { EventStore } from '../../../domain/ports/event-store.ts';
import type { Metrics } from '../../../domain/ports/metrics.ts';
import { noWritePlan } from '../../../domain/ports/write-gate-reader.ts';
import { sha256 } from '../../../infra/node/sha256.ts';
import { type AppendDeps, type AppendOutcome, appendCommand } from '../../../services/ledger/append-commands.ts';
import type { FaultDice } from '../faults/fault-dice.ts';
import type { Invocation } from '../kernel/invocation.ts';
import { personalDataOf } from '../model/simulated-keys.ts';
import type { PlantedContext } from '../planted-bugs/planted-bug.ts';
import { type Failed, orFault } from './or-fault.ts';
import type { RegionDeps } from './region.ts';

export type ApiAnswer = AppendOutcome | Failed;

export const answerCommand = async (
  deps: RegionDeps & { readonly context: PlantedContext },
  eventStore: EventStore,
  { sleep }: Invocation,
  stream: string,
  command: Command,
): Promise<ApiAnswer> => {
  const { name, planted, context } = deps;
  const append = planted?.append?.(appendCommand, context) ?? appendCommand;
  const store = planted?.apiEventStore?.(eventStore, context) ?? eventStore;
  const appendDeps = appendDepsOf(deps, context.clock, { eventStore: store, lifecycle: retail, sleep });
  const outcome = await orFault(append(appendDeps, stream, command));
  if (outcome.kind !== 'failed') deps.onOutcome(name, stream, command, outcome);
  return outcome;
};

export const appendDepsOf = (
  { name, randomStreams, dice, consistency }: Pick<RegionDeps, 'name' | 'randomStreams' | 'dice' | 'consistency'>,
  clock: Clock,
  { eventStore, lifecycle, sleep }: Pick<AppendDeps, 'eventStore' | 'lifecycle' | 'sleep'>,
): AppendDeps => ({
  eventStore,
  lifecycle,
  sleep,
  region: name,
  consistency,
  clock,
  random: randomStreams(`ids ${name}`).next,
  sha256,
  personalData: personalDataOf(name),
  writeGate: noWritePlan,
  metrics: countSituations(dice),
});

const countSituations = ({ reached }: FaultDice): Metrics => ({
  count: (name) => {
    if (name === 'AppendGaveUp') reached('append gave up');
    if (name === 'PartNotClosed') reached('part not closed');
    if (name === 'ClockDrifting') reached('id ahead of the clock');
  },
});
