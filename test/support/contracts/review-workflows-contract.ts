/**
 * What all workflows of the review promise, run by each adapter alike; above all that a name is one workflow, for ever.
 */
import { beforeEach, describe, expect, it } from 'vitest';
import type { ReviewAnswer, ReviewWorkflows, WorkflowInput } from '../../../domain/ports/review-workflows.ts';
import { workflowName } from '../../../domain/review/case-life.ts';
import { collect } from '../collect.ts';

export interface WorkflowsUnderTest {
  readonly workflows: ReviewWorkflows;
  /** Resolves with the newest token once the workflow waits for an answer. */
  readonly untilAsked: (name: string) => Promise<string>;
  /** Resolves with the answer that reached the workflow. */
  readonly untilAnswered: (name: string) => Promise<ReviewAnswer>;
  /** Resolves when it has ended. */
  readonly end: (name: string) => Promise<void>;
}

let cases = 0;

/** Of a case of its own. */
export const newWorkflow = (): WorkflowInput => ({
  stream: 'order/acme/1001',
  caseId: `01KAJ2Q8V4T6W3F0ZC5X${String(++cases).padStart(6, '0')}`,
  workflow: 1,
});

export const reviewWorkflowsContract = (name: string, open: () => Promise<WorkflowsUnderTest>): void => {
  describe(`${name} as workflows of the review`, () => {
    let tested: WorkflowsUnderTest;
    beforeEach(async () => {
      tested = await open();
    });
    const nameOf = ({ caseId, workflow }: WorkflowInput) => workflowName(caseId, workflow);
    const isRunning = async (input: WorkflowInput) => {
      const running = await collect(tested.workflows.running());
      expect(new Set(running).size).toBe(running.length);
      return running.includes(nameOf(input));
    };

    it('run under the name of their case and number', async () => {
      const [first, second] = [newWorkflow(), newWorkflow()];
      expect(await isRunning(first)).toBe(false);
      expect(await tested.workflows.start(first)).toBe('running');
      expect(await tested.workflows.start({ ...first, workflow: 2 })).toBe('running');
      expect([await isRunning(first), await isRunning({ ...first, workflow: 2 }), await isRunning(second)]).toEqual([
        true,
        true,
        false,
      ]);
    });

    it('run once, however often and by how many at once they are started', async () => {
      const input = newWorkflow();
      const starts = Array.from({ length: 5 }, () => tested.workflows.start({ ...input }));
      expect(new Set(await Promise.all(starts))).toEqual(new Set(['running']));
      expect(await isRunning(input)).toBe(true);
    });

    it('never run again once they have ended', async () => {
      const input = newWorkflow();
      await tested.workflows.start(input);
      await tested.end(nameOf(input));
      expect(await isRunning(input)).toBe(false);
      expect(await tested.workflows.start(input)).toBe('ended');
      expect(await isRunning(input)).toBe(false);
      expect(await tested.workflows.start({ ...input, workflow: 2 })).toBe('running');
    });

    it.each<{ readonly kind: string; readonly answer: ReviewAnswer }>([
      { kind: 'an empty answer', answer: {} },
      {
        kind: 'a decision',
        answer: {
          decision: {
            outcome: { status: 'cancelled', fields: { shippingAddress: { city: 'Saarbrücken 😀' } } },
            reason: 'zurück an den Händler',
            decidedBy: 'anna',
          },
        },
      },
    ])('go on with $kind, and take no second one', async ({ answer }) => {
      const input = newWorkflow();
      await tested.workflows.start(input);
      const token = await tested.untilAsked(nameOf(input));
      expect(await tested.workflows.answer(token, answer)).toBe('done');
      expect(await tested.untilAnswered(nameOf(input))).toEqual(answer);
      expect(await tested.workflows.answer(token, {})).toBe('gone');
      expect(await tested.workflows.beat(token)).toBe('gone');
    });

    it('take beats for as long as they wait', async () => {
      const input = newWorkflow();
      await tested.workflows.start(input);
      const token = await tested.untilAsked(nameOf(input));
      expect([await tested.workflows.beat(token), await tested.workflows.beat(token)]).toEqual(['done', 'done']);
    });

    it('know nobody under a token that was never theirs', async () => {
      expect(await tested.workflows.beat('nobody')).toBe('gone');
      expect(await tested.workflows.answer('nobody', {})).toBe('gone');
    });
  });
};
