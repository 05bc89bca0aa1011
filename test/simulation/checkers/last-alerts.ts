/**
 * What people were told last of every case in a region.
 *
 * The last is the one of the largest cut and, of that, of the newest code, as consumers are told to take it: alerts are
 * delivered in no order, and an old projector that slept speaks last.
 */
import { type Cut, coversCut } from '../../../domain/ledger/cut.ts';
import type { CaseAlert } from '../../../domain/ports/alert-bus.ts';
import type { CaseState } from '../../../projections/views/order-view.ts';

export interface LastAlert {
  readonly state: CaseState | 'withdrawn';
  readonly cut: Cut;
  readonly version: string;
}

export interface LastAlerts {
  readonly hear: (alert: CaseAlert) => void;
  /** By the case's id. */
  readonly of: (region: string, stream: string) => ReadonlyMap<string, LastAlert>;
}

export const createLastAlerts = (): LastAlerts => {
  const lastByStream = new Map<string, Map<string, LastAlert>>();
  return {
    hear: ({ region, stream, caseId, type, cut, version }) => {
      const last = lastByStream.get(`${region} ${stream}`) ?? new Map<string, LastAlert>();
      lastByStream.set(`${region} ${stream}`, last);
      const before = last.get(caseId);
      if (!before || !isBefore({ cut, version }, before)) last.set(caseId, { state: states[type], cut, version });
    },
    of: (region, stream) => lastByStream.get(`${region} ${stream}`) ?? nothing,
  };
};

const nothing: ReadonlyMap<string, LastAlert> = new Map();

const states: Readonly<Record<CaseAlert['type'], LastAlert['state']>> = {
  IllegalTransition: 'illegal',
  ConflictNeedsReview: 'review',
  CaseSettled: 'settled',
  CaseWithdrawn: 'withdrawn',
};

type Dated = Pick<LastAlert, 'cut' | 'version'>;

/** Of one region: its cuts of a stream are in one line. */
export const isBefore = (left: Dated, right: Dated): boolean =>
  !coversCut(left.cut, right.cut) || (coversCut(right.cut, left.cut) && left.version < right.version);
