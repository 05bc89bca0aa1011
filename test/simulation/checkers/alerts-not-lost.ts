/**
 * No alert is lost: at rest the last one of every case says what the live row says, and of a case that somebody was told
 * to look at and that is none any more, that it was withdrawn.
 */
import { caseStatesOfRow } from '../../../projections/views/order-view.ts';
import type { Checker, ReplicaEvidence, Words } from './checker.ts';
import { createLastAlerts, type LastAlert } from './last-alerts.ts';

export const alertsNotLost = (): Checker => {
  const lastAlerts = createLastAlerts();
  return {
    invariant: '5 no alert is lost',
    onAlert: ({ alert }) => void lastAlerts.hear(alert),
    checkStream: ({ stream, isAtRest, replicas }) => {
      if (!isAtRest) return undefined;
      for (const replica of replicas) {
        const words = wrongCases(replica, lastAlerts.of(replica.region, stream));
        if (words) return `${stream} in ${replica.region}: ${words}`;
      }
      return undefined;
    },
  };
};

const wrongCases = ({ row }: ReplicaEvidence, said: ReadonlyMap<string, LastAlert>): Words => {
  if (row?.view.unsaid) return `${row.view.unsaid.join()} are still unsaid`;
  const states = row ? caseStatesOfRow(row.view.row) : new Map<string, string>();
  for (const [caseId, state] of states) {
    const last = said.get(caseId)?.state;
    if (last !== state) return `case ${caseId} is ${state}, and the last alert of it says ${last ?? 'nothing'}`;
  }
  for (const [caseId, { state }] of said)
    if (!states.has(caseId) && state !== 'withdrawn' && state !== 'settled')
      return `the last alert of case ${caseId} says ${state}, and there is no such case`;
  return undefined;
};
