/**
 * What one batch did, added up: a batch of a thousand records writes a few lines of metrics, not thousands.
 */
import type { KeyClass } from '../../domain/ledger/key-class.ts';
import type { CaseAlert } from '../../domain/ports/alert-bus.ts';
import type { Dimensions, ProjectorCount, ProjectorDuration, ProjectorMetrics } from '../../domain/ports/metrics.ts';
import type { Projected } from './project-stream.ts';

export interface BatchTally {
  readonly add: (name: ProjectorCount, value?: number) => void;
  readonly addProjected: (projected: Projected) => void;
  readonly addDuration: (name: ProjectorDuration, ms: number, of?: ReadingOf) => void;
  readonly publish: () => void;
}

/** Of an entry that another region accepted. */
export interface ReadingOf {
  readonly from: string;
  readonly keyClass: KeyClass;
}

export const createBatchTally = (metrics: ProjectorMetrics, region: string): BatchTally => {
  const counts = new Map<ProjectorCount, number>();
  const readings = new Map<string, Reading>();
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
    addDuration: (name, ms, of) => {
      const key = [name, of?.from, of?.keyClass].join(' ');
      const reading = readings.get(key) ?? { name, valuesMs: [], dimensions: of && { ...of, to: region } };
      reading.valuesMs.push(ms);
      readings.set(key, reading);
    },
    publish: () => {
      for (const [name, value] of counts) metrics.count(name, value);
      for (const { name, valuesMs, dimensions } of readings.values()) metrics.measure(name, valuesMs, dimensions);
    },
  };
};

interface Reading {
  readonly name: ProjectorDuration;
  readonly valuesMs: number[];
  readonly dimensions: Dimensions | undefined;
}

const always: readonly ProjectorCount[] = ['BatchRecords', 'BatchStreams'];

const countOf: Readonly<Record<CaseAlert['type'], ProjectorCount>> = {
  IllegalTransition: 'CasesOpened',
  ConflictNeedsReview: 'CasesOpened',
  CaseWithdrawn: 'CasesWithdrawn',
  CaseSettled: 'CasesSettled',
};
