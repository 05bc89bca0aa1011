/**
 * The safety net of the review, once a minute in every region: goes through all open cases of the live views, does for
 * each what is missing, and keeps the tasks of those that are with a person alive.
 *
 * Alerts bring a case here within moments; this is for alerts that got lost, workflows that ended early, a local world
 * that was restarted, and regions that have been silent for so long that another does their work. The views show what is
 * open; a case that is not any more, and whose life nobody has closed, is looked at as well.
 */
import { hasWorkflow, isOver, workflowName } from '../../domain/review/case-life.ts';
import { isElected } from '../../domain/review/elect-region.ts';
import type { LiveViews } from '../../projections/read-models/live-views.ts';
import { type CaseState, caseStatesOfRow, type OrderView } from '../../projections/views/order-view.ts';
import type { CaseRef } from './case-lives.ts';
import { openCase, sleepsTooLong } from './open-case.ts';
import type { Surroundings } from './region-watch.ts';
import type { ReviewDeps } from './review-deps.ts';

export interface SweepDeps extends ReviewDeps {
  readonly views: Pick<LiveViews<OrderView>, 'list'>;
}

export interface SweepOptions {
  /** False once the time of the run is up: the next one begins again. */
  readonly hasTime: () => boolean;
}

export interface SweepReport {
  readonly openCases: number;
  /** Cases that could not be looked at. */
  readonly failed: number;
  readonly isWhole: boolean;
}

/** Throws LedgerFault where nothing can be listed; one case that cannot be looked at keeps no other waiting. */
export const sweepCases = async (deps: SweepDeps, { hasTime }: SweepOptions): Promise<SweepReport> => {
  const { logger, metrics } = deps;
  const running = new Set<string>();
  for await (const name of deps.workflows.running()) running.add(name);
  const surroundings = await deps.regionWatch.look();
  const sweep: Sweep = { ...deps, running, surroundings, regionWatch: { look: async () => surroundings } };
  let [openCases, failed, isWhole] = [0, 0, true];
  const cases = openCasesOf(deps);
  // One listing for all workers: whoever is free takes the next.
  const work = async (): Promise<void> => {
    for await (const { state, isNoted, ...ref } of cases) {
      if (!hasTime()) {
        isWhole = false;
        return;
      }
      if (state !== undefined) openCases++;
      try {
        if (!isNoted) await deps.lives.noteUnfinished(ref);
        await (state === undefined ? finishCase(sweep, ref) : sweepCase(sweep, ref, state));
      } catch (error) {
        failed++;
        metrics.count('CasesNotSwept');
        logger.error('a case cannot be looked at', { ...ref, error: error as Error });
      }
    }
  };
  await Promise.all(Array.from({ length: casesAtOnceMax }, work));
  if (isWhole) metrics.gauge('OpenCases', openCases);
  else logger.warn('a sweep had no time for all open cases', { openCases });
  return { openCases, failed, isWhole };
};

interface ListedCase extends CaseRef {
  /** As a row has it; undefined where no row shows it as open. */
  readonly state: CaseState | undefined;
  /** Whether it is known to be unfinished. */
  readonly isNoted: boolean;
}

async function* openCasesOf({ lives, views }: SweepDeps): AsyncGenerator<ListedCase, void, undefined> {
  for await (const tenant of lives.tenants()) {
    const unfinished = new Map<string, CaseRef>();
    for await (const ref of lives.unfinished(tenant)) unfinished.set(ref.caseId, ref);
    const isOpen = new Set<string>();
    let after: string | undefined;
    do {
      const page = await views.list({ tenant, list: 'open-cases', limit: pageLimit, after });
      for (const { stream, row } of page.views)
        for (const [caseId, state] of caseStatesOfRow(row)) {
          if (state === 'settled') continue;
          isOpen.add(caseId);
          yield { stream, caseId, state, isNoted: unfinished.has(caseId) };
        }
      after = page.next;
    } while (after !== undefined);
    for (const ref of unfinished.values())
      if (!isOpen.has(ref.caseId)) yield { ...ref, state: undefined, isNoted: true };
  }
}

const pageLimit = 100;
/** Enough to hide the network: what a sweep does for most cases is one read. */
const casesAtOnceMax = 16;

interface Sweep extends ReviewDeps {
  readonly running: ReadonlySet<string>;
  readonly surroundings: Surroundings;
}

/** The alert that it is over may have been lost. Or the row is behind, and it is open. */
const finishCase = async (sweep: Sweep, ref: CaseRef): Promise<void> => {
  const life = await openCase(sweep, ref, (name) => sweep.running.has(name));
  if (!life || isOver(life)) await sweep.lives.noteFinished(ref);
  else if (life.task) await sweep.workflows.beat(life.task.token);
};

const sweepCase = async (sweep: Sweep, ref: CaseRef, state: CaseState): Promise<void> => {
  const { running, surroundings, workflows } = sweep;
  const { life } = await sweep.lives.read(ref);
  const isOurs = !life || isElected({ ...sweep, acceptedIn: life.acceptedIn, silent: surroundings.silent });
  // A workflow that is told to look sees by itself that the case is another region's again.
  if (life?.task) await (isOurs ? workflows.beat(life.task.token) : workflows.answer(life.task.token, {}));
  const isRunning = (name: string): boolean => running.has(name);
  // No case is left alone for longer than the longest grace period, unless the clock was ahead when that began.
  const graceMsMax = state === 'review' ? 0 : Math.max(...Object.values(sweep.grace));
  const isUrgent = life !== undefined && sleepsTooLong(life, sweep.clock.nowMs() + graceMsMax);
  if (life && !isUrgent && hasWorkflow(life) && isRunning(workflowName(life.caseId, life.workflow))) return;
  const isLeft = life && !isOurs && !hasWorkflow(life) && !isOver(life);
  if (!isLeft) await openCase(sweep, ref, isRunning);
};
