/**
 * Deletes the rows of generations that nobody reads any more.
 *
 * A generation is retired when another one takes its place; whoever read its name just before may go on reading it for
 * as long as a request or an invocation lasts, hence the grace. It is then marked as being removed, which nothing leads
 * out of, before its first row goes: a generation that is live or being built can never lose one, whatever this run
 * believed when it began. Cut short, the next run goes on with the same generation.
 */
import type { Clock } from '../../domain/ports/clock.ts';
import type { ControlStore } from '../../domain/ports/control-store.ts';
import type { OpenViews } from '../../domain/ports/view-store.ts';
import type { GenerationStore } from '../generations/generation-store.ts';
import { beginRemoval, finishRemoval, type Generation } from '../generations/generations.ts';
import type { OrderView } from '../views/order-view.ts';
import { removeCheckpoints } from './checkpoints.ts';

export interface CleanDeps {
  readonly generations: GenerationStore;
  readonly openViews: OpenViews<OrderView>;
  readonly controlStore: Pick<ControlStore, 'list' | 'remove'>;
  readonly clock: Clock;
}

export interface CleanOptions {
  /** How long ago a generation must have been retired. */
  readonly graceMs?: number | undefined;
  readonly onProgress?: ((progress: CleanProgress) => void) | undefined;
}

export interface CleanProgress {
  readonly generation: string;
  readonly rows: number;
}

export interface Cleaned {
  readonly removed: readonly string[];
  /** Retired, but not for long enough. */
  readonly waiting: readonly { readonly name: string; readonly readyAtMs: number }[];
}

/** A function of AWS runs for 15 minutes at most, but reads the name anew with every batch and request. */
export const graceMsDefault = 10 * 60 * 1000;

export const cleanGenerations = async (
  deps: CleanDeps,
  { graceMs = graceMsDefault, onProgress }: CleanOptions = {},
): Promise<Cleaned> => {
  const { generations } = await deps.generations.read();
  const nowMs = deps.clock.nowMs();
  const readyAtMs = ({ state, sinceMs }: Generation) => (state === 'removing' ? 0 : sinceMs + graceMs);
  const leaving = generations.filter(({ state }) => state === 'retired' || state === 'removing');
  const removed: string[] = [];
  for (const { name } of leaving.filter((it) => readyAtMs(it) <= nowMs))
    if (await removeGeneration(deps, name, onProgress)) removed.push(name);
  return {
    removed,
    waiting: leaving.filter((it) => readyAtMs(it) > nowMs).map((it) => ({ name: it.name, readyAtMs: readyAtMs(it) })),
  };
};

/** False when somebody else has removed it meanwhile. */
const removeGeneration = async (
  { generations, openViews, controlStore, clock }: CleanDeps,
  name: string,
  onProgress: CleanOptions['onProgress'],
): Promise<boolean> => {
  const begun = await generations.change((before) => beginRemoval(before, name, clock.nowMs()));
  if (begun.kind === 'refused') return false;
  await openViews(name).clear((rows) => onProgress?.({ generation: name, rows }));
  await removeCheckpoints(controlStore, name);
  const finished = await generations.change((before) => finishRemoval(before, name));
  return finished.kind === 'changed';
};
