/**
 * An alert as an Event of TM Forum's event management (TMF688 v4), so that order systems that speak TMF need no mapping
 * of ours. It names entries by id and position and says why in plain words; it never holds what was ordered.
 */
import type { CaseReason } from '../../domain/fold/folded-stream.ts';
import { assertNever } from '../../domain/kernel/invariant.ts';
import type { Cut } from '../../domain/ledger/cut.ts';
import { parseOrderStream } from '../../domain/ledger/stream-name.ts';
import type { Alert, AlertType, CaseAlert, ReviewAlert, TamperAlert } from '../../domain/ports/alert-bus.ts';
import { opponentsNamedMax } from './eventbridge-limits.ts';

export interface Tmf688Event {
  readonly eventId: string;
  readonly eventType: AlertType;
  readonly eventTime: string;
  /** Spelt so in TMF688. */
  readonly timeOcurred: string;
  /** The case, or the tampered entry's place: what belongs together over time. */
  readonly correlationId: string;
  readonly domain: 'order';
  readonly title: string;
  readonly description: string;
  readonly priority: 'low' | 'normal' | 'high' | 'critical';
  readonly source: EntityRef;
  readonly reportingSystem: EntityRef;
  readonly event: CaseFacts | ReviewFacts | TamperFacts;
}

export interface EntityRef {
  readonly id: string;
  readonly name: string;
  readonly '@referredType': string;
}

export interface OrderRef {
  readonly stream: string;
  readonly tenant?: string;
  readonly orderId?: string;
  /** The region that says so. */
  readonly region: string;
}

export interface CaseFacts extends OrderRef {
  readonly caseId: string;
  readonly position?: string;
  readonly reasons: readonly CaseReason[];
  readonly opponents: readonly string[];
  /** How many more there are than `opponents` names. */
  readonly opponentsOmitted?: number;
  readonly cut: Cut;
  readonly version: string;
  readonly settledBy?: string;
}

export interface ReviewFacts extends OrderRef {
  readonly caseId: string;
  readonly workflow: number;
  readonly escalations: number;
  readonly outcome?: ReviewAlert['outcome'];
}

export interface TamperFacts extends OrderRef {
  readonly position: string;
  readonly change: TamperAlert['change'];
}

/** `eventId`: of the envelope that carries it. */
export const alertToTmf688 = (alert: Alert, eventId: string): Tmf688Event => {
  const time = new Date(alert.atMs).toISOString();
  return {
    eventId,
    eventType: alert.type,
    eventTime: time,
    timeOcurred: time,
    correlationId: alert.type === 'LedgerTampered' ? `${alert.stream}#${alert.position}` : alert.caseId,
    domain: 'order',
    title: titles[alert.type],
    description: describe(alert),
    priority: priorities[alert.type],
    source: { id: orderOf(alert), name: alert.stream, '@referredType': 'ProductOrder' },
    reportingSystem: { id: `rejoin/${alert.region}`, name: 'rejoin', '@referredType': 'LogicalResource' },
    event: factsOf(alert),
  };
};

const titles: Readonly<Record<AlertType, string>> = {
  IllegalTransition: 'Illegal transition',
  ConflictNeedsReview: 'Conflict needs review',
  CaseWithdrawn: 'Case withdrawn',
  CaseSettled: 'Case settled',
  ReviewStarted: 'Review started',
  ReviewAsked: 'Person asked',
  ReviewEscalated: 'Review escalated',
  ReviewEnded: 'Review ended',
  LedgerTampered: 'Ledger tampered',
};

/** An illegal transition is most often a fact whose predecessor is only late, and closes itself. */
const priorities: Readonly<Record<AlertType, Tmf688Event['priority']>> = {
  IllegalTransition: 'normal',
  ConflictNeedsReview: 'high',
  CaseWithdrawn: 'low',
  CaseSettled: 'low',
  ReviewStarted: 'low',
  ReviewAsked: 'normal',
  ReviewEscalated: 'high',
  ReviewEnded: 'low',
  LedgerTampered: 'critical',
};

