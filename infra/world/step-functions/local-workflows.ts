/** The workflows of the review where Step Functions is in this process, and nobody has to speak its protocol. */
import type { ReviewWorkflows } from '../../../domain/ports/review-workflows.ts';
import { workflowName } from '../../../domain/review/case-life.ts';
import { workflowInputText } from '../../step-functions/step-functions-workflows.ts';
import type { StepFunctions } from './step-functions.ts';
import type { TaskOutcome } from './waiting-tasks.ts';

export const createLocalWorkflows = ({ executions, tasks, runningNames }: StepFunctions): ReviewWorkflows => ({
  start: async (input) => {
    const started = executions.start(workflowName(input.caseId, input.workflow), workflowInputText(input));
    return started === 'used-up' ? 'ended' : 'running';
  },
  running: async function* () {
    yield* runningNames();
  },
  answer: async (token, answer) => doneOrGone(tasks.succeed(token, JSON.parse(JSON.stringify(answer)))),
  beat: async (token) => doneOrGone(tasks.beat(token)),
});

const doneOrGone = (outcome: TaskOutcome): 'done' | 'gone' => (outcome === 'done' ? 'done' : 'gone');
