/**
 * Every entry carries the epoch by which it was let in, also when it is put long after; nothing that was acknowledged is
 * lost; and in the end every region folds the same entries to the same state, the late ones among them.
 */
import { fold } from '../../../../domain/fold/fold.ts';
import { coversPosition } from '../../../../domain/ledger/cut.ts';
import { canonicalJson } from '../../../../domain/ledger/entry-hash.ts';
import { parsePosition } from '../../../../domain/ledger/position.ts';
import { retail } from '../../../../domain/lifecycle/retail.ts';
import type { Words } from '../../checkers/checker.ts';
import { loadItems } from '../../model/simulated-event-store.ts';
import type { PlanChecker, PlanWorld } from './plan-checker.ts';
import { probeMs } from './primary-always-somewhere.ts';

interface Kept {
  readonly stream: string;
  readonly position: string;
  readonly hash: string;
}

interface Acknowledged extends Kept {
  /** In true time. */
  readonly atMs: number;
}

export const lateEntriesFold = (world: PlanWorld): PlanChecker => {
  const acknowledged = new Map<string, Acknowledged>();
  const late: Kept[] = [];

  const isHeld = (region: string, { stream, position, hash }: Kept): boolean =>
    world.table.get(region, { stream, position })?.hash === hash;

  const checkFold = ({ stream, position }: Kept): Words => {
    const folds = world.names.map((name) => fold(loadItems(stream, world.table.query(name, stream)).entries, retail));
    const at = parsePosition(position);
    if (folds.some(({ cut }) => !at || !coversPosition(cut, at))) return `${position} of ${stream} is not folded`;
    const texts = folds.map(({ status, fields, history }) => canonicalJson({ status, fields, history }));
    return new Set(texts).size === 1 ? undefined : `regions fold ${stream} to different states`;
  };

  return {
    invariant: 'late-entries-fold: what is written late carries the older epoch and is folded, and nothing is lost',
    onAccepted: ({ region, gate, entry }) => {
      if (entry.epoch !== gate.plan.epoch)
        return `${entry.position} of ${entry.stream} carries epoch ${entry.epoch}, its gate said ${gate.plan.epoch}`;
      if ((world.stateOf(region)?.plan.epoch ?? 0) > gate.plan.epoch) {
        world.reached('entry put with an older epoch than its region’s by then');
        late.push(entry);
      }
      return undefined;
    },
    onAcknowledged: (region, entry) => {
      const { stream, position, hash } = entry;
      acknowledged.set(`${stream} ${position}`, { stream, position, hash, atMs: world.nowMs() });
      return isHeld(region, entry) ? undefined : `${region} does not hold ${entry.position} of ${entry.stream}`;
    },
    atRest: () => {
      // The shop is open to the end: what was taken just now is still on its way.
      const arrived = [...acknowledged.values()].filter(({ atMs }) => atMs < world.nowMs() - probeMs);
      for (const kept of arrived)
        for (const name of world.names)
          if (!isHeld(name, kept)) return `${name} ends without ${kept.position} of ${kept.stream}`;
      const picked = [...late, ...arrived.slice(-foldedMax)];
      return picked.map(checkFold).find((words) => words !== undefined);
    },
  };
};

/** The newest are the ones that a backlog left behind, if any. */
const foldedMax = 50;
