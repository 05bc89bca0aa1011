/**
 * How the reviews of one order stand in every region, for checkers that look when they have had their time.
 */

import type { Entry } from '../../../../domain/ledger/entry.ts';
import { resolutionType } from '../../../../domain/lifecycle/define-lifecycle.ts';
import type { LedgerItem } from '../../../../infra/dynamodb/entry-codec.ts';
import { caseStatesOfRow } from '../../../../projections/views/order-view.ts';
import { findCase } from '../../../../services/review/look-at-case.ts';
import type { GlobalTable } from '../../model/global-table.ts';
import { loadItems } from '../../model/simulated-event-store.ts';
import type { Region } from '../../region/region.ts';
import type { ReviewEvidence, ReviewedRegion } from '../checker.ts';

export const reviewEvidenceOf = (
  stream: string,
  { table, regions }: { readonly table: GlobalTable<LedgerItem>; readonly regions: readonly Region[] },
): ReviewEvidence => ({ stream, regions: regions.map((region) => lookAt(stream, region, table)) });

/** Whether it says that it decides about the case. */
export const decides = ({ events }: Pick<Entry, 'events'>, caseId: string): boolean =>
  events.some((event) => {
    const { cases } = event.data;
    return isDecision(event) && Array.isArray(cases) && cases.includes(caseId);
  });

const isDecision = ({ type }: Entry['events'][number]): boolean => type === resolutionType;

const lookAt = (stream: string, region: Region, table: GlobalTable<LedgerItem>): ReviewedRegion => {
  const { name, code, review } = region;
  const { entries } = loadItems(stream, table.query(name, stream));
  const newest = code.newest();
  const folded = newest.fold(entries);
  const row = region.liveRow(stream)?.view;
  const listed = row?.version === newest.version ? caseStatesOfRow(row.row) : undefined;
  const lives = region.lives().filter((life) => life.stream === stream);
  const runs = review?.workflows.runs().filter(({ input }) => input.stream === stream) ?? [];
  const caseIds = [...folded.cases, ...lives.map(({ caseId }) => ({ id: caseId }))].map(({ id }) => id);
  return {
    name,
    version: newest.version,
    isSwept: region.lives().length > 0,
    find: (caseId) => findCase({ entries, lifecycle: newest.lifecycle, folded }, caseId),
    isListed: (caseId) => listed && (listed.get(caseId) ?? 'settled') !== 'settled',
    caseIds: [...new Set([...caseIds, ...runs.map(({ input }) => input.caseId)])],
    decisions: entries.filter(({ events }) => events.some(isDecision)).map(({ id }) => id),
    lives,
    runs,
    awaits: (token) => review?.workflows.awaits(token) === true,
  };
};
