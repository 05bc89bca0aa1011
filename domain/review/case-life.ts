/**
 * How far the review of a case has come in one region: the case's life, as a state machine.
 *
 * Whether a case is open is the ledger's to say, and the fold says it alike everywhere. A life only remembers what this
 * region has done about it: which workflow was started, until when it waits, who was asked. So it may be lost or late and
 * nothing goes wrong but that somebody is asked again: whoever looks at a case compares life and ledger and takes the
 * one step that is missing. Pure: life and event in, life out.
 */

/**
 * open: the fold asks for a person, and no workflow fetches one here. waiting: a workflow waits out the grace period.
 * with-a-person: one was asked. settled: a resolution decided it. withdrawn: an entry arrived, and there is nothing to
 * decide. reopened: it had been settled or withdrawn, and something asks again; the next workflow is another.
 */
export const caseLifeStates = ['open', 'waiting', 'with-a-person', 'settled', 'withdrawn', 'reopened'] as const;
export type CaseLifeState = (typeof caseLifeStates)[number];
/** Nobody is asked any more. */
export type OverState = Extract<CaseLifeState, 'settled' | 'withdrawn'>;

export interface CaseLife {
  readonly caseId: string;
  readonly stream: string;
  /** Of the case's entry. */
  readonly position: string;
  /** The region that accepted that entry: its workflow fetches the person. */
  readonly acceptedIn: string;
  readonly state: CaseLifeState;
  /** When it came to be in this state. By this region's physical clock, as all times here. */
  readonly sinceMs: number;
  /** When this region found it open, the last time that it did. */
  readonly foundAtMs: number;
  /** The number of the newest workflow that was started here; 0 before the first. */
  readonly workflow: number;
  /** When that was; undefined before the first. */
  readonly startedAtMs?: number | undefined;
  /** While waiting: when the workflow looks again. */
  readonly lookAtMs?: number | undefined;
  /** While with a person. */
  readonly task?: ReviewTask | undefined;
  /** How often nobody decided in time, since it was found open. */
  readonly escalations: number;
  /** The resolution that settled it, while settled. */
  readonly settledBy?: string | undefined;
}

/** Whoever decides outside the API answers the workflow with the token. */
export interface ReviewTask {
  readonly token: string;
  readonly askedAtMs: number;
}

export type CaseLifeEvent =
  /** The fold asks for a person. */
  | { readonly kind: 'found-open' }
  /** Its number was drawn; the workflow begins right after. */
  | { readonly kind: 'workflow-drawn'; readonly lookAtMs: number }
  /** Of the newest workflow, as the next two. */
  | { readonly kind: 'waited'; readonly lookAtMs: number }
  | { readonly kind: 'person-asked'; readonly token: string }
  | { readonly kind: 'escalated'; readonly escalations: number }
  /** Another region fetches the person: there is no workflow here any more. */
  | { readonly kind: 'handed-over' }
  | { readonly kind: 'found-settled'; readonly settledBy: string }
  | { readonly kind: 'found-withdrawn' };

/** Undefined where the event changes nothing, as one that is told again, or cannot happen in this state. */
export const stepCaseLife = (life: CaseLife, event: CaseLifeEvent, nowMs: number): CaseLife | undefined => {
  const enter = (state: CaseLifeState, change: Partial<CaseLife> = {}): CaseLife => ({
    ...life,
    lookAtMs: undefined,
    task: undefined,
    settledBy: undefined,
    state,
    // Found when the clock was ahead: else nobody would be asked until it is there again.
    foundAtMs: Math.min(life.foundAtMs, nowMs),
    sinceMs: state === life.state ? life.sinceMs : nowMs,
    ...change,
  });
  switch (event.kind) {
    case 'found-open':
      return isOver(life) ? enter('reopened', { foundAtMs: nowMs, escalations: 0 }) : undefined;
    case 'workflow-drawn':
      return isOver(life)
        ? undefined
        : enter('waiting', { workflow: life.workflow + 1, startedAtMs: nowMs, lookAtMs: event.lookAtMs });
    case 'waited':
      return hasWorkflow(life) && life.lookAtMs !== event.lookAtMs
        ? enter('waiting', { lookAtMs: event.lookAtMs })
        : undefined;
    case 'person-asked':
      return hasWorkflow(life) && life.task?.token !== event.token
        ? enter('with-a-person', { task: { token: event.token, askedAtMs: nowMs } })
        : undefined;
    case 'escalated':
      return hasWorkflow(life) && life.escalations < event.escalations
        ? { ...life, escalations: event.escalations }
        : undefined;
    case 'handed-over':
      return hasWorkflow(life) ? enter('open') : undefined;
    case 'found-settled':
      return life.state === 'settled' && life.settledBy === event.settledBy
        ? undefined
        : enter('settled', { settledBy: event.settledBy });
    case 'found-withdrawn':
      return life.state === 'withdrawn' ? undefined : enter('withdrawn');
  }
};

export const beginCaseLife = (
  found: Pick<CaseLife, 'caseId' | 'stream' | 'position' | 'acceptedIn'>,
  nowMs: number,
): CaseLife => ({ ...found, state: 'open', sinceMs: nowMs, foundAtMs: nowMs, workflow: 0, escalations: 0 });

export const isOver = <Stated extends { readonly state: CaseLifeState }>(
  stated: Stated,
): stated is Stated & { readonly state: OverState } => stated.state === 'settled' || stated.state === 'withdrawn';

/** One runs here, as far as the life knows. */
export const hasWorkflow = ({ state }: Pick<CaseLife, 'state'>): boolean =>
  state === 'waiting' || state === 'with-a-person';

/** The name of a workflow's execution, for ever its own. */
export const workflowName = (caseId: string, workflow: number): string => `${caseId}-${workflow}`;
