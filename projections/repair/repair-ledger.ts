/**
 * Puts back what the projector saw being changed or removed in place.
 *
 * Each kept image is judged by itself and again after every lost race, so a repair may be interrupted, repeated, and run
 * in several regions at once: each of them restores the same entry, or finds it restored. What was found right is noted
 * before anything is written, since the restore itself rings the projector as one more change.
 */
import type { Clock } from '../../domain/ports/clock.ts';
import type { ControlDocument, ControlStore } from '../../domain/ports/control-store.ts';
import type { EntryRepair } from '../../domain/ports/entry-repair.ts';
import type { EventStore } from '../../domain/ports/event-store.ts';
import { type FoundDamage, type Judgement, judgeKeptImage } from './judge-kept-image.ts';

export interface RepairDeps {
  readonly controlStore: ControlStore;
  readonly eventStore: Pick<EventStore, 'load'>;
  readonly entryRepair: EntryRepair;
  readonly clock: Clock;
}

export interface RepairOptions {
  /** Say what would be done, and do nothing. */
  readonly isDryRun: boolean;
}

export type RepairOutcome = {
  readonly stream: string;
  readonly position: string;
  /** As it was seen; undefined where the kept document does not say. */
  readonly change: 'changed' | 'removed' | undefined;
} & (
  | { readonly kind: 'restored' | 'would-restore'; readonly found: FoundDamage }
  | { readonly kind: 'right' }
  | { readonly kind: 'left'; readonly reason: string }
);

/** Of the documents that the projector writes: `<stream>#<position>`. */
export const tamperedKind = 'tampered';
/** What stood there when a repair last looked, under the same name. */
export const repairedKind = 'repaired';

/** One outcome for each kept image, in order of their names. Throws LedgerFault. */
export async function* repairLedger(deps: RepairDeps, options: RepairOptions): AsyncGenerator<RepairOutcome> {
  // Removing while listing could skip some; there are few.
  const kept: ControlDocument<unknown>[] = [];
  for await (const document of deps.controlStore.list(tamperedKind)) kept.push(document);
  for (const document of kept) yield await repairOne(deps, options, document);
}

const repairOne = async (
  deps: RepairDeps,
  { isDryRun }: RepairOptions,
  document: ControlDocument<unknown>,
): Promise<RepairOutcome> => {
  const { stream, position } = parseTamperedName(document.name);
  const { item, change } = parseKept(document.value);
  const about = { stream, position, change };
  for (let tries = 0; tries < triesMax; tries++) {
    const { standing, judgement } = await judge(deps, { stream, position, item });
    if (judgement.kind === 'not-restorable') return { ...about, kind: 'left', reason: judgement.reason };
    if (judgement.kind === 'right') {
      if (!isDryRun) await forget(deps, document, judgement.hash);
      return { ...about, kind: 'right' };
    }
    const { entry, found } = judgement;
    if (isDryRun) return { ...about, kind: 'would-restore', found };
    if (!(await noteRepaired(deps, document.name, entry.hash))) continue;
    if ((await deps.entryRepair.restore(entry, standing)) === 'changed') continue;
    await forget(deps, document, entry.hash);
    return { ...about, kind: 'restored', found };
  }
  return { ...about, kind: 'left', reason: 'it changes while it is being repaired: repair again' };
};

/** Nobody writes there but who tampers and who repairs. */
const triesMax = 3;

const judge = async (
  { controlStore, eventStore, entryRepair }: RepairDeps,
  { stream, position, item }: { readonly stream: string; readonly position: string; readonly item: unknown },
) => {
  const [standing, { entries }, repaired] = await Promise.all([
    entryRepair.look(stream, position),
    eventStore.load(stream),
    controlStore.get<RepairedNote>(repairedKind, tamperedName(stream, position)),
  ]);
  const kept = entryRepair.verify(stream, item);
  const judgement: Judgement = judgeKeptImage({
    position,
    kept,
    standing,
    entries,
    repairedHash: repaired?.value.hash,
  });
  return { standing, judgement };
};

interface RepairedNote {
  readonly hash: string;
  readonly atMs: number;
}

/** False when another repair noted something meanwhile, which has to be judged. */
const noteRepaired = async ({ controlStore, clock }: RepairDeps, name: string, hash: string): Promise<boolean> => {
  const standing = await controlStore.get<RepairedNote>(repairedKind, name);
  if (standing?.value.hash === hash) return true;
  return controlStore.put(repairedKind, name, { hash, atMs: clock.nowMs() }, standing?.revision ?? 0);
};

/** A kept document that has changed meanwhile stays: it is about something newer. */
const forget = async (deps: RepairDeps, { name, revision }: ControlDocument<unknown>, hash: string): Promise<void> => {
  if (await noteRepaired(deps, name, hash)) await deps.controlStore.remove(tamperedKind, name, revision);
};

export const tamperedName = (stream: string, position: string): string => `${stream}#${position}`;

const parseTamperedName = (name: string): { readonly stream: string; readonly position: string } => {
  const [stream = '', position = ''] = name.split('#');
  return { stream, position };
};

/** Whatever lies there: an image that is none is judged as damaged. */
const parseKept = (value: unknown): { readonly item: unknown; readonly change: 'changed' | 'removed' | undefined } => {
  const { item, change } = (typeof value === 'object' && value !== null ? value : {}) as Record<string, unknown>;
  return { item, change: change === 'changed' || change === 'removed' ? change : undefined };
};
