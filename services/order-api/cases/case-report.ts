/**
 * Everything that a person needs to decide one case: both sides as each saw the order, what became of it and why, what is
 * at stake, and what can be decided, each with the state that it would lead to.
 *
 * How the case stands is the ledger's to say, folded now; how far its review has come here is what this region remembers.
 * What is personal is open as far as its keys are here.
 */

import { fold } from '../../../domain/fold/fold.ts';
import { type Case, type FoldedStream, isOpen } from '../../../domain/fold/folded-stream.ts';
import { coversEntry } from '../../../domain/ledger/cut.ts';
import type { Entry } from '../../../domain/ledger/entry.ts';
import type { Lifecycle } from '../../../domain/lifecycle/define-lifecycle.ts';
import { type Branch, branchesOf, type CaseBranches } from '../../../domain/review/branches.ts';
import { type CaseLife, type CaseLifeState, isOver } from '../../../domain/review/case-life.ts';
import { type OfferedOutcome, offerOutcomes } from '../../../domain/review/offer-outcomes.ts';
import type { ReviewedCase } from '../../../domain/review/parties.ts';
import { type OpenValue, openAll, openSealed, type SealedName, sealedIn } from '../../ledger/open-sealed.ts';
import { type OrderProgress, orderProgress } from '../../ledger/order-state.ts';
import type { SealDeps } from '../../ledger/seal-draft.ts';
import { type CaseFinding, findCase } from '../../review/look-at-case.ts';
import { type CaseDecision, chooseDecisions } from './case-decision.ts';
import { type CaseStep, chooseHistory, namesMax } from './case-history.ts';
import { type CaseLifeParts, lifeParts } from './cases-page.ts';

export interface CaseReport {
  readonly caseId: string;
  readonly orderId: string;
  /** The region that answers. */
  readonly region: string;
  readonly state: CaseLifeState;
  /** Of the entry that the case is about: where it stands, and the region that accepted it. */
  readonly position: string;
  readonly acceptedIn: string;
  /** Why a person is asked, or was. Empty for what is withdrawn. */
  readonly reasons: Case['reasons'];
  /** Ids of the entries on the other side: the first of them. */
  readonly opponents: readonly string[];
  readonly opponentsLeftOut?: number | undefined;
  /** Those in dispute. */
  readonly fields: readonly string[];
  /** The command over several orders that the entry belongs to. */
  readonly group?: Case['group'];
  readonly settledBy?: string;
  /** As it stands now. */
  readonly order: CaseOrderState;
  /** Absent for what is withdrawn: there are no sides. */
  readonly branches?: ShownBranches;
  readonly history: readonly CaseStep[];
  /** How many older steps are not there. */
  readonly leftOut: number;
  /** None once it is over. */
  readonly outcomes: readonly OfferedOutcome[];
  readonly decisions: readonly CaseDecision[];
  /** What this region remembers of the review; absent where it remembers nothing. */
  readonly life?: ReportedLife;
}

export type ShownBranches = Omit<CaseBranches, 'regions'> & {
  readonly regions: readonly ShownBranch[];
};

/** What a side has beyond the base: the newest of its entries. */
export type ShownBranch = CaseBranches['regions'][number] & { readonly entriesLeftOut?: number | undefined };

export type ReportedLife = { readonly state: CaseLifeState } & CaseLifeParts;

export interface CaseOrderState extends OrderProgress {
  readonly fields: FoldedStream['fields'];
  readonly money: FoldedStream['money'];
  /** Ids of the cases that wait for a decision, this one among them: the oldest. */
  readonly openCases: readonly string[];
  readonly openCasesLeftOut?: number | undefined;
}

export interface ReportInput {
  readonly caseId: string;
  readonly orderId: string;
  readonly region: string;
  readonly entries: readonly Entry[];
  readonly folded: FoldedStream;
  readonly life: CaseLife | undefined;
}

export const openCasesMax = 100;

