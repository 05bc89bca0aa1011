/**
 * How far a rebuild has come, part by part, so that one that was killed goes on where it was.
 *
 * A checkpoint says that every stream before its place has its row. That stays true whoever wrote it and whatever came
 * since, so two rebuilds of one generation may overwrite each other's; only work is lost that way, never a row.
 */
import type { ControlStore } from '../../domain/ports/control-store.ts';
import { LedgerFault, type ScanPlace } from '../../domain/ports/event-store.ts';

export interface Checkpoint {
  /** Undefined before the first page. */
  readonly place?: ScanPlace | undefined;
  readonly isDone: boolean;
  /** Of the ledger, up to here. */
  readonly entries: number;
  readonly streams: number;
}

export interface KeptCheckpoint extends Checkpoint {
  /** Of its document; 0 where there is none yet. */
  readonly revision: number;
}

/** Two digits in the document's name, and more would not be faster. */
export const partsMax = 64;

/** A scan's places are good only for as many parts as it had: whoever began the generation has chosen for all. */
export const agreeOnParts = async (
  controlStore: Pick<ControlStore, 'get' | 'put'>,
  generation: string,
  wanted: number,
): Promise<number> => {
  const read = async () => (await controlStore.get<PartsChoice>(kindOf(generation), partsName))?.value.parts;
  const chosen = await read();
  if (chosen !== undefined) return chosen;
  const choice: PartsChoice = { parts: wanted };
  if (await controlStore.put(kindOf(generation), partsName, choice, 0)) return wanted;
  return (await read()) ?? wanted;
};

export const readCheckpoint = async (
  controlStore: Pick<ControlStore, 'get'>,
  generation: string,
  part: number,
): Promise<KeptCheckpoint> => {
  const kept = await controlStore.get<Checkpoint>(kindOf(generation), nameOf(part));
  return kept ? { ...kept.value, revision: kept.revision } : { isDone: false, entries: 0, streams: 0, revision: 0 };
};

/** What stands afterwards: the given one, or that of another rebuild which has done the part meanwhile. */
export const writeCheckpoint = async (
  controlStore: Pick<ControlStore, 'get' | 'put'>,
  generation: string,
  { part, checkpoint, revision }: { readonly part: number; readonly checkpoint: Checkpoint; readonly revision: number },
): Promise<KeptCheckpoint> => {
  let over = revision;
  for (let tries = 0; tries < triesMax; tries++) {
    if (await controlStore.put(kindOf(generation), nameOf(part), checkpoint, over))
      return { ...checkpoint, revision: over + 1 };
    const standing = await readCheckpoint(controlStore, generation, part);
    if (standing.isDone) return standing;
    over = standing.revision;
  }
  throw new LedgerFault('unavailable', `the checkpoint of ${nameOf(part)} changes faster than it can be read`);
};

export const removeCheckpoints = async (
  controlStore: Pick<ControlStore, 'list' | 'remove'>,
  generation: string,
): Promise<void> => {
  for await (const { name, revision } of controlStore.list(kindOf(generation)))
    await controlStore.remove(kindOf(generation), name, revision);
};

interface PartsChoice {
  readonly parts: number;
}

const partsName = 'parts';
const triesMax = 10;

const kindOf = (generation: string): string => `rebuild/${generation}`;
const nameOf = (part: number): string => `part-${String(part).padStart(2, '0')}`;
