/** Functions of the review that die at a step of their way through the ports, and what has to be true when others went on. */
import { expect } from 'vitest';
import { isOpen } from '../../../domain/fold/folded-stream.ts';
import { LedgerFault } from '../../../domain/ports/event-store.ts';
import { isOver, workflowName } from '../../../domain/review/case-life.ts';
import type { ReviewFunctionsDeps } from '../../../services/review/review-functions.ts';
import type { ReviewRegion } from '../../support/review-region.ts';

export interface Death {
  /** Of the calls to ports, from 0. */
  readonly step: number;
  readonly when: 'before' | 'after';
}

/** More than any function makes. */
const stepsMax = 16;

export const deaths: readonly Death[] = Array.from({ length: stepsMax }, (_, step) =>
  (['before', 'after'] as const).map((when) => ({ step, when })),
).flat();

/** Called around every call to a port. */
export type Around = <Result>(call: () => Promise<Result>) => Promise<Result>;

export const around = (deps: ReviewFunctionsDeps, call: Around): ReviewFunctionsDeps => ({
  ...deps,
  eventStore: { load: (...given) => call(() => deps.eventStore.load(...given)) },
  lives: {
    ...deps.lives,
    read: (ref) => call(() => deps.lives.read(ref)),
    replace: (...given) => call(() => deps.lives.replace(...given)),
  },
  workflows: {
    ...deps.workflows,
    start: (input) => call(() => deps.workflows.start(input)),
    answer: (...given) => call(() => deps.workflows.answer(...given)),
    beat: (token) => call(() => deps.workflows.beat(token)),
  },
  alertBus: { publish: (alerts) => call(() => deps.alertBus.publish(alerts)) },
  regionWatch: { look: () => call(() => deps.regionWatch.look()) },
  resolve: (resolution) => call(() => deps.resolve(resolution)),
});

/** Nothing that is called after the death is done. */
export const dying = (deps: ReviewFunctionsDeps, { step, when }: Death) => {
  let calls = 0;
  const state = { isDead: false };
  const call: Around = async (work) => {
    if (state.isDead || (calls === step && when === 'before')) throw death(state);
    const isLast = calls++ === step;
    const result = await work();
    if (isLast) throw death(state);
    return result;
  };
  return { deps: around(deps, call), state };
};

const death = (state: { isDead: boolean }): LedgerFault => {
  state.isDead = true;
  return new LedgerFault('unavailable', 'died');
};

/** The life is where the ledger is: an open case has one workflow, the newest; any other has none. */
export const expectConsistent = async (region: ReviewRegion, caseId: string, hint = ''): Promise<void> => {
  const { cases } = await region.folded();
  const isWaiting = cases.some((it) => it.id === caseId && isOpen(it));
  const life = await region.life(caseId);
  const names = region.workflows
    .runningInputs()
    .filter((input) => input.caseId === caseId)
    .map((input) => workflowName(caseId, input.workflow));
  if (!isWaiting) {
    expect(life && isOver(life), `${hint}: the life is over`).toBe(true);
    expect(names, `${hint}: no workflow runs`).toEqual([]);
    return;
  }
  expect(['waiting', 'with-a-person'], hint).toContain(life?.state);
  expect(names, `${hint}: one workflow runs`).toEqual([workflowName(caseId, life?.workflow ?? 0)]);
  if (life?.task) expect(await region.workflows.beat(life.task.token), `${hint}: the token is good`).toBe('done');
};
