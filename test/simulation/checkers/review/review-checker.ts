/**
 * What the checkers of reviews are given beyond what the others have, and what several of them ask.
 */

import type { LedgerItem } from '../../../../infra/dynamodb/entry-codec.ts';
import type { Facts } from '../../facts.ts';
import type { ReviewOptions } from '../../faults/review-options.ts';
import type { GlobalTable } from '../../model/global-table.ts';
import type { Silence } from '../../model/silence.ts';
import type { Region } from '../../region/region.ts';
import type { ReviewedRegion } from '../checker.ts';

export interface ReviewCheckerDeps {
  readonly review?: ReviewOptions | undefined;
  readonly silence: Silence;
  readonly table: GlobalTable<LedgerItem>;
  readonly facts: Facts;
  readonly regionOf: (name: string) => Region | undefined;
  readonly nowMs: () => number;
  /** Since the faults are over; below 0 until then. */
  readonly calmMs: () => number;
}

/**
 * Cases that this region has to see to: open here, where its sweeper looks, and accepted here. A sweeper looks at tenants
 * of which an alert has arrived; where none has, for all that were lost, it waits for the next.
 */
export const ownOpenCases = (region: ReviewedRegion): readonly string[] =>
  region.caseIds.filter((caseId) => {
    if (!region.isSwept) return false;
    const finding = region.find(caseId);
    return finding.kind === 'open' && finding.entry.region === region.name && region.isListed(caseId) === true;
  });

export const lifeOf = (region: ReviewedRegion, caseId: string) => region.lives.find((it) => it.caseId === caseId);

export const runningOf = ({ runs }: ReviewedRegion, caseId: string) =>
  runs.filter(({ input, execution }) => input.caseId === caseId && execution.end() === undefined);
