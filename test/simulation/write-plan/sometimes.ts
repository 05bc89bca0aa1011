/**
 * Rare situations that a long run must have met, and exceptions that the promises name: each is counted, so that a promise
 * which is all exception shows.
 */
export const planSituations = [
  'breaker opened',
  'breaker closed again',
  'breaker stayed half-open, its budget spent',
  'third region opened for a link between two others',
  'decision refused outside the primary',
  'decision refused for want of a lease',
  'decision by the primary while settled in a partition',
  'lease taken over',
  'lease renewed by another run of the agent',
  'promotion by hand',
  'promotion refused',
  'plan enacted while a link is cut',
  'plans of one epoch',
  'entry put with an older epoch than its region’s by then',
  'late arrival while the breaker is not closed',
  'clock caught standing still or going back',
  'witness out of reach',
] as const;

/** Named in docs/simulator.md: what was promised is not promised here. */
export const planExceptions = [
  'two regions decide: a person promoted one without asking the other half',
  'two regions decide or hold the lease: a clock went wrong',
  'gate aged unseen by a clock that went wrong',
  'breaker did not close again in the time given: its budget was spent',
] as const;

export type PlanSituation = (typeof planSituations | typeof planExceptions)[number];
export type PlanSituationCounts = Readonly<Partial<Record<PlanSituation, number>>>;
