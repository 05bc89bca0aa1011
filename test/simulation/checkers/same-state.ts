/**
 * The same set of entries is the same state byte for byte: in every region, in any order of delivery and with
 * repetitions, as a small reference fold says, and in the view, which is the fold of its cut by the code of its version.
 */
import { fold } from '../../../domain/fold/fold.ts';
import type { FoldedStream } from '../../../domain/fold/folded-stream.ts';
import { coversPosition, cutToToken } from '../../../domain/ledger/cut.ts';
import type { Entry } from '../../../domain/ledger/entry.ts';
import { canonicalJson } from '../../../domain/ledger/entry-hash.ts';
import { parsePosition } from '../../../domain/ledger/position.ts';
import { retail } from '../../../domain/lifecycle/retail.ts';
import { foldedToOrderView } from '../../../projections/views/order-view.ts';
import { foldedToLine } from '../../support/fold-line.ts';
import { referenceFold } from '../../support/reference-fold.ts';
import { viewText } from '../model/view-tables.ts';
import { codeOfVersion, oldestCode } from '../region/projection-code.ts';
import type { Checker, CheckerDeps, ReplicaEvidence, Words } from './checker.ts';

export const sameState = ({ random, facts }: CheckerDeps): Checker => ({
  invariant: '3 the same set of entries is byte for byte the same state',
  checkStream: ({ stream, replicas }) => {
    const stateBySet = new Map<string, { readonly region: string; readonly state: string }>();
    for (const replica of replicas) {
      const { region, loaded, folded } = replica;
      const state = JSON.stringify(folded);
      const set = loaded.entries.map(({ hash }) => hash).join();
      const other = stateBySet.get(set);
      if (other && other.state !== state) return `${stream} folds differently in ${other.region} and ${region}`;
      const redelivered = random.shuffle([...loaded.entries, ...loaded.entries.slice(0, 2)]);
      if (!other && JSON.stringify(fold(redelivered, retail)) !== state)
        return `${stream} in ${region} folds differently in another order of delivery`;
      const words = (other ? undefined : differsFromReference(loaded.entries, folded)) ?? wrongView(replica, stream);
      if (words) return words;
      stateBySet.set(set, { region, state });
    }
    return undefined;

    function wrongView({ region, row, loaded, items, folded: byOldest }: ReplicaEvidence, name: string): Words {
      if (!row || items.some((item) => facts.flips.has(`${region} ${name} ${item.position}`))) return undefined;
      const { cut, version } = row.view;
      const known = loaded.entries.filter(({ position }) => isCovered(position, cut));
      const isAll = known.length === loaded.entries.length && version === oldestCode.version;
      const folded = isAll ? byOldest : codeOfVersion(version).fold(known);
      if (cutToToken(folded.cut) !== cutToToken(cut))
        return `the view of ${name} in ${region} says ${cutToToken(cut)}, its entries reach ${cutToToken(folded.cut)}`;
      // No entry at all, as where every entry still waits, does not say whose it is.
      const expected = viewText(foldedToOrderView({ ...folded, stream: name }, { version, foldedAtMs: 0 }));
      if (expected === row.text) return undefined;
      return `the view of ${name} in ${region} is ${row.text}, the fold of its cut ${expected}`;
    }
  },
});

/** Larger chapters cost the reference too much: it tries every order. */
const referenceEntriesMax = 6;

const differsFromReference = (entries: readonly Entry[], folded: FoldedStream): Words => {
  if (entries.length === 0 || folded.history.length > referenceEntriesMax) return undefined;
  const line = canonicalJson(foldedToLine(folded));
  const reference = canonicalJson(referenceFold(entries, retail));
  return line === reference ? undefined : `${folded.stream} folds to ${line}, the reference to ${reference}`;
};

const isCovered = (text: string, cut: Entry['seen']): boolean => {
  const position = parsePosition(text);
  return position !== undefined && coversPosition(cut, position);
};
