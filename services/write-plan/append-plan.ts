/**
 * Appends a change of plan to the stream `plan`, as any command is appended: with an actor, a reason and a key by which a
 * retry is known.
 *
 * A plan holds nothing personal, so no key service is asked for it: plans have to change on the days when services are gone.
 */
import type { ExpectedState } from '../../domain/decide/command.ts';
import { planStream } from '../../domain/ledger/stream-name.ts';
import type { Sha256 } from '../../domain/ports/digest.ts';
import type { PersonalData } from '../../domain/ports/personal-data.ts';
import { noWritePlan } from '../../domain/ports/write-gate-reader.ts';
import type { PlanChanged } from '../../domain/write-plan/plan-events.ts';
import { planChange, planLifecycle } from '../../domain/write-plan/plan-stream.ts';
import { type AppendDeps, type AppendOutcome, appendCommand } from '../ledger/append-commands.ts';

export type AppendPlanDeps = Omit<AppendDeps, 'lifecycle' | 'writeGate' | 'personalData'>;

export interface PlanAuthor {
  /** Who changes it: a person, or `region-agent`. */
  readonly actor: string;
  readonly source: 'operator' | 'region-agent';
  readonly idempotencyKey: string;
  readonly expected?: ExpectedState | undefined;
  readonly traceId?: string | undefined;
}

/** Throws LedgerFault. */
export const appendPlan = (deps: AppendPlanDeps, change: PlanChanged, author: PlanAuthor): Promise<AppendOutcome> => {
  const personalData = nothingPersonal(deps.sha256);
  return appendCommand({ ...deps, lifecycle: planLifecycle, writeGate: noWritePlan, personalData }, planStream, {
    kind: 'decision',
    events: [planChange(change)],
    ...author,
  });
};

const nothingPersonal = (sha256: Sha256): PersonalData => ({
  payloadDigest: async () => sha256,
  sealer: () => Promise.reject(new Error('a plan has nothing to seal')),
  opener: async () => () => undefined,
});
