/**
 * The workflows that fetch a person for a case: in AWS, executions of one Step Functions state machine a region. They
 * know what to wait for and whom to ask; what a case is and how it stands is the ledger's alone.
 */
export interface ReviewWorkflows {
  /**
   * Starts one, unless it runs already. `ended`: it ran once and is over, and its name is used up. Throws LedgerFault.
   */
  start(input: WorkflowInput): Promise<'running' | 'ended'>;
  /** Names of those that run; one that was started or ended within seconds may be missing, or there. Throws LedgerFault. */
  running(): AsyncIterable<string>;
  /** The workflow goes on with the answer. `gone`: nobody waits under that token any more. Throws LedgerFault. */
  answer(token: string, answer: ReviewAnswer): Promise<'done' | 'gone'>;
  /** The case is still with a person: without a beat in time the workflow asks again. Throws LedgerFault. */
  beat(token: string): Promise<'done' | 'gone'>;
}

/** The same for ever for a workflow of one name. */
export interface WorkflowInput {
  readonly stream: string;
  readonly caseId: string;
  /** Its number; with the case it is the name. */
  readonly workflow: number;
}

/** Empty: look at the case again. With a decision: take it, as one that came through the API is taken. */
export interface ReviewAnswer {
  readonly decision?: {
    readonly outcome: { readonly status?: string; readonly fields?: Readonly<Record<string, unknown>> };
    readonly reason: string;
    /** Who decided; stored as the entry's actor. */
    readonly decidedBy: string;
  };
}
