/**
 * One step of a case's life, stored by compare-and-set, and told before it is stored: a function that dies in between
 * tells it again, and two that race tell it twice, under one id.
 *
 * Whatever a step is decided on is looked at after the life was read. So a step that somebody else took meanwhile, on the
 * strength of something newer, makes this one look again, and none is ever undone by one that slept.
 */

import type { Entry } from '../../domain/ledger/entry.ts';
import type { ReviewAlert } from '../../domain/ports/alert-bus.ts';
import { LedgerFault } from '../../domain/ports/event-store.ts';
import { beginCaseLife, type CaseLife, stepCaseLife } from '../../domain/review/case-life.ts';
import type { CaseRef } from './case-lives.ts';
import type { ReviewDeps } from './review-deps.ts';

export interface LifeStep {
  readonly life: CaseLife;
  /** What people are told of it. */
  readonly alert?: Pick<ReviewAlert, 'type' | 'outcome'> | undefined;
  /** The token of a task that it ends. */
  readonly ends?: string | undefined;
}

export interface LifeChange<Seen> {
  /** Undefined leaves the life as it stands. */
  readonly step?: LifeStep | undefined;
  /** For the caller: what it was decided on, or what follows. */
  readonly seen: Seen;
}

export interface ChangedLife<Seen> {
  /** The one that stands. */
  readonly life: CaseLife | undefined;
  readonly seen: Seen;
}

export type LifeDeps = Pick<ReviewDeps, 'lives' | 'workflows' | 'alertBus' | 'region' | 'clock'>;

/** `change` is given the life as it stands, and again where somebody else changed it meanwhile. Throws LedgerFault. */
export const changeLife = async <Seen>(
  deps: LifeDeps,
  ref: CaseRef,
  change: (life: CaseLife | undefined) => LifeChange<Seen> | Promise<LifeChange<Seen>>,
): Promise<ChangedLife<Seen>> => {
  for (let tries = 1; tries <= changeTriesMax; tries++) {
    const { life, revision, isTaken } = await deps.lives.read(ref);
    const { step, seen } = await change(life);
    if (!step || isTaken) return { life, seen };
    if (step.ends !== undefined) await deps.workflows.answer(step.ends, {});
    if (step.alert) await deps.alertBus.publish([toAlert(deps, step.life, step.alert)]);
    if (await deps.lives.replace(step.life, revision)) return { life: step.life, seen };
  }
  throw new LedgerFault('unavailable', `change the life of the case ${ref.caseId}: lost ${changeTriesMax} races`);
};

/** The life of a case of which this region has none yet. */
export const bornOf = (entry: Entry, nowMs: number): CaseLife =>
  beginCaseLife({ caseId: entry.id, stream: entry.stream, position: entry.position, acceptedIn: entry.region }, nowMs);

/** Another region fetches the person. */
export const handOver = (life: CaseLife, nowMs: number): LifeStep | undefined => {
  const handed = stepCaseLife(life, { kind: 'handed-over' }, nowMs);
  return handed && { life: handed, alert: { type: 'ReviewEnded', outcome: 'handed-over' } };
};

/** Each race that is lost is somebody else's step. */
const changeTriesMax = 10;

const toAlert = (
  { region, clock }: Pick<ReviewDeps, 'region' | 'clock'>,
  { caseId, stream, workflow, escalations }: CaseLife,
  { type, outcome }: Pick<ReviewAlert, 'type' | 'outcome'>,
): ReviewAlert => ({
  type,
  stream,
  region,
  caseId,
  workflow,
  escalations,
  ...(outcome !== undefined && { outcome }),
  atMs: clock.nowMs(),
});
