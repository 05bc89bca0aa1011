/**
 * What the examples about cases are answered with, each of the type that the API answers with.
 */
import { legalMoves } from '../../../domain/decide/legal-moves.ts';
import type { Status } from '../../../domain/lifecycle/define-lifecycle.ts';
import { retail } from '../../../domain/lifecycle/retail.ts';
import type { CaseDecision } from '../cases/case-decision.ts';
import type { CaseStep } from '../cases/case-history.ts';
import type { CaseReport } from '../cases/case-report.ts';
import type { CasesPage, ListedCase } from '../cases/cases-page.ts';
import type { ResolutionAnswer } from '../cases/take-resolution.ts';
import { entryAt, nothingPaid, otherLines, otherOrder, placed, region, stateOf, time } from './retail-answers.ts';

const { id: caseId, position } = entryAt(3);
const { orderId, fields } = otherOrder;
const nothing = { provisional: false, money: nothingPaid };

const life = {
  state: 'waiting',
  since: time,
  foundAt: time,
  workflow: 1,
  lookAt: '2026-01-05T00:00:00.000Z',
  escalations: 0,
} as const;

const listed: ListedCase = {
  caseId,
  orderId,
  region,
  position,
  ...life,
  reasons: ['illegal'],
  order: {
    status: 'paid',
    ...nothing,
    currency: placed.currency,
    class: 'illegal',
    openCases: 1,
    token: `${region}:3`,
  },
};

const waiting: CasesPage = { cases: [listed] };

const step = { region, time, actor: 'shop' } as const;

const history: readonly CaseStep[] = [
  {
    ...entryAt(1),
    ...step,
    kind: 'decision',
    source: 'api',
    from: 'none',
    to: 'placed',
    accepted: true,
    events: [{ type: 'OrderPlaced', data: { ...placed, lines: otherLines } }],
  },
  {
    ...entryAt(2),
    ...step,
    kind: 'decision',
    source: 'reviewer',
    from: 'placed',
    to: 'paid',
    accepted: true,
    events: [{ type: 'ConflictResolved', data: { cases: [], status: 'paid', reason: 'Paid with the first order' } }],
  },
  {
    ...entryAt(3),
    ...step,
    kind: 'fact',
    source: 'carrier',
    from: 'paid',
    to: 'paid',
    accepted: false,
    events: [{ type: 'OrderDelivered', data: {} }],
    case: { reasons: ['illegal'], opponents: [] },
  },
];

const { cases: _, ...standing } = stateOf({ ...otherOrder, status: 'paid', seq: 3 });
const branchAt = (seq: number) => ({ cut: { [region]: seq }, status: 'paid', money: nothingPaid, fields });
const previewOf = (status: Status) => ({
  status,
  ...nothing,
  class: 'precedence' as const,
  fields: {},
  openCases: [],
  legalMoves: legalMoves(retail, status),
});

const deliveredBeforeSent: CaseReport = {
  caseId,
  orderId,
  region,
  state: 'waiting',
  position,
  acceptedIn: region,
  reasons: ['illegal'],
  opponents: [],
  fields: [],
  order: { ...standing, class: 'illegal', openCases: [caseId] },
  branches: {
    base: branchAt(2),
    regions: [{ region, ...branchAt(3), entries: [caseId] }],
    differences: [],
  },
  history,
  leftOut: 0,
  outcomes: [
    { outcome: {}, preview: previewOf('paid') },
    { outcome: { status: 'delivered' }, preview: previewOf('delivered') },
  ],
  decisions: [],
  life,
};

const { id: entryId, position: decidedAtPosition } = entryAt(4);

const decision: CaseDecision = {
  entryId,
  position: decidedAtPosition,
  region,
  actor: 'shop',
  decidedAt: time,
  reason: 'The carrier has a signature; the scan of the sending was lost',
  status: 'delivered',
  stands: true,
};

const order = { ...stateOf({ ...otherOrder, status: 'delivered', seq: 4 }), class: 'precedence' as const };
const itArrived: ResolutionAnswer = { caseId, decision, order };
const decidedBefore: ResolutionAnswer = { ...itArrived, decidedBefore: true };

export const caseAnswers = { waiting, deliveredBeforeSent, itArrived, decidedBefore };
