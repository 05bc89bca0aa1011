/**
 * A region's tables the day after a split brain: cases that wait, each with its order's row and what the review remembers
 * of it, and as many older ones that are over. Rows are folded from entries of two regions and everything goes through
 * the stores, as a projector and the review's functions would write it.
 */
import { fold } from '../../domain/fold/fold.ts';
import { type FoldedStream, isOpen } from '../../domain/fold/folded-stream.ts';
import { retail } from '../../domain/lifecycle/retail.ts';
import type { StoredView, ViewStore } from '../../domain/ports/view-store.ts';
import { beginCaseLife, type CaseLife, type CaseLifeEvent, stepCaseLife } from '../../domain/review/case-life.ts';
import { eachOf } from '../../infra/dynamodb/bounded-work.ts';
import { foldedToOrderView, type OrderView, projectionVersion } from '../../projections/views/order-view.ts';
import type { CaseLives } from '../../services/review/case-lives.ts';
import { createLedger } from '../../test/support/builders/ledger-builder.ts';
import { cancelled, packed, paid, placed, refunded, shipped } from '../../test/support/builders/retail-drafts.ts';

export interface CaseStores {
  readonly views: Pick<ViewStore<OrderView>, 'replaceAll'>;
  readonly lives: Pick<CaseLives, 'replace'>;
}

export interface FillPlan {
  readonly tenant: string;
  /** That wait, and that are over. */
  readonly cases: number;
}

const dayMs = 24 * 60 * 60_000;
const splitAtMs = Date.UTC(2026, 0, 1);
const rowsAtATime = 90;
const livesAtATime = 16;

export const fillCases = async ({ views, lives }: CaseStores, { tenant, cases }: FillPlan): Promise<void> => {
  const over = disputes({ tenant, cases, prefix: 'over', fromMs: splitAtMs - dayMs });
  await putLives(lives, over.flatMap(casesOf).map(endedLife));
  const open = disputes({ tenant, cases, prefix: 'open', fromMs: splitAtMs });
  for (let i = 0; i < open.length; i += rowsAtATime)
    await replaceRows(views, open.slice(i, i + rowsAtATime).map(toRow));
  await putLives(lives, open.flatMap(casesOf).map(waitingLife));
};

interface Disputes extends FillPlan {
  readonly prefix: string;
  readonly fromMs: number;
}

/** Shipped in one region, cancelled in the other. In every tenth order the other refunded, too: that makes two cases. */
const disputes = ({ tenant, cases, prefix, fromMs }: Disputes): readonly FoldedStream[] => {
  const orders: FoldedStream[] = [];
  for (let left = cases; left > 0; ) {
    const order = orders.length;
    const stream = `order/${tenant}/${prefix}-${order}`;
    const ledger = createLedger({ stream, seed: order + 1, startMs: fromMs + order * 1_000 });
    const [us, eu] = [ledger.at('us-east-1'), ledger.at('eu-west-1')];
    us.append(placed());
    us.append(paid(9980));
    ledger.replicateAll();
    us.append(packed());
    us.append(shipped());
    eu.append(cancelled());
    if (order % 10 === 9 && left > 1) eu.append(refunded(9980));
    const folded = fold(ledger.entries(), retail);
    orders.push(folded);
    left -= folded.cases.filter(isOpen).length;
  }
  return orders;
};

const foldedAtMs = splitAtMs + dayMs;

const toRow = (folded: FoldedStream): StoredView<OrderView> =>
  foldedToOrderView(folded, { version: projectionVersion(retail), foldedAtMs });

const replaceRows = async (views: CaseStores['views'], rows: readonly StoredView<OrderView>[]): Promise<void> => {
  const replaced = await views.replaceAll(rows.map((view) => ({ view, over: undefined })));
  if (replaced.includes('lost')) throw new Error('the tables were not empty');
};

const casesOf = ({ stream, cases }: FoldedStream): readonly CaseLife[] =>
  cases
    .filter(isOpen)
    .map(({ id, position }) => beginCaseLife({ caseId: id, stream, position, acceptedIn: 'eu-west-1' }, foldedAtMs));

const step = (life: CaseLife, event: CaseLifeEvent): CaseLife => stepCaseLife(life, event, foldedAtMs) ?? life;

const waitingLife = (life: CaseLife, index: number): CaseLife => {
  const waiting = step(life, { kind: 'workflow-drawn', lookAtMs: foldedAtMs + 60_000 });
  return index % 2 === 0 ? waiting : step(waiting, { kind: 'person-asked', token: `task-${life.caseId}` });
};

const endedLife = (life: CaseLife, index: number): CaseLife =>
  step(life, index % 2 === 0 ? { kind: 'found-settled', settledBy: life.caseId } : { kind: 'found-withdrawn' });

const putLives = (lives: CaseStores['lives'], given: readonly CaseLife[]): Promise<void> =>
  eachOf(given, livesAtATime, async (life) => {
    if (!(await lives.replace(life, 0))) throw new Error('the tables were not empty');
  });
