/**
 * Tells a run in words, for the report of a failure. Silent otherwise: words cost more than the events they tell.
 */
import type { Command } from '../../domain/decide/command.ts';
import { cutToToken } from '../../domain/ledger/cut.ts';
import type { CaseAlert } from '../../domain/ports/alert-bus.ts';
import type { LedgerItem } from '../../infra/dynamodb/entry-codec.ts';
import type { AppendOutcome } from '../../services/ledger/append-commands.ts';
import type { Change } from './model/replica.ts';
import type { ReviewEvent } from './model/review-event.ts';
import type { RowChange } from './model/view-tables.ts';

export interface Narrator {
  readonly tell: (words: string) => void;
  readonly tellChange: (change: Change<LedgerItem>) => void;
  readonly tellOutcome: (region: string, stream: string, command: Command, outcome: AppendOutcome) => void;
  readonly tellRow: (region: string, change: RowChange) => void;
  readonly tellAlert: (alert: CaseAlert) => void;
  readonly tellReview: (event: ReviewEvent) => void;
  readonly story: () => readonly string[];
}

export const createNarrator = (isOn: boolean, elapsedMs: () => number): Narrator => {
  const lines: string[] = [];
  const tell = (words: string): void => {
    if (isOn) lines.push(`${(elapsedMs() / 1000).toFixed(3).padStart(12)} s  ${words}`);
  };
  return {
    tell,
    tellChange: ({ region, item, from, before }) => {
      if (!isOn) return;
      const how = from === undefined ? (before ? 'rewritten in' : 'put in') : `arrives from ${from} in`;
      tell(`${item.stream} ${item.position} ${how} ${region}: ${whatItSays(item)}`);
    },
    tellOutcome: (region, stream, command, outcome) => {
      if (!isOn) return;
      const types = command.events.map(({ type }) => type).join(' + ');
      const at = 'entry' in outcome ? ` ${outcome.entry.position}` : '';
      tell(`${stream} ${region} answers ${command.idempotencyKey} (${types}): ${outcome.kind}${at}`);
    },
    tellRow: (region, { generation, stream, row }) => {
      if (!isOn) return;
      const what =
        row &&
        `${row.view.row.status} at ${cutToToken(row.view.cut)} by ${row.view.version}${row.view.unsaid ? `, ${row.view.unsaid.join()} unsaid` : ''}`;
      tell(`${stream} view in ${region} (${generation}): ${what ?? 'removed'}`);
    },
    tellAlert: ({ stream, region, type, caseId, cut, version }) => {
      if (isOn) tell(`${stream} alert in ${region}: ${type} ${caseId} at ${cutToToken(cut)} by ${version}`);
    },
    tellReview: (event) => {
      if (isOn) tell(`${reviewWords(event)} in ${event.region}`);
    },
    story: () => lines,
  };
};

const reviewWords = (event: ReviewEvent): string => {
  switch (event.kind) {
    case 'life': {
      const { stream, caseId, state, workflow, task } = event.life;
      return `${stream} case ${caseId} is ${state}, workflow ${workflow}${task ? `, task ${task.token}` : ''}`;
    }
    case 'said':
      return `${event.alert.stream} ${event.alert.type} of ${event.alert.caseId}-${event.alert.workflow}`;
    case 'resolved':
      return `${event.resolution.stream} decision on ${event.resolution.caseId}: ${event.outcome.kind}`;
    case 'dead-letter':
      return `dead letter of ${event.role}`;
    case 'started':
    case 'entered':
    case 'lost': {
      const { stream, caseId, workflow } = event.input;
      const what = event.kind === 'entered' ? `enters ${event.state}` : event.kind;
      return `${stream} workflow ${caseId}-${workflow} ${what}${event.kind === 'lost' ? ` (${event.error})` : ''}`;
    }
  }
};

const whatItSays = ({ id, body }: LedgerItem): string => {
  try {
    const { events, seen } = JSON.parse(body);
    const types = events.map(({ type }: { type: string }) => type).join(' + ');
    return `${types}, id ${id}, saw ${cutToToken(seen) || 'nothing'}`;
  } catch {
    return 'unreadable';
  }
};
