/**
 * The review in one region: its real functions, each run as an invocation that may die or sleep between any two I/O steps,
 * on this region's queues, workflows, control documents, bus and clock. The bus hands alerts to the queue of open-case; the
 * workflows run the definition that is deployed, which invokes decide-case and fills the queue of hold-case.
 */
import * as z from 'zod';
import type { CaseAlert } from '../../../domain/ports/alert-bus.ts';
import type { ReviewAnswer } from '../../../domain/ports/review-workflows.ts';
import { sha256 } from '../../../infra/node/sha256.ts';
import { decideCase } from '../../../services/review/decide-case.ts';
import { holdCase, type ReviewRequest } from '../../../services/review/hold-case.ts';
import { openCase } from '../../../services/review/open-case.ts';
import { type Resolution, type ResolveOutcome, resolveCase } from '../../../services/review/resolve-case.ts';
import { sweepCases } from '../../../services/review/sweep-cases.ts';
import type { Invocation } from '../kernel/invocation.ts';
import { createMessageQueue, type MessageQueue } from '../model/message-queue.ts';
import { createWorkflowService, type WorkflowService } from '../model/simulated-workflows.ts';
import type { TaskOutcome, TaskRequest } from '../model/state-machine.ts';
import { placeholder } from '../model/state-machine-definition.ts';
import { type Failed, orFault } from './or-fault.ts';
import { appendDepsOf } from './order-api.ts';
import type { ReviewRole } from './ports.ts';
import { resolutionCommands } from './resolution-command.ts';
import { createReviewPorts, type GivenToReview, type ReviewPortsDeps } from './review-ports.ts';

export interface RegionReview {
  readonly hear: (alert: CaseAlert) => void;
  /** What a person does; calls back if anybody answers. */
  readonly resolve: (resolution: Resolution, onAnswer: (answer: ResolveOutcome | Failed) => void) => void;
  /** What somebody does who was given the token. */
  readonly answer: (token: string, answer: ReviewAnswer) => void;
  readonly workflows: Pick<WorkflowService, 'runs' | 'awaits'>;
  /** No message is on its way. */
  readonly isDrained: () => boolean;
}

export const createRegionReview = (deps: ReviewPortsDeps): RegionReview => {
  const { name, scheduler, randomStreams, dice, host, clock, review, onReview, isReachable } = deps;

  const invoke = (role: ReviewRole, work: (given: GivenToReview, invocation: Invocation) => Promise<void>): void =>
    host.invoke(role, (invocation) => work(open(role, invocation), invocation));

  const decide = (input: DecideInput, onDone: (outcome: TaskOutcome) => void): void =>
    invoke('decide-case', async (given, invocation) => {
      const decideDeps = { ...given, sha256, resolve: (it: Resolution) => resolve(given, invocation, it) };
      const next = await orFault(decideCase(decideDeps, input));
      if ('code' in next) onDone({ kind: 'failed', error: next.code });
      else onDone({ kind: 'succeeded', output: next });
    });

  const resolve = async (given: GivenToReview, { sleep }: Invocation, resolution: Resolution) => {
    for (const command of resolutionCommands(resolution)) deps.facts.recordSent(resolution.stream, command);
    const outcome = await resolveCase(appendDepsOf(deps, clock, { ...given, sleep }), resolution);
    onReview({ kind: 'resolved', region: name, resolution, outcome });
    return outcome;
  };

  const runTask = createTasks(deps, { decide, ask: (request) => reviews.send(request) });
  const service = createWorkflowService({ ...deps, runTask, askTimeoutMs: review.askTimeoutMs });
  const open = createReviewPorts({ ...deps, service });

  /** By a function that says of each message whether it failed. */
  const queueOf = <Body>(
    role: ReviewRole,
    handle: (given: GivenToReview, body: Body) => Promise<unknown>,
  ): MessageQueue<Body> =>
    createMessageQueue<Body>({
      scheduler,
      random: randomStreams(`queue of ${role} ${name}`),
      dice,
      isReachable,
      invoke: (bodies, onAnswer) =>
        invoke(role, async (given) => {
          const failed: number[] = [];
          for (const [i, body] of bodies.entries()) if (await isFault(handle(given, body))) failed.push(i);
          onAnswer(failed);
        }),
      onDeadLetter: (_, sentAtMs) => onReview({ kind: 'dead-letter', region: name, role, sentAtMs }),
    });

  const alerts = queueOf<CaseAlert>('open-case', (given, alert) => {
    const { stream, caseId } = alert;
    return openCase(deps.planted?.believes?.(given, alert) ?? given, { stream, caseId });
  });
  const reviews = queueOf<ReviewRequest>('hold-case', holdCase);

  const sweep = (): void =>
    scheduler.after(review.sweepEveryMs, 'sweep', () => {
      sweep();
      if (!isReachable()) return;
      const startedMs = scheduler.nowMs();
      const hasTime = (): boolean => scheduler.nowMs() - startedMs < sweepMsMax;
      invoke('sweep', async (given) => void (await isFault(sweepCases(given, { hasTime }))));
    });
  sweep();

  return {
    hear: alerts.send,
    workflows: service,
    isDrained: () => alerts.isDrained() && reviews.isDrained(),
    answer: service.answer,
    resolve: (resolution, onAnswer) => {
      if (!isReachable()) return;
      invoke('reviewer', async (given, invocation) => onAnswer(await orFault(resolve(given, invocation, resolution))));
    },
  };
};

