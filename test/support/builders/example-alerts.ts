/** One alert of each type, as they arise in the story of one order that both regions changed. */
import type { CaseAlert, ReviewAlert, TamperAlert } from '../../../domain/ports/alert-bus.ts';

const common = { stream: 'order/acme/1001', region: 'us-east-1' } as const;
const version = '0001.0001';
const caseId = '01KAJ2Q8V4T6W3F0ZC5X7M9BND';
const position = 'eu-west-1/0000000003';

const review = { ...common, caseId, workflow: 1 } as const;

type ExampleAlerts = Readonly<
  Record<CaseAlert['type'], CaseAlert> &
    Record<ReviewAlert['type'], ReviewAlert> &
    Record<TamperAlert['type'], TamperAlert>
>;

/** A new type fails to compile here until it is tested. */
export const exampleAlerts: ExampleAlerts = {
  IllegalTransition: {
    ...common,
    type: 'IllegalTransition',
    caseId: '01KAJ2Q1C2N8G4S6Y0H3D5E7RP',
    position: 'us-east-1/0000000002',
    cut: { 'us-east-1': 2 },
    version,
    reasons: ['illegal'],
    opponents: [],
    atMs: Date.UTC(2026, 10, 21, 9, 30, 5, 120),
  },
  ConflictNeedsReview: {
    ...common,
    type: 'ConflictNeedsReview',
    caseId,
    position,
    cut: { 'eu-west-1': 3, 'us-east-1': 4 },
    version,
    reasons: ['contested'],
    opponents: ['01KAJ2Q6Y1K5P9A2E8J4V0T3SM'],
    atMs: Date.UTC(2026, 10, 21, 10, 17, 48, 356),
  },
  CaseWithdrawn: {
    ...common,
    type: 'CaseWithdrawn',
    caseId: '01KAJ2Q1C2N8G4S6Y0H3D5E7RP',
    cut: { 'us-east-1': 3 },
    version,
    reasons: [],
    opponents: [],
    atMs: Date.UTC(2026, 10, 21, 9, 31, 0, 7),
  },
  CaseSettled: {
    ...common,
    type: 'CaseSettled',
    caseId,
    position,
    cut: { 'eu-west-1': 3, 'us-east-1': 5 },
    version,
    reasons: ['contested'],
    opponents: ['01KAJ2Q6Y1K5P9A2E8J4V0T3SM'],
    settledBy: '01KAJ5ZR0B7Q2M4C6W8N1X3F5T',
    atMs: Date.UTC(2026, 10, 21, 11, 2, 10, 900),
  },
  ReviewStarted: {
    ...review,
    type: 'ReviewStarted',
    escalations: 0,
    atMs: Date.UTC(2026, 10, 21, 10, 17, 49, 20),
  },
  ReviewAsked: {
    ...review,
    type: 'ReviewAsked',
    escalations: 0,
    atMs: Date.UTC(2026, 10, 21, 10, 18, 49, 400),
  },
  ReviewEscalated: {
    ...review,
    type: 'ReviewEscalated',
    escalations: 1,
    atMs: Date.UTC(2026, 10, 22, 10, 18, 49, 500),
  },
  ReviewEnded: {
    ...review,
    type: 'ReviewEnded',
    escalations: 1,
    outcome: 'settled',
    atMs: Date.UTC(2026, 10, 22, 11, 2, 11, 5),
  },
  LedgerTampered: {
    ...common,
    type: 'LedgerTampered',
    position,
    change: 'changed',
    atMs: Date.UTC(2026, 10, 21, 12, 0, 0),
  },
};
