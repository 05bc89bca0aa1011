/**
 * The workflows of the review as executions of one Step Functions state machine.
 *
 * An execution's name is used up for 90 days after its end. As long as it runs, to start it again with the same input is
 * a success, so whoever lost an answer asks again.
 */
import {
  ListExecutionsCommand,
  SendTaskHeartbeatCommand,
  SendTaskSuccessCommand,
  type SFNClient,
  StartExecutionCommand,
} from '@aws-sdk/client-sfn';
import { LedgerFault } from '../../domain/ports/event-store.ts';
import type { ReviewWorkflows, WorkflowInput } from '../../domain/ports/review-workflows.ts';
import { workflowName } from '../../domain/review/case-life.ts';

export interface StepFunctionsWorkflowsDeps {
  readonly client: Pick<SFNClient, 'send'>;
  readonly stateMachineArn: string;
}

export const createStepFunctionsWorkflows = ({
  client,
  stateMachineArn,
}: StepFunctionsWorkflowsDeps): ReviewWorkflows => {
  async function* running(): AsyncGenerator<string> {
    let nextToken: string | undefined;
    do {
      const command = new ListExecutionsCommand({
        stateMachineArn,
        statusFilter: 'RUNNING',
        maxResults: executionsMax,
        nextToken,
      });
      const page = await orFault('list the workflows', () => client.send(command));
      for (const { name } of page.executions ?? []) if (name !== undefined) yield name;
      nextToken = page.nextToken;
    } while (nextToken !== undefined);
  }

  return {
    start: async (input) => {
      const name = workflowName(input.caseId, input.workflow);
      const command = new StartExecutionCommand({ stateMachineArn, name, input: workflowInputText(input) });
      return orFault(`start the workflow ${name}`, () =>
        client.send(command).then(
          () => 'running' as const,
          (error: unknown) => insteadOf(error, usedUpNames, 'ended' as const),
        ),
      );
    },
    running,
    answer: async (taskToken, answer) => {
      const command = new SendTaskSuccessCommand({ taskToken, output: JSON.stringify(answer) });
      return orFault('answer a workflow', () => client.send(command).then(done, orGone));
    },
    beat: async (taskToken) => {
      const command = new SendTaskHeartbeatCommand({ taskToken });
      return orFault('beat for a workflow', () => client.send(command).then(done, orGone));
    },
  };
};

/** The same text for ever, since another one under the same name is refused. */
export const workflowInputText = ({ stream, caseId, workflow }: WorkflowInput): string =>
  JSON.stringify({ stream, caseId, workflow });

/** What ListExecutions gives in one answer. */
const executionsMax = 1_000;

const done = () => 'done' as const;
const orGone = (error: unknown) => insteadOf(error, goneNames, 'gone' as const);

const usedUpNames: ReadonlySet<string> = new Set(['ExecutionAlreadyExists']);
const goneNames: ReadonlySet<string> = new Set(['TaskDoesNotExist', 'TaskTimedOut', 'InvalidToken']);
const throttlingNames = /Throttl|TooManyRequests|ExecutionLimitExceeded/;

const insteadOf = <Value>(error: unknown, names: ReadonlySet<string>, value: Value): Value => {
  if (names.has(nameOf(error))) return value;
  throw error;
};

const orFault = async <Done>(label: string, request: () => Promise<Done>): Promise<Done> => {
  try {
    return await request();
  } catch (cause) {
    const name = nameOf(cause);
    throw new LedgerFault(throttlingNames.test(name) ? 'throttled' : 'unavailable', `${label}: ${name}`, { cause });
  }
};

const nameOf = (error: unknown): string => (error instanceof Error ? error.name : 'unknown error');
