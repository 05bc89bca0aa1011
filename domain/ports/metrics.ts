/**
 * What the engine counts and measures for the people who run it: this is the table of all its metrics. Names are an
 * interface: alarms are set on them. All are in one namespace, by service.
 */
export type MetricName =
  /** Another writer of this region took the position first. */
  | 'AppendRetried'
  /** Every try lost that race: one order is written faster than a stream can take. */
  | 'AppendGaveUp'
  /** A stamped id runs ahead of this region's clock by more than `clockDriftMsMax`. */
  | 'ClockDrifting'
  /** This region's own part of a stream has a hole or a damaged entry. */
  | 'PartNotClosed'
  /** A stream has `streamEntriesMax` entries; a writer is looping. */
  | 'StreamFull'
  /** The search for the cheapest history was cut short. */
  | 'HistoryApproximated'
  /** An answer of any kind but the next. */
  | 'RequestAnswered'
  /** Ended by a fault or a bug, not by a refusal; of a batch, each item that did. */
  | 'RequestFailed'
  /** Refused, since its caller makes too many. */
  | 'RateLimited'
  /** What a caller spent was not added to the shared limit, and is forgiven: `control` could not be written. */
  | 'RateLimitUnsettled';

export interface Metrics {
  readonly count: (name: MetricName) => void;
}

/**
 * Of the projector: one value a batch, the sum over the batch, so that CloudWatch's Sum is the total and its Maximum the
 * worst batch. What is delivered again is counted again. All but the first two are left out where they are 0.
 */
export type ProjectorCount =
  /** Records of the batch, whatever they ring for. */
  | 'BatchRecords'
  /** Orders that they ring for. */
  | 'BatchStreams'
  /** Writes of rows, over all generations that are fed; an order with news of its cases takes two. */
  | 'ViewsStored'
  /** Orders whose rows said as much already: duplicates and late doorbells. */
  | 'ViewsCurrent'
  /** Projections that began again, because a row had changed meanwhile or had seen more. */
  | 'Refolds'
  /** Rows that another projector took between our reading and our writing. */
  | 'CutConditionsLost'
  /** Cases said to be open. One whose reason grew from a missing predecessor to a conflict is said twice. */
  | 'CasesOpened'
  /** Cases about which there is nothing to decide any more. */
  | 'CasesWithdrawn'
  /** Cases that a resolution decided. */
  | 'CasesSettled'
  /** Letters about orders that cannot be projected. Each waits for a person: alarm on 1. */
  | 'DeadLetters'
  /** Orders whose records were given back, to be delivered again. */
  | 'ProjectionsFailed'
  /** A search for the cheapest history was cut short. */
  | 'FoldsApproximated'
  /** Items of the ledger that are no entries, or not the ones that were hashed. */
  | 'ItemsDamaged'
  /** Entries that wait for a predecessor, in the orders of this batch. */
  | 'PendingEntries'
  /** Entries that were changed or removed in place. Alarm on 1. */
  | 'LedgerTampered'
  /** Batches and orders left alone, because newer code has begun to write there. Alarm where a deployment is not on its way. */
  | 'ProjectorOutdated';

/** Of the projector, in ms. What each says, and how precisely, is told in projections/projector/measure-lag.ts. */
export type ProjectorDuration =
  /** By `from` and `to` region: from the acceptance of an entry to its arrival here. */
  | 'ReplicationLagMs'
  /** The age of a batch's oldest record. */
  | 'ProjectorLagMs';

export interface ProjectorMetrics {
  readonly count: (name: ProjectorCount, value: number) => void;
  readonly measure: (
    name: ProjectorDuration,
    valuesMs: readonly number[],
    dimensions?: Readonly<Record<string, string>>,
  ) => void;
}
