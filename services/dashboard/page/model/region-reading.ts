/** What the page knows of one region when it draws: its newest answer, and whether it still gives any. Pure. */
import type { PlanAnswer, ReplicationAnswer } from '../../../write-plan/plan-answers.ts';

export interface RegionReading {
  readonly region: string;
  readonly reach: Reach;
  /** As it was answered last. Null where there is no write plan; undefined before the first answer. */
  readonly standing: Standing | null | undefined;
}

/** asking: nobody knows, be it that no answer has come yet or that nobody is signed in to ask. */
export type Reach = 'asking' | 'answering' | 'not-answering';

export interface Asked {
  readonly value: unknown;
  readonly problem: { readonly status: number; readonly isSignedOut: boolean } | undefined;
}

export const reachOf = ({ value, problem }: Asked): Reach => {
  if (problem?.isSignedOut) return 'asking';
  // Who says no does answer.
  if (problem) return problem.status === 0 || problem.status >= 500 ? 'not-answering' : 'answering';
  return value === undefined ? 'asking' : 'answering';
};

export interface Standing {
  readonly plan: PlanAnswer;
  readonly replication: ReplicationAnswer;
}

/** Of a region that answers now: old answers say nothing of how things stand. */
export const standingNow = ({ reach, standing }: RegionReading): Standing | undefined =>
  reach === 'answering' && standing ? standing : undefined;
