/**
 * On a strongly consistent table an order is one chain: every entry saw all entries before it, so nothing is concurrent,
 * and nobody has to choose between what two people did without knowing of each other.
 *
 * What is left to review has one origin. A decision was legal where it was made; facts are never refused and may belong
 * before it. So each decision stands as long as no fact follows it, and an order whose facts all came in their place has
 * no case at all. Where a writer bypassed the API nothing more is promised than what the API itself wrote.
 */
import { fold } from '../../../domain/fold/fold.ts';
import type { CaseReason, FoldedStream } from '../../../domain/fold/folded-stream.ts';
import { equalCuts } from '../../../domain/ledger/cut.ts';
import type { Entry } from '../../../domain/ledger/entry.ts';
import { parsePosition, strongWriter } from '../../../domain/ledger/position.ts';
import { retail } from '../../../domain/lifecycle/retail.ts';
import { loadItems } from '../model/simulated-event-store.ts';
import type { Checker, CheckerDeps, Words } from './checker.ts';

export const oneChain = ({ facts, table }: CheckerDeps): Checker => ({
  invariant: 'one chain: on a strongly consistent table an order is one chain',
  onChange: ({ region, item, before, from }) => {
    if (from !== undefined || before || facts.isBypass(item)) return undefined;
    const { entries, damaged } = loadItems(item.stream, table.committed(region, item.stream));
    const added = entries.find(({ position }) => position === item.position);
    if (!added) return `${item.position} of ${item.stream} is no entry`;
    const words = wrongPlace(added);
    if (words || damaged.length > 0 || entries.some(facts.isBypass)) return words && `${item.stream}: ${words}`;
    const last = fold(entries, retail).history.find(({ position }) => position === added.position);
    if (added.kind === 'fact' || last?.accepted) return undefined;
    return `${added.position} of ${item.stream} is a decision, and not legal after what it saw`;
  },
  checkStream: ({ stream, replicas }) => {
    for (const { region, loaded, folded } of replicas) {
      const { entries, damaged } = loaded;
      const words = entries
        .filter((entry) => !facts.isBypass(entry))
        .map(wrongPlace)
        .find(Boolean);
      if (words) return `${stream} in ${region}: ${words}`;
      if (damaged.length > 0 || entries.some(facts.isBypass)) continue;
      const wrong = wrongState(entries, folded);
      if (wrong) return `${stream} in ${region}: ${wrong}`;
    }
    return undefined;
  },
});

const wrongPlace = ({ position, seen, seq }: Entry): Words => {
  if (parsePosition(position)?.writer !== strongWriter) return `${position} is not on the chain`;
  return (seen[strongWriter] ?? 0) === seq - 1 ? undefined : `${position} did not see all before it`;
};

/** Others need two entries that did not see each other. */
const reasonsInChain: readonly CaseReason[] = ['illegal', 'contested', 'ambiguous'];

const wrongState = (entries: readonly Entry[], folded: FoldedStream): Words => {
  const { cut, pending, duplicates, voided, merges, cases, history } = folded;
  if (!equalCuts(cut, { [strongWriter]: entries.length })) return `a chain of ${entries.length} has holes`;
  const strays = [...pending, ...duplicates, ...voided].map(({ position }) => position);
  if (strays.length > 0) return `${strays.join()} take no part`;
  if (merges.length > 0) return `${merges[0]?.field} was merged`;
  if (folded.class === 'merged') return 'two entries are concurrent';
  if (folded.class === 'precedence' && cases.length === 0) return 'precedence was decided, and there was none';
  const strange = cases.find(({ reasons }) => !reasons.every((reason) => reasonsInChain.includes(reason)));
  if (strange) return `${strange.position} is ${strange.reasons.join()}`;
  const isAsTold = history.every(({ position, accepted }, i) => accepted && position === entries[i]?.position);
  if (isAsTold && (cases.length > 0 || folded.class !== 'none')) return `its class is ${folded.class} for no reason`;
  const lastFactSeq = Math.max(0, ...entries.filter(({ kind }) => kind === 'fact').map(({ seq }) => seq));
  const rejected = new Set(history.filter(({ accepted }) => !accepted).map(({ position }) => position));
  const unexplained = entries.find(
    ({ kind, position, seq }) => kind === 'decision' && seq > lastFactSeq && rejected.has(position),
  );
  return unexplained && `${unexplained.position} is rejected, and no fact came after it`;
};