const describe = (alert: Alert): string => {
  const order = `order ${orderOf(alert)}`;
  switch (alert.type) {
    case 'IllegalTransition':
      return `No effect of ${entryOf(alert)} on ${order}: ${why(alert)}. If a predecessor is only late, the case closes itself.`;
    case 'ConflictNeedsReview':
      return `A person must decide about ${order}: ${why(alert)} (${entryOf(alert)}).`;
    case 'CaseWithdrawn':
      return `There is nothing to decide any more about ${entryOf(alert)} of ${order}.`;
    case 'CaseSettled':
      return `${alert.settledBy === undefined ? 'A resolution' : `Resolution ${alert.settledBy}`} has decided about ${entryOf(alert)} of ${order}.`;
    case 'ReviewStarted':
      return `The review of entry ${alert.caseId} of ${order} waits for what may only be late, before it asks a person.`;
    case 'ReviewAsked':
      return `A person is asked to decide about entry ${alert.caseId} of ${order}.`;
    case 'ReviewEscalated':
      return `Nobody has decided in time about entry ${alert.caseId} of ${order} (escalation ${alert.escalations}). It is asked again.`;
    case 'ReviewEnded':
      return `The review of entry ${alert.caseId} of ${order} has ended: ${endOf(alert)}.`;
    case 'LedgerTampered':
      return `The entry at ${alert.position} of ${order} was ${alert.change} in the ledger table itself. Restore it with rejoin repair.`;
    default:
      return assertNever(alert);
  }
};

const endOf = ({ outcome }: ReviewAlert): string => {
  if (outcome === 'settled') return 'a resolution decided it';
  return outcome === 'withdrawn' ? 'there is nothing to decide any more' : 'another region goes on with it';
};

const entryOf = ({ caseId, position }: CaseAlert): string =>
  `entry ${caseId}${position === undefined ? '' : ` at ${position}`}`;

const why = ({ reasons }: CaseAlert): string => reasons.map((reason) => reasonTexts[reason]).join('; ');

const reasonTexts: Readonly<Record<CaseReason, string>> = {
  contested: 'an entry was rejected because of one that its writer had not seen',
  illegal: 'the lifecycle does not allow it where it stands',
  'key-reused': 'its idempotency key was used with another payload',
  ambiguous: 'the lifecycle allows two outcomes alike',
  'field-disputed': 'a critical field has several values that nobody chose between',
  'resolutions-differ': 'two people decided differently without having seen each other',
};

const factsOf = (alert: Alert): Tmf688Event['event'] => {
  if ('change' in alert) return tamperFacts(alert);
  return 'cut' in alert ? caseFacts(alert) : reviewFacts(alert);
};

const caseFacts = (alert: CaseAlert): CaseFacts => {
  const { caseId, position, reasons, cut, version, settledBy } = alert;
  const opponents = alert.opponents.slice(0, opponentsNamedMax);
  const opponentsOmitted = alert.opponents.length - opponents.length;
  return {
    ...orderRef(alert),
    caseId,
    ...(position === undefined ? {} : { position }),
    reasons,
    opponents,
    ...(opponentsOmitted === 0 ? {} : { opponentsOmitted }),
    cut,
    version,
    ...(settledBy === undefined ? {} : { settledBy }),
  };
};

const reviewFacts = (alert: ReviewAlert): ReviewFacts => {
  const { caseId, workflow, escalations, outcome } = alert;
  return { ...orderRef(alert), caseId, workflow, escalations, ...(outcome !== undefined && { outcome }) };
};

const tamperFacts = (alert: TamperAlert): TamperFacts => ({
  ...orderRef(alert),
  position: alert.position,
  change: alert.change,
});

const orderRef = ({ stream, region }: Alert): OrderRef => ({ stream, ...parseOrderStream(stream), region });

const orderOf = ({ stream }: Alert): string => parseOrderStream(stream)?.orderId ?? stream;
