/**
 * What the engine counts and measures for the people who run it: this is the table of all its metrics. Names are an
 * interface: alarms are set on them. All are in one namespace, by service; docs/metrics.md says what to do about each.
 */
export const engineCounts = [
  /** By `keyClass`: another writer of this region took the position first. */
  'AppendConflicts',
  /** Every try lost that race: one order is written faster than a stream can take. */
  'AppendGaveUp',
  /** A stamped id runs ahead of this region's clock by more than `clockDriftMsMax`. */
  'ClockDrifting',
  /** This region's own part of a stream has a hole or a damaged entry. */
  'PartNotClosed',
  /** A stream has `streamEntriesMax` entries; a writer is looping. */
  'StreamFull',
  /** By the write plan another region had to take it: it was refused with that region's name. */
  'NotAdmitted',
  /** The search for the cheapest history was cut short. */
  'HistoryApproximated',
  /** An answer of any kind but the next. */
  'RequestAnswered',
  /** Ended by a fault or a bug, not by a refusal; of a batch, each item that did. */
  'RequestFailed',
  /** Entries of orders that were stored. A command that is repeated under its key stores none. */
  'EntriesAppended',
  /** Refused, since its caller makes too many. */
  'RateLimited',
  /** What a caller spent was not added to the shared limit, and is forgiven: `control` could not be written. */
  'RateLimitUnsettled',
] as const;

export type MetricName = (typeof engineCounts)[number];

export type Dimensions = Readonly<Record<string, string>>;

export interface Metrics {
  readonly count: (name: MetricName, value?: number, dimensions?: Dimensions) => void;
}

/**
 * Of the projector: one value a batch, the sum over the batch, so that CloudWatch's Sum is the total and its Maximum the
 * worst batch. What is delivered again is counted again. All but the first two are left out where they are 0.
 */
export const projectorCounts = [
  /** Records of the batch, whatever they ring for. */
  'BatchRecords',
  /** Orders that they ring for. */
  'BatchStreams',
  /** Writes of rows, over all generations that are fed; an order with news of its cases takes two. */
  'ViewsStored',
  /** Orders whose rows said as much already: duplicates and late doorbells. */
  'ViewsCurrent',
  /** Projections that began again, because a row had changed meanwhile or had seen more. */
  'Refolds',
  /** Rows that another projector took between our reading and our writing. */
  'CutConditionsLost',
  /** Cases said to be open. One whose reason grew from a missing predecessor to a conflict is said twice. */
  'CasesOpened',
  /** Cases about which there is nothing to decide any more. */
  'CasesWithdrawn',
  /** Cases that a resolution decided. */
  'CasesSettled',
  /** Letters about orders that cannot be projected. Each waits for a person: alarm on 1. */
  'DeadLetters',
  /** Orders whose records were given back, to be delivered again. */
  'ProjectionsFailed',
  /** A search for the cheapest history was cut short. */
  'FoldsApproximated',
  /** Items of the ledger that are no entries, or not the ones that were hashed. */
  'ItemsDamaged',
  /** Entries that wait for a predecessor, in the orders of this batch. */
  'PendingEntries',
  /** Entries that were changed or removed in place. Alarm on 1. */
  'LedgerTampered',
  /** Batches and orders left alone, because newer code has begun to write there. Alarm where a deployment is not on its way. */
  'ProjectorOutdated',
  /** The breaker may not have heard that a backlog is coming in: `control` could not be read or written. */
  'BacklogUnnoted',
] as const;

export type ProjectorCount = (typeof projectorCounts)[number];

/** Of the projector, in ms. What each says, and how precisely, is told in projections/projector/measure-lag.ts. */
export const projectorDurations = [
  /** By `from` and `to` region and `keyClass`: from the acceptance of an entry to its arrival here. */
  'ReplicationLagMs',
  /** By `from` and `to` region and `keyClass`: from the acceptance of an entry to the row here that shows it. */
  'TimeToConsistencyMs',
  /** The age of a batch's oldest record. */
  'ProjectorLagMs',
] as const;

export type ProjectorDuration = (typeof projectorDurations)[number];

export interface ProjectorMetrics {
  readonly count: (name: ProjectorCount, value: number) => void;
  readonly measure: (name: ProjectorDuration, valuesMs: readonly number[], dimensions?: Dimensions) => void;
}

/** Of the region agent. Alarms count a gap as breaching: an agent that is silent is worse than one that complains. */
export const agentCounts = [
  /** The witness could not be asked. While the breaker is closed that is all; while it is open the primary stops. */
  'WitnessUnreachable',
  /** Plans of one epoch that did not know each other. People should look. */
  'PlanConflict',
  /** This region enacted a newer plan. */
  'PlanEnacted',
  /** This region took the lease, or was given it. */
  'LeaseTaken',
  /** This region's clock stood still or went back between two beats. */
  'ClockJumped',
  /** A part of a beat could not be done; the rest was. */
  'BeatImpaired',
] as const;

export type AgentCount = (typeof agentCounts)[number];

export const agentGauges = [
  /** By `from` (here) and `to`, in ms. Of a peer that has never echoed there is none, which alarms count as breaching. */
  'LinkLagMs',
  /** By `from` (the peer) and `to` (here), in ms: how long ago its newest beat was seen here. */
  'HeartbeatAgeMs',
  /** 0 closed, 1 half-open, 2 open. */
  'BreakerState',
  'PlanEpoch',
] as const;

export type AgentGauge = (typeof agentGauges)[number];

export interface AgentMetrics {
  readonly count: (name: AgentCount) => void;
  /** The worst of each minute's beats is what alarms look at. */
  readonly gauge: (name: AgentGauge, value: number, dimensions?: Dimensions) => void;
}

/** Of the review. */
export const reviewCounts = [
  /** Cases of a sweep that could not be looked at. Each is tried again at the next. */
  'CasesNotSwept',
  /** Decisions that came by a workflow's answer and that the ledger did not take. A person is asked again. */
  'DecisionsRefused',
] as const;

export type ReviewCount = (typeof reviewCounts)[number];

export interface ReviewMetrics {
  readonly count: (name: ReviewCount, value?: number) => void;
  /** Open cases of all tenants, as a sweep found them. */
  readonly gauge: (name: 'OpenCases', value: number) => void;
}
