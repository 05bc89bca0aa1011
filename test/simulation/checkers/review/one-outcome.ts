/**
 * However often and wherever a case was decided, it has one outcome: all regions that run the same code name the same
 * decision. A life may name
 * another that its region heard of first, but nothing that is no decision. And one decision says one thing, however often and wherever it is sent.
 */

import { decisionKeyPrefix } from '../../workload/people.ts';
import type { Checker } from '../checker.ts';
import { lifeOf } from './review-checker.ts';

export const oneOutcome = (): Checker => ({
  invariant: '5 a case has one outcome',
  checkStream: ({ stream, replicas }) => {
    for (const { region, folded, loaded } of replicas)
      for (const { position, reasons } of folded.cases) {
        const key = loaded.entries.find((entry) => entry.position === position)?.idempotencyKey;
        if (reasons.includes('key-reused') && key?.startsWith(decisionKeyPrefix))
          return `${position} of ${stream} says in ${region} something else than ${key} said elsewhere`;
      }
    return undefined;
  },
  checkReview: ({ stream, regions }) => {
    const settlerOf = new Map<string, string>();
    for (const region of regions)
      for (const caseId of region.caseIds) {
        const finding = region.find(caseId);
        if (finding.kind !== 'settled') continue;
        const { settledBy } = finding;
        const key = `${caseId} by ${region.version}`;
        const other = settlerOf.get(key) ?? settledBy;
        settlerOf.set(key, other);
        if (other !== settledBy) return `case ${caseId} of ${stream} is settled by ${other} and by ${settledBy}`;
        const named = lifeOf(region, caseId)?.settledBy;
        if (named !== undefined && !region.decisions.includes(named))
          return `${named}, which is no decision, has settled case ${caseId} of ${stream} in ${region.name}`;
      }
    return undefined;
  },
});