/** Less than a function may run. */
const sweepMsMax = 50_000;

const isFault = async (work: Promise<unknown>): Promise<boolean> => {
  const done = await orFault(work);
  return typeof done === 'object' && done !== null && 'kind' in done && done.kind === 'failed';
};

interface Reached {
  readonly decide: (input: DecideInput, onDone: (outcome: TaskOutcome) => void) => void;
  readonly ask: (request: ReviewRequest) => void;
}

/** What the state machine's tasks reach, unless they fail on the way. */
const createTasks = (deps: ReviewPortsDeps, { decide, ask }: Reached) => {
  const { name, scheduler, dice } = deps;
  const random = deps.randomStreams(`tasks ${name}`);
  const send = ({ QueueUrl, MessageBody }: z.infer<typeof sentMessage>): TaskOutcome => {
    if (QueueUrl === reviewsUrl) ask(reviewRequest.parse(MessageBody));
    else if (QueueUrl === deadLettersUrl) dice.reached('workflow gave up');
    else throw new Error(`nobody knows the queue ${QueueUrl}`);
    // Sent, and sent again.
    if (dice.strikes('lostAnswer', random)) return { kind: 'failed', error: 'SdkClientException' };
    return { kind: 'succeeded', output: {} };
  };
  return ({ resource, parameters }: TaskRequest, onDone: (outcome: TaskOutcome) => void): void => {
    const finish = (outcome: TaskOutcome): void =>
      scheduler.after(random.between(1, 30), 'task is done', () => onDone(outcome));
    if (!deps.isReachable()) finish({ kind: 'failed', error: 'ServiceException' });
    else if (dice.strikes('throttle', random)) finish({ kind: 'failed', error: 'TooManyRequestsException' });
    else if (resource === decideCaseArn) decide(decideInput.parse(parameters), finish);
    else finish(send(sentMessage.parse(parameters)));
  };
};

const decideCaseArn = placeholder('DecideCaseFunctionArn');
const reviewsUrl = placeholder('ReviewsQueueUrl');
const deadLettersUrl = placeholder('ReviewDeadLettersQueueUrl');

const text = z.string().min(1);
const workflowInput = { stream: text, caseId: text, workflow: z.int().min(1) };
const decideInput = z.object({
  ...workflowInput,
  step: z.enum(['look', 'decide', 'escalate']),
  answer: z.custom<ReviewAnswer>().optional(),
  escalations: z.int().optional(),
});
type DecideInput = z.infer<typeof decideInput>;
const reviewRequest = z.object({ ...workflowInput, taskToken: text });
const sentMessage = z.object({ QueueUrl: text, MessageBody: z.unknown() });
