/**
 * Both sides of a case, as each side saw the order before it knew of the other: what a person compares.
 *
 * A writer's branch goes up to its newest entry that had seen none of the others' parties; what it wrote later, it wrote
 * knowing better. The base is what all parties had seen. Each is a fold of its own, since the fold of everything
 * shows what became of the conflict, and no longer how it came about. Pure, and total as the fold is.
 */
import type { Admitted } from '../fold/closed-cut.ts';
import { fold } from '../fold/fold.ts';
import { type Cut, coversPosition, seqAt } from '../ledger/cut.ts';
import { canonicalJson } from '../ledger/entry-hash.ts';
import type { Lifecycle, Status } from '../lifecycle/define-lifecycle.ts';
import { type CaseParties, covers, findParties, type ReviewedCase, sawParty } from './parties.ts';

export interface Branch {
  readonly cut: Cut;
  readonly status: Status;
  readonly money: Readonly<Record<string, number>>;
  readonly fields: Readonly<Record<string, unknown>>;
}

export interface RegionBranch extends Branch {
  /** The writer: `global` on a strongly consistent table. */
  readonly region: string;
  /** Ids of what its cut has beyond the base: its own entries, and what it alone had seen of a third region. */
  readonly entries: readonly string[];
}

export interface CaseBranches {
  readonly base: Branch;
  /** By name; one where all parties are of one writer. */
  readonly regions: readonly RegionBranch[];
  /** `status`, and names of fields: in which two branches differ. */
  readonly differences: readonly string[];
}

export const branchesOf = (reviewed: ReviewedCase): CaseBranches => {
  const { lifecycle, folded } = reviewed;
  const between = findParties(reviewed);
  const { admitted, writers } = between.closed;
  const within = (cut: Cut): readonly Admitted[] => admitted.filter((it) => isUnder(cut, it, writers));
  const branchAt = (cut: Cut): Branch => {
    const entries = within(cut).map(({ entry }) => entry);
    const { status, money, fields } = fold(entries, lifecycle);
    return { cut, status, money, fields };
  };
  const owners = [...new Set(between.parties.map(({ writer }) => writer))].sort((left, right) => left - right);
  const cuts = owners.map((owner) => branchCut(between, owner));
  const base = branchAt(baseCut(between) ?? folded.cut);
  const regions = owners.map((owner, i): RegionBranch => {
    const branch = branchAt(cuts[i] ?? base.cut);
    const beyond = within(branch.cut).filter((it) => !isUnder(base.cut, it, writers));
    return { region: writers[owner] ?? '', ...branch, entries: beyond.map(({ entry }) => entry.id) };
  });
  return { base, regions, differences: differencesOf(regions, lifecycle) };
};

const isUnder = (cut: Cut, { writer, seq }: Admitted, writers: readonly string[]): boolean =>
  coversPosition(cut, { writer: writers[writer] ?? '', seq });

/** What a party had seen before it became one was known to its side from the start: that ends no branch. */
const branchCut = ({ closed: { parts, writers }, parties, settler }: CaseParties, owner: number): Cut => {
  const part = parts[owner] ?? [];
  const first = parties.find(({ writer }) => writer === owner);
  const others = parties.filter((party) => party.writer !== owner && !(first && sawParty(first, party)));
  const knowsBetter = (it: Admitted): boolean =>
    others.some((party) => sawParty(it, party)) || (settler !== undefined && (it === settler || covers(it, settler)));
  const length = part.findIndex(knowsBetter);
  const last = part[Math.max(length < 0 ? part.length : length, first?.seq ?? 1) - 1];
  return last ? cutOf(last, writers, last.seq) : {};
};

/** What all parties had seen. Undefined where there is none. */
const baseCut = ({ closed: { writers }, parties }: CaseParties): Cut | undefined => {
  if (parties.length === 0) return undefined;
  const befores = parties.map((party) => cutOf(party, writers, party.seq - 1));
  return ofAll(writers, (writer) => Math.min(...befores.map((cut) => seqAt(cut, writer))));
};

/** All that `it` saw, whoever told it, and its own part up to `ownSeq`. */
const cutOf = ({ past, writer: own }: Admitted, writers: readonly string[], ownSeq: number): Cut =>
  ofAll(writers, (_, writer) => (writer === own ? ownSeq : (past[writer] ?? 0)));

const ofAll = (writers: readonly string[], seqOf: (writer: string, index: number) => number): Cut =>
  Object.fromEntries(writers.map((writer, i) => [writer, seqOf(writer, i)] as const).filter(([, seq]) => seq > 0));

const differencesOf = (branches: readonly Branch[], { fields }: Lifecycle): readonly string[] => {
  const differs = (valueIn: (branch: Branch) => unknown): boolean =>
    new Set(branches.map((branch) => canonicalJson(valueIn(branch)))).size > 1;
  return [
    ...(differs(({ status }) => status) ? ['status'] : []),
    ...Object.keys(fields).filter((name) => differs((branch) => branch.fields[name])),
  ];
};
