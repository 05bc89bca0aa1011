/**
 * Makes a failing run of the write plan small: fewer faults, then fewer regions and a shorter time, as long as the same
 * invariant fails. What is left is told in words.
 */
import { planMishapNames, planSpellNames, type WritePlanOptions } from './options.ts';
import type { PlantedPlanBug } from './planted-bugs/planted-plan-bug.ts';
import { type PlanRunFailure, runWritePlan } from './write-plan-simulation.ts';

export interface ShrunkPlan {
  readonly options: WritePlanOptions;
  readonly failure: PlanRunFailure;
  readonly story: readonly string[];
}

/** Undefined when the options do not fail. */
export const shrinkPlan = async (
  failing: WritePlanOptions,
  planted?: PlantedPlanBug,
): Promise<ShrunkPlan | undefined> => {
  const first = await runWritePlan(failing, { planted });
  if (!first.failure) return undefined;
  const { invariant } = first.failure;
  let options = failing;
  let runsLeft = runsMax;
  /** Takes every change after which it still fails. */
  const reduce = async (changes: readonly Change[]): Promise<void> => {
    for (const change of changes) {
      const candidate = change(options);
      if (!candidate || runsLeft-- <= 0) continue;
      const { failure } = await runWritePlan(candidate, { planted });
      if (failure?.invariant === invariant) options = candidate;
    }
  };
  await reduce(fewerFaults);
  await reduce(lessWorld);
  const { failure } = await runWritePlan(options, { planted, isNarrated: true });
  return failure && { options, failure, story: failure.story.slice(-storyLinesMax) };
};

const runsMax = 40;
const storyLinesMax = 60;

/** Undefined where there is nothing to change. */
type Change = (options: WritePlanOptions) => WritePlanOptions | undefined;

const fewerFaults: readonly Change[] = [...planSpellNames, ...planMishapNames].map(
  (name) => (options) =>
    options.faults[name] > 0 ? { ...options, faults: { ...options.faults, [name]: 0 } } : undefined,
);

const lessWorld: readonly Change[] = [
  (options) => (options.regions > 2 ? { ...options, regions: 2 } : undefined),
  (options) => (options.isStrict ? { ...options, isStrict: false } : undefined),
  (options) => (options.clockRateError > 0 ? { ...options, clockRateError: 0 } : undefined),
  (options) => ({ ...options, durationMs: options.durationMs / 2 }),
];
