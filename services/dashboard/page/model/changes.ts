/** What the page hears of, and what each is a reason to ask for again, so that one alert does not reload everything. Pure. */

export type Change =
  /** Said by a region's bus. */
  | {
      readonly kind: 'alert';
      readonly region: string;
      readonly type: string;
      /** What it is about, as the alert names it. */
      readonly subject?: string | undefined;
    }
  | {
      readonly kind: 'tick';
      /** Not only has time passed: changes may have been missed. */
      readonly isCatchUp: boolean;
    };

/** Alerts about cases and their review; docs/alerts.md has them all. */
const caseAlerts: ReadonlySet<string> = new Set([
  'IllegalTransition',
  'ConflictNeedsReview',
  'CaseWithdrawn',
  'CaseSettled',
  'ReviewStarted',
  'ReviewAsked',
  'ReviewEscalated',
  'ReviewEnded',
]);

export const concernsCases = (change: Change): boolean => change.kind === 'tick' || caseAlerts.has(change.type);

/** An alert that does not say what it is about may be about anything. */
export const concernsOrder =
  (tenant: string, orderId: string | undefined) =>
  (change: Change): boolean =>
    change.kind === 'tick' ||
    change.subject === undefined ||
    orderId === undefined ||
    change.subject === `order/${tenant}/${orderId}`;
