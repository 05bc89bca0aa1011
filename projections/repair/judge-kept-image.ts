/**
 * Decides whether a kept image goes back to where it was taken from.
 *
 * An image was kept because somebody changed or removed an item in place. It is no proof by itself: an item may be
 * changed twice, a restore is a change too, and replication carries all of them to every region in any order. So what
 * an entry was is asked of the entries after it: each names the hashes of the heads that its writer had seen. Only where
 * nobody came after does the image stand alone, and then what an earlier repair found right outweighs it.
 */
import { seqAt } from '../../domain/ledger/cut.ts';
import type { Entry } from '../../domain/ledger/entry.ts';
import { parsePosition } from '../../domain/ledger/position.ts';
import type { StandingItem, VerifiedImage } from '../../domain/ports/entry-repair.ts';

export type Judgement =
  | { readonly kind: 'restore'; readonly entry: Entry; readonly found: FoundDamage }
  /** What stands is what it must be. */
  | { readonly kind: 'right'; readonly hash: string }
  | { readonly kind: 'not-restorable'; readonly reason: string };

/** What stands where the kept entry should. `other-entry`: one that verifies, and still is not the one that stood. */
export type FoundDamage = 'missing' | 'damaged' | 'other-entry';

export interface KeptEvidence {
  readonly position: string;
  readonly kept: VerifiedImage;
  readonly standing: StandingItem;
  /** Those of the stream that verify. */
  readonly entries: readonly Entry[];
  /** The hash that an earlier repair found or put there. */
  readonly repairedHash: string | undefined;
}

export const judgeKeptImage = (evidence: KeptEvidence): Judgement => {
  const { position, kept, standing, entries, repairedHash } = evidence;
  const standingHash = standing.kind === 'entry' ? standing.entry.hash : undefined;
  if (standingHash !== undefined && standingHash === repairedHash) return { kind: 'right', hash: standingHash };
  if (kept.kind === 'damaged') return notRestorable(`the kept image is no entry: ${kept.reason}`);
  const { entry } = kept;
  if (entry.position !== position) return notRestorable(`the kept image is of position ${entry.position}`);
  if (standingHash === entry.hash) return { kind: 'right', hash: entry.hash };
  if (repairedHash !== undefined && repairedHash !== entry.hash)
    return notRestorable('the kept image is another entry than the one that an earlier repair found right');
  const witnesses = witnessesOf(position, entries);
  const isNamed = (hash: string | undefined) => witnesses.some((parents) => parents.has(hash ?? ''));
  if (isNamed(standingHash))
    return notRestorable(
      isNamed(entry.hash)
        ? 'later entries name both what stands and the kept image'
        : 'later entries name what stands, not the kept image',
    );
  if (witnesses.length > 0 && !isNamed(entry.hash)) return notRestorable('no later entry names the kept image');
  return { kind: 'restore', entry, found: standing.kind === 'entry' ? 'other-entry' : standing.kind };
};

const notRestorable = (reason: string): Judgement => ({ kind: 'not-restorable', reason });

/** The parents of every entry whose writer had seen this position as its writer's head. Hand-made ones name none. */
const witnessesOf = (position: string, entries: readonly Entry[]): readonly ReadonlySet<string>[] => {
  const asked = parsePosition(position);
  if (!asked) return [];
  return entries
    .filter((entry) => headSeen(entry, asked.writer) === asked.seq)
    .flatMap(({ parents = [] }) => (parents.length === 0 ? [] : [new Set(parents)]));
};

const headSeen = ({ position, seq, seen }: Entry, writer: string): number =>
  parsePosition(position)?.writer === writer ? seq - 1 : seqAt(seen, writer);
