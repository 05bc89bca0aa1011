/** Alerts of every type, with whatever the fold or the projector can put into them. */
import fc from 'fast-check';
import type { CaseReason } from '../../../domain/fold/folded-stream.ts';
import { formatPosition } from '../../../domain/ledger/position.ts';
import { orderStream } from '../../../domain/ledger/stream-name.ts';
import type { Alert, CaseAlert, ReviewAlert, TamperAlert } from '../../../domain/ports/alert-bus.ts';

const region = fc.constantFrom('us-east-1', 'eu-west-1', 'ap-southeast-2');
const name = fc.stringMatching(/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/);
const stream = fc.record({ tenant: name, orderId: name }).map(orderStream);
const seq = fc.integer({ min: 1, max: 10_000 });
const position = fc.record({ writer: region, seq }).map(formatPosition);
const ulid = fc.stringMatching(/^[0-7][0-9A-HJKMNP-TV-Z]{25}$/);
const version = fc.stringMatching(/^\d{4}\.\d{4}$/);
const atMs = fc.integer({ min: 0, max: Date.UTC(2100, 0) });

const reasons: Readonly<Record<CaseReason, true>> = {
  contested: true,
  illegal: true,
  'key-reused': true,
  ambiguous: true,
  'field-disputed': true,
  'resolutions-differ': true,
};

export const caseAlerts: fc.Arbitrary<CaseAlert> = fc.record(
  {
    type: fc.constantFrom('IllegalTransition', 'ConflictNeedsReview', 'CaseWithdrawn', 'CaseSettled'),
    stream,
    region,
    cut: fc.dictionary(region, seq, { minKeys: 1 }),
    version,
    caseId: ulid,
    position,
    reasons: fc.subarray(Object.keys(reasons) as CaseReason[]),
    opponents: fc.array(ulid, { maxLength: 120, size: 'max' }),
    settledBy: ulid,
    atMs,
  },
  { requiredKeys: ['type', 'stream', 'region', 'cut', 'version', 'caseId', 'reasons', 'opponents', 'atMs'] },
);

export const reviewAlerts: fc.Arbitrary<ReviewAlert> = fc.record(
  {
    type: fc.constantFrom('ReviewStarted', 'ReviewAsked', 'ReviewEscalated', 'ReviewEnded'),
    stream,
    region,
    caseId: ulid,
    workflow: fc.integer({ min: 1, max: 1_000 }),
    escalations: fc.nat({ max: 1_000 }),
    outcome: fc.constantFrom('settled', 'withdrawn', 'handed-over'),
    atMs,
  },
  { requiredKeys: ['type', 'stream', 'region', 'caseId', 'workflow', 'escalations', 'atMs'] },
);

export const tamperAlerts: fc.Arbitrary<TamperAlert> = fc.record({
  type: fc.constant('LedgerTampered'),
  stream,
  region,
  position,
  change: fc.constantFrom('changed', 'removed'),
  atMs,
});

export const alerts: fc.Arbitrary<Alert> = fc.oneof({ weight: 3, arbitrary: caseAlerts }, reviewAlerts, tamperAlerts);
