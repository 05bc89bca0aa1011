/**
 * What a decision about a case may come to in the ledger: the commands that the facts of a run and its checkers know it by.
 * Who chooses no status may be taken to say the one that stands.
 */
import type { Command } from '../../../domain/decide/command.ts';
import { retail } from '../../../domain/lifecycle/retail.ts';
import type { Resolution } from '../../../services/review/resolve-case.ts';
import { resolved } from '../../support/builders/retail-drafts.ts';
import { draftCommand } from '../workload/client.ts';

export const resolutionCommands = ({ caseId, outcome, reason, idempotencyKey }: Resolution): readonly Command[] => {
  const statuses = outcome.status === undefined ? [undefined, ...retail.statuses] : [outcome.status];
  return statuses.map((status) =>
    draftCommand(idempotencyKey, [resolved({ cases: [caseId], reason, ...(status !== undefined && { status }) })]),
  );
};
