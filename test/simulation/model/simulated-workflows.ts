/**
 * Step Functions of one region, running the definition that is deployed, and the port through which the review's functions
 * reach it: each request an I/O step that may fail, or be done and not answered.
 */
import type { Clock } from '../../../domain/ports/clock.ts';
import type { ReviewAnswer, ReviewWorkflows, WorkflowInput } from '../../../domain/ports/review-workflows.ts';
import { workflowName } from '../../../domain/review/case-life.ts';
import type { RandomStreams } from '../kernel/random-streams.ts';
import type { Scheduler } from '../kernel/scheduler.ts';
import type { Requests } from './faulty-requests.ts';
import type { ReviewEvent } from './review-event.ts';
import { type Execution, type ExecutionDeps, execute } from './state-machine.ts';
import { readReviewMachine } from './state-machine-definition.ts';

export interface WorkflowService {
  readonly start: (input: WorkflowInput) => 'running' | 'ended';
  /** As ListExecutions says it: what began or ended just now may be missing, or there. */
  readonly listed: () => readonly string[];
  readonly answer: (token: string, answer: ReviewAnswer) => 'done' | 'gone';
  readonly beat: (token: string) => 'done' | 'gone';
  /** As it is, for who knows all. */
  readonly runs: () => readonly WorkflowRun[];
  readonly awaits: (token: string) => boolean;
}

export interface WorkflowRun {
  readonly input: WorkflowInput;
  readonly execution: Pick<Execution, 'state' | 'end' | 'awaits'>;
}

export interface WorkflowServiceDeps extends Pick<ExecutionDeps, 'runTask' | 'askTimeoutMs'> {
  readonly name: string;
  readonly scheduler: Scheduler;
  readonly randomStreams: RandomStreams;
  /** Timestamps are the region's. */
  readonly clock: Clock;
  readonly onReview: (event: ReviewEvent) => void;
}

interface Run extends WorkflowRun {
  readonly execution: Execution;
  readonly startedAtMs: number;
  endedAtMs: number | undefined;
}

export const createWorkflowService = (deps: WorkflowServiceDeps): WorkflowService => {
  const { name: region, scheduler, clock, onReview } = deps;
  const random = deps.randomStreams(`workflows ${region}`);
  const runs = new Map<string, Run>();
  const runByToken = new Map<string, Run>();

  const begin = (name: string, input: WorkflowInput): void => {
    const newToken = (): string => {
      const token = `${region}/${runByToken.size + 1}`;
      runByToken.set(token, run);
      return token;
    };
    const onEnter = (state: string): void => {
      onReview({ kind: 'entered', region, input, state });
    };
    const onLost = (_: string, error: string): void => onReview({ kind: 'lost', region, input, error });
    const onEnd = (): void => {
      run.endedAtMs = scheduler.nowMs();
    };
    const { nowMs } = clock;
    const execution = execute({ ...deps, nowMs, draw: random.next, newToken, onEnter, onEnd, onLost }, machine, input);
    onReview({ kind: 'started', region, input });
    const run: Run = { input, execution, startedAtMs: scheduler.nowMs(), endedAtMs: undefined };
    runs.set(name, run);
  };

  const isListed = ({ startedAtMs, endedAtMs }: Run): boolean => {
    const changedAtMs = endedAtMs ?? startedAtMs;
    const isTrue = endedAtMs === undefined;
    return scheduler.nowMs() - changedAtMs < listLagMs && random.chance(0.5) ? !isTrue : isTrue;
  };

  return {
    start: (input) => {
      const name = workflowName(input.caseId, input.workflow);
      const known = runs.get(name);
      if (!known) begin(name, input);
      else if (known.input.stream !== input.stream) throw new Error(`${name} is a workflow of ${known.input.stream}`);
      return known?.execution.end() === undefined ? 'running' : 'ended';
    },
    listed: () => [...runs].flatMap(([name, run]) => (isListed(run) ? [name] : [])),
    answer: (token, answer) => (runByToken.get(token)?.execution.answer(token, answer) ? 'done' : 'gone'),
    beat: (token) => (runByToken.get(token)?.execution.beat(token) ? 'done' : 'gone'),
    runs: () => [...runs.values()],
    awaits: (token) => runByToken.get(token)?.execution.awaits(token) === true,
  };
};

const machine = readReviewMachine();

const listLagMs = 5_000;

export const createSimulatedWorkflows = (
  service: WorkflowService,
  { request }: Pick<Requests, 'request'>,
): ReviewWorkflows => ({
  start: (input) => request('start workflow', () => service.start(input)),
  running: async function* () {
    for (let names = await request('list workflows', service.listed), at = 0; ; at += pageNames) {
      yield* names.slice(at, at + pageNames);
      if (at + pageNames >= names.length) return;
      names = await request('list more workflows', () => names);
    }
  },
  answer: (token, answer) => request('answer workflow', () => service.answer(token, answer)),
  beat: (token) => request('beat for task', () => service.beat(token)),
});

const pageNames = 50;
