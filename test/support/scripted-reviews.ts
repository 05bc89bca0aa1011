/**
 * Workflows that run the real definition, with a function that asks at once and is content with any decision: for whoever
 * tests what lies around them.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import type { ReviewAnswer, ReviewWorkflows } from '../../domain/ports/review-workflows.ts';
import { workflowName } from '../../domain/review/case-life.ts';
import type { InvokeFunction } from '../../infra/world/step-functions/step-functions.ts';
import { collect } from './collect.ts';
import type { WorkflowsUnderTest } from './contracts/review-workflows-contract.ts';

export interface ScriptedReviews {
  readonly invoke: InvokeFunction;
  /** The message by which a person is asked. */
  readonly onAsked: (message: unknown) => void;
  readonly toTest: (workflows: ReviewWorkflows) => WorkflowsUnderTest;
}

interface Step {
  readonly caseId: string;
  readonly workflow: number;
  readonly answer?: ReviewAnswer;
}

export const createScriptedReviews = (): ScriptedReviews => {
  const tokens = new Map<string, string>();
  const answers = new Map<string, ReviewAnswer>();
  const nameOf = ({ caseId, workflow }: Step) => workflowName(caseId, workflow);
  const untilThere = async <Value>(values: ReadonlyMap<string, Value>, name: string): Promise<Value> => {
    for (;;) {
      const value = values.get(name);
      if (value !== undefined) return value;
      await sleep(5);
    }
  };
  return {
    invoke: async (_, payload) => {
      const step = payload as Step;
      if (step.answer) answers.set(nameOf(step), step.answer);
      const isDone = step.answer?.decision !== undefined;
      return { kind: 'returned', value: isDone ? { next: 'done' } : { next: 'ask', escalations: 0 } };
    },
    onAsked: (message) => {
      const { taskToken, ...step } = message as Step & { readonly taskToken: string };
      tokens.set(nameOf(step), taskToken);
    },
    toTest: (workflows) => ({
      workflows,
      untilAsked: (name) => untilThere(tokens, name),
      untilAnswered: (name) => untilThere(answers, name),
      end: async (name) => {
        const decision = { outcome: {}, reason: 'enough', decidedBy: 'test' };
        await workflows.answer(await untilThere(tokens, name), { decision });
        for (;;) {
          const running = await collect(workflows.running());
          if (!running.includes(name)) return;
          await sleep(5);
        }
      },
    }),
  };
};
