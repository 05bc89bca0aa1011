/**
 * What the engine counts for the people who run it. Names are an interface: alarms are set on them.
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
  /** Ended by a fault or a bug, not by a refusal. */
  | 'RequestFailed';

export interface Metrics {
  readonly count: (name: MetricName) => void;
}
