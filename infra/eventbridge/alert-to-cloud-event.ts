/**
 * An alert as a CloudEvent 1.0 (structured JSON), and that as an entry of PutEvents.
 *
 * Alerts are published at least once, so the id is a function of what is said: of the case, what became of it, the cut
 * at which that was true and the version of the code that found so; of its review, the workflow and how often nobody had
 * decided in time; of the tampered entry, the change and when it happened. A repetition after a crash is then the same
 * event to every consumer, and two different ones never are.
 */
import { cutToToken } from '../../domain/ledger/cut.ts';
import { parseOrderStream } from '../../domain/ledger/stream-name.ts';
import type { Alert, AlertType } from '../../domain/ports/alert-bus.ts';
import { alertToTmf688, type Tmf688Event } from './alert-to-tmf688.ts';

export interface AlertCloudEvent {
  readonly specversion: '1.0';
  readonly id: string;
  readonly source: string;
  /** Not reverse-DNS, since Rejoin owns no domain: the product's name, then the alert's. */
  readonly type: `rejoin.${AlertType}`;
  readonly subject: string;
  readonly time: string;
  readonly datacontenttype: 'application/json';
  /** The extension attributes: what consumers filter by without looking into `data`. */
  readonly region: string;
  readonly tenant?: string;
  readonly caseid?: string;
  /** As a token. Of two events of one source and case the one with the larger cut is newer; of one cut, the larger version. */
  readonly cut?: string;
  /** Of the code that folded the cut. The larger as text is newer, whatever the cuts. */
  readonly version?: string;
  readonly data: Tmf688Event;
}

/** As PutEvents has it. */
export interface AlertEntry {
  readonly Source: 'rejoin';
  readonly DetailType: AlertType;
  readonly Resources: readonly string[];
  readonly Time: Date;
  readonly Detail: string;
  readonly EventBusName: string;
}

export const alertToCloudEvent = (alert: Alert): AlertCloudEvent => {
  const { type, stream, region, atMs } = alert;
  const id = alertId(alert);
  const tenant = parseOrderStream(stream)?.tenant;
  return {
    specversion: '1.0',
    id,
    source: `/rejoin/${region}`,
    type: `rejoin.${type}`,
    subject: stream,
    time: new Date(atMs).toISOString(),
    datacontenttype: 'application/json',
    region,
    ...(tenant === undefined ? {} : { tenant }),
    ...('caseId' in alert && { caseid: alert.caseId }),
    ...('cut' in alert && { cut: cutToToken(alert.cut), version: alert.version }),
    data: alertToTmf688(alert, id),
  };
};

export const alertToEntry = (alert: Alert, busName: string): AlertEntry => ({
  Source: 'rejoin',
  DetailType: alert.type,
  Resources: [alert.stream],
  Time: new Date(alert.atMs),
  Detail: JSON.stringify(alertToCloudEvent(alert)),
  EventBusName: busName,
});

/** Unique within the region that says so. An entry can be tampered with twice, so there the time is part of it. */
const alertId = (alert: Alert): string => {
  if ('change' in alert) return `${alert.stream}#${alert.position}.${alert.change}.${alert.atMs}`;
  const about = `${alert.caseId}.${alert.type}`;
  if ('cut' in alert) return `${about}.${cutToToken(alert.cut)}.${alert.version}`;
  const { workflow, escalations, outcome } = alert;
  return [about, workflow, escalations, ...(outcome === undefined ? [] : [outcome])].join('.');
};
