/**
 * What the order API's handler does with a command, without HTTP.
 */
import type { Command } from '../../../domain/decide/command.ts';
import { retail } from '../../../domain/lifecycle/retail.ts';
import type { EventStore } from '../../../domain/ports/event-store.ts';
import type { Metrics } from '../../../domain/ports/metrics.ts';
import { noWritePlan } from '../../../domain/ports/write-gate-reader.ts';
import { sha256 } from '../../../infra/node/sha256.ts';
import { type AppendOutcome, appendCommand } from '../../../services/ledger/append-commands.ts';
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
  const { name, randomStreams, dice, planted, context } = deps;
  const append = planted?.append?.(appendCommand, context) ?? appendCommand;
  const appendDeps = {
    eventStore: planted?.apiEventStore?.(eventStore, context) ?? eventStore,
    lifecycle: retail,
    region: name,
    consistency: deps.consistency,
    clock: context.clock,
    random: randomStreams(`ids ${name}`).next,
    sleep,
    sha256,
    personalData: personalDataOf(name),
    writeGate: noWritePlan,
    metrics: countSituations(dice),
  };
  const outcome = await orFault(append(appendDeps, stream, command));
  if (outcome.kind !== 'failed') deps.onOutcome(name, stream, command, outcome);
  return outcome;
};

const countSituations = ({ reached }: FaultDice): Metrics => ({
  count: (name) => {
    if (name === 'AppendGaveUp') reached('append gave up');
    if (name === 'PartNotClosed') reached('part not closed');
    if (name === 'ClockDrifting') reached('id ahead of the clock');
  },
});
