/**
 * Workflows in memory that do nothing by themselves: they remember which run and who waits for an answer. Whoever plays
 * the state machine asks, takes the answers and ends them; names and tokens obey the rules of Step Functions.
 */
import type { ReviewAnswer, ReviewWorkflows, WorkflowInput } from '../../domain/ports/review-workflows.ts';
import { workflowName } from '../../domain/review/case-life.ts';

export interface InMemoryReviewWorkflows extends ReviewWorkflows {
  /** Each that began, in order; one that ran already did not. */
  readonly started: () => readonly WorkflowInput[];
  readonly runningInputs: () => readonly WorkflowInput[];
  /** The workflow waits for an answer: returns the token. What it waited for before is over. */
  readonly ask: (name: string) => string;
  /** The answer that the workflow has got and not taken yet. */
  readonly take: (name: string) => ReviewAnswer | undefined;
  /** It waits no longer; nobody answered. */
  readonly giveUpAsking: (name: string) => void;
  readonly end: (name: string) => void;
  /** All that ran are gone, and their names free again: a local engine that was restarted. */
  readonly restart: () => void;
  readonly answers: () => readonly { readonly token: string; readonly answer: ReviewAnswer }[];
  /** Tokens, each time that one was beaten for. */
  readonly beats: () => readonly string[];
}

interface Run {
  readonly input: WorkflowInput;
  isRunning: boolean;
  token?: string | undefined;
  answer?: ReviewAnswer | undefined;
}

export const createInMemoryReviewWorkflows = (): InMemoryReviewWorkflows => {
  const runs = new Map<string, Run>();
  const started: WorkflowInput[] = [];
  const answers: { readonly token: string; readonly answer: ReviewAnswer }[] = [];
  const beats: string[] = [];
  let asked = 0;

  const runOf = (name: string): Run => {
    const run = runs.get(name);
    if (!run?.isRunning) throw new Error(`no workflow ${name} runs`);
    return run;
  };
  const waitingUnder = (token: string): Run | undefined =>
    [...runs.values()].find((run) => run.isRunning && run.token === token);

  return {
    start: async (input) => {
      const name = workflowName(input.caseId, input.workflow);
      const standing = runs.get(name);
      if (standing) return standing.isRunning && standing.input.stream === input.stream ? 'running' : 'ended';
      runs.set(name, { input: { ...input }, isRunning: true });
      started.push({ ...input });
      return 'running';
    },
    running: async function* () {
      for (const [name, { isRunning }] of [...runs]) if (isRunning) yield name;
    },
    answer: async (token, answer) => {
      const run = waitingUnder(token);
      if (!run) return 'gone';
      run.token = undefined;
      run.answer = structuredClone(answer);
      answers.push({ token, answer: run.answer });
      return 'done';
    },
    beat: async (token) => {
      if (!waitingUnder(token)) return 'gone';
      beats.push(token);
      return 'done';
    },
    started: () => [...started],
    runningInputs: () => [...runs.values()].filter(({ isRunning }) => isRunning).map(({ input }) => input),
    ask: (name) => {
      const run = runOf(name);
      const token = `token-${++asked}-of-${name}`;
      run.token = token;
      run.answer = undefined;
      return token;
    },
    take: (name) => {
      const run = runOf(name);
      const { answer } = run;
      run.answer = undefined;
      return answer;
    },
    giveUpAsking: (name) => {
      runOf(name).token = undefined;
    },
    end: (name) => {
      const run = runOf(name);
      run.isRunning = false;
      run.token = undefined;
    },
    restart: () => runs.clear(),
    answers: () => [...answers],
    beats: () => [...beats],
  };
};
