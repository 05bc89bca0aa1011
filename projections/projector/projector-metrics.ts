/**
 * What one batch did, added up: a batch of a thousand records writes a few lines of metrics, not thousands.
 */
import type { CaseAlert } from '../../domain/ports/alert-bus.ts';
import type { ProjectorCount, ProjectorMetrics } from '../../domain/ports/metrics.ts';
import type { LagReadings } from './measure-lag.ts';
import type { Projected } from './project-stream.ts';

export interface BatchTally {
  readonly add: (name: ProjectorCount, value?: number) => void;
  readonly addProjected: (projected: Projected) => void;
  readonly addLag: (readings: LagReadings) => void;
  readonly publish: () => void;
}

export const createBatchTally = (metrics: ProjectorMetrics, region: string): BatchTally => {
  const counts = new Map<ProjectorCount, number>();
  const readings: LagReadings[] = [];
  const add: BatchTally['add'] = (name, value = 1) => {
    if (value > 0 || always.includes(name)) counts.set(name, (counts.get(name) ?? 0) + value);
  };

  return {
    add,
    addProjected: (projected) => {
      add('ItemsDamaged', projected.damaged.length);
      if (projected.kind === 'empty') return;
      const { folded, rowsReplaced, refolds, alerts } = projected;
      add('ViewsStored', rowsReplaced);
      add('ViewsCurrent', rowsReplaced === 0 ? 1 : 0);
      add('Refolds', refolds);
      add('FoldsApproximated', folded.approximated ? 1 : 0);
      add('PendingEntries', folded.pending.length);
      for (const { type } of alerts) add(countOf[type]);
    },
    addLag: (lag) => {
      readings.push(lag);
    },
    publish: () => {
      for (const [name, value] of counts) metrics.count(name, value);
      for (const { replicationMs, oldestRecordMs } of readings) {
        for (const [from, valuesMs] of replicationMs)
          metrics.measure('ReplicationLagMs', valuesMs, { from, to: region });
        if (oldestRecordMs !== undefined) metrics.measure('ProjectorLagMs', [oldestRecordMs]);
      }
    },
  };
};

const always: readonly ProjectorCount[] = ['BatchRecords', 'BatchStreams'];

const countOf: Readonly<Record<CaseAlert['type'], ProjectorCount>> = {
  IllegalTransition: 'CasesOpened',
  ConflictNeedsReview: 'CasesOpened',
  CaseWithdrawn: 'CasesWithdrawn',
  CaseSettled: 'CasesSettled',
};
