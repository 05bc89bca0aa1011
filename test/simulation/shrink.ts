/**
 * Makes a failing run small: fewer orders, then fewer faults, then fewer regions and a shorter time, as long as the same
 * invariant fails. What is left is told in words.
 */
import { type FaultName, mishapNames, type SimulationOptions, spellNames } from './faults/fault-options.ts';
import type { PlantedBug } from './planted-bugs/planted-bug.ts';
import { type RunFailure, runSimulation } from './simulation.ts';

export interface Shrunk {
  readonly options: SimulationOptions;
  readonly failure: RunFailure;
  /** Of the stream that failed, and the faults around it. */
  readonly story: readonly string[];
}

/** Undefined when the options do not fail. */
export const shrink = async (failing: SimulationOptions, planted?: PlantedBug): Promise<Shrunk | undefined> => {
  const first = await runSimulation(failing, { planted });
  if (!first.failure) return undefined;
  const { invariant } = first.failure;
  let options = failing;
  let runsLeft = runsMax;
  /** Takes the first candidate that still fails. */
  const reduce = async (candidates: Iterable<SimulationOptions>): Promise<boolean> => {
    for (const candidate of candidates) {
      if (runsLeft-- <= 0) return false;
      const { failure } = await runSimulation(candidate, { planted });
      if (failure?.invariant !== invariant) continue;
      options = candidate;
      return true;
    }
    return false;
  };
  await reduce(loneOrder(options, first.failure));
  while (await reduce(fewerOrders(options)));
  while (await reduce(fewerFaults(options)));
  while (await reduce(lessWorld(options)));
  const { failure } = await runSimulation(options, { planted, isNarrated: true });
  return failure && { options, failure, story: tellShort(failure) };
};

const runsMax = 400;
const firstOrderId = 1001;

const orderOf = ({ words }: RunFailure): number | undefined => {
  const id = /order\/acme\/(\d+)/.exec(words)?.[1];
  return id === undefined ? undefined : Number(id) - firstOrderId;
};

function* loneOrder(options: SimulationOptions, failure: RunFailure): Iterable<SimulationOptions> {
  const order = orderOf(failure);
  if (order !== undefined) yield { ...options, onlyOrders: [order] };
}

function* fewerOrders(options: SimulationOptions): Iterable<SimulationOptions> {
  const orders = options.onlyOrders ?? Array.from({ length: options.orders }, (_, i) => i);
  if (orders.length <= 1) return;
  for (let size = Math.ceil(orders.length / 2); size >= 1; size = size === 1 ? 0 : Math.ceil(size / 2))
    for (let from = 0; from < orders.length; from += size)
      yield { ...options, onlyOrders: orders.filter((_, i) => i < from || i >= from + size) };
}

function* fewerFaults(options: SimulationOptions): Iterable<SimulationOptions> {
  const names: readonly FaultName[] = [...spellNames, ...mishapNames];
  for (const name of names)
    if (options.faults[name] > 0) yield { ...options, faults: { ...options.faults, [name]: 0 } };
}

function* lessWorld(options: SimulationOptions): Iterable<SimulationOptions> {
  if (options.regions > 2 && options.consistency === 'eventual') yield { ...options, regions: 2 };
  if (options.streamShards > 1) yield { ...options, streamShards: 1 };
  if (options.durationMs > 60_000) yield { ...options, durationMs: options.durationMs / 2 };
}

const tellShort = (failure: RunFailure): readonly string[] => {
  const stream = /order\/acme\/\d+/.exec(failure.words)?.[0];
  if (stream === undefined) return failure.story.slice(-storyLinesMax);
  return failure.story.filter((line) => line.includes(stream) || line.includes('fault:')).slice(-storyLinesMax);
};

const storyLinesMax = 60;