/** Undefined where no entry of the order is such a case. Throws LedgerFault. */
export const reportCase = async (deps: SealDeps, input: ReportInput): Promise<CaseReport | undefined> => {
  const { caseId, orderId, region, entries, folded, life } = input;
  const { lifecycle } = deps;
  const finding = findCase({ entries, folded, lifecycle }, caseId);
  if (finding.kind === 'unknown') return undefined;
  const reviewed = reviewOf(finding, { entries, folded, lifecycle });
  const parts = {
    branches: reviewed && branchesOf(reviewed),
    outcomes: reviewed && finding.kind === 'open' ? offerOutcomes(reviewed) : [],
    decisions: chooseDecisions({ entries, lifecycle, folded, caseId }),
    history: chooseHistory({
      entries,
      folded,
      lifecycle,
      always: new Set([caseId, ...(reviewed?.found.opponents.slice(0, namesMax) ?? [])]),
    }),
  };
  const open = await openSealed(deps, { entries, folded }, sealedOf(parts, folded));
  const openIds = folded.cases.filter(isOpen).map(({ id }) => id);
  return {
    caseId,
    orderId,
    region,
    state: stateOf(finding, life),
    position: finding.entry.position,
    acceptedIn: finding.entry.region,
    reasons: reviewed?.found.reasons ?? [],
    opponents: reviewed?.found.opponents.slice(0, namesMax) ?? [],
    opponentsLeftOut: beyond(reviewed?.found.opponents.length ?? 0, namesMax),
    fields: reviewed?.found.fields ?? [],
    ...(reviewed?.found.group && { group: reviewed.found.group }),
    ...(finding.kind === 'settled' && { settledBy: finding.settledBy }),
    order: {
      ...orderProgress(folded, { orderId, region, lifecycle }),
      fields: openAll(open, folded.fields),
      money: folded.money,
      openCases: openIds.slice(0, openCasesMax),
      openCasesLeftOut: beyond(openIds.length, openCasesMax),
    },
    ...(parts.branches && { branches: openBranches(parts.branches, open) }),
    ...parts.history.tell(open),
    outcomes: parts.outcomes.map((offered) => openOutcome(offered, open)),
    decisions: parts.decisions.tell(open),
    ...(life && { life: { state: life.state, ...lifeParts(life) } }),
  };
};

type Found = Exclude<CaseFinding, { readonly kind: 'unknown' }>;

/** The ledger says whether it waits, the life how far that has come. */
const stateOf = (finding: Found, life: CaseLife | undefined): CaseLifeState => {
  if (finding.kind !== 'open') return finding.kind;
  if (!life) return 'open';
  return isOver(life) ? 'reopened' : life.state;
};

interface FoldedOrder {
  readonly entries: readonly Entry[];
  readonly folded: FoldedStream;
  readonly lifecycle: Lifecycle;
}

/** A dispute that a choice of values has ended is none any more: it is shown as the person saw it who chose. */
const reviewOf = (finding: Found, order: FoldedOrder): ReviewedCase | undefined => {
  const cases = order.folded.cases.filter(({ position }) => position === finding.entry.position);
  const found = cases.find(isOpen) ?? cases[0];
  if (found) return { ...order, found };
  const decision = finding.kind === 'settled' && order.entries.find(({ id }) => id === finding.settledBy);
  if (!decision) return undefined;
  const entries = order.entries.filter((entry) => coversEntry(decision.seen, entry));
  const folded = fold(entries, order.lifecycle);
  const before = folded.cases.find(({ position }) => position === finding.entry.position);
  return before && { entries, folded, lifecycle: order.lifecycle, found: before };
};

interface Parts {
  readonly branches: CaseBranches | undefined;
  readonly outcomes: readonly OfferedOutcome[];
  readonly decisions: { readonly sealed: readonly SealedName[] };
  readonly history: { readonly sealed: readonly SealedName[] };
}

const sealedOf = ({ branches, outcomes, decisions, history }: Parts, { fields }: FoldedStream) => [
  ...sealedIn(fields),
  ...(branches ? [branches.base, ...branches.regions].flatMap((branch) => sealedIn(branch.fields)) : []),
  ...outcomes.flatMap(({ outcome, preview }) => [...sealedIn(outcome.fields ?? {}), ...sealedIn(preview.fields)]),
  ...decisions.sealed,
  ...history.sealed,
];

const openBranches = ({ base, regions, differences }: CaseBranches, open: OpenValue): ShownBranches => ({
  base: openBranch(base, open),
  regions: regions.map((branch) => ({
    ...openBranch(branch, open),
    entries: branch.entries.slice(-openCasesMax),
    entriesLeftOut: beyond(branch.entries.length, openCasesMax),
  })),
  differences,
});

const openBranch = <Shown extends Branch>(branch: Shown, open: OpenValue): Shown => ({
  ...branch,
  fields: openAll(open, branch.fields),
});

const openOutcome = ({ outcome, preview }: OfferedOutcome, open: OpenValue): OfferedOutcome => ({
  outcome: { ...outcome, ...(outcome.fields && { fields: openAll(open, outcome.fields) }) },
  preview: {
    ...preview,
    fields: openAll(open, preview.fields),
    openCases: preview.openCases.slice(0, openCasesMax),
  },
});

/** Undefined when all are there: JSON leaves it out. */
const beyond = (length: number, max: number): number | undefined => (length > max ? length - max : undefined);
