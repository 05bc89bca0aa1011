/**
 * A decision from the first choice to the region's answer. What somebody wrote stays through refreshes, other regions, lost
 * answers and an order that moves on; only what was stored is done.
 */
import { useRef, useState } from 'preact/hooks';
import type { CaseReport } from '../../../../order-api/cases/case-report.ts';
import type { ResolutionAnswer } from '../../../../order-api/cases/take-resolution.ts';
import { type Problem, toProblem } from '../../api/problem.ts';
import { type DecisionDraft, decisionBody, emptyDraft, isDecision, readDraft } from '../../model/decision-draft.ts';
import { usePlace } from '../../place.ts';

export interface DecisionInProgress {
  readonly draft: DecisionDraft;
  readonly change: (part: Partial<DecisionDraft>) => void;
  /** The report that the person has looked at; what came after it is news. */
  readonly seen: CaseReport | undefined;
  /** The person has looked at what is shown now. */
  readonly look: () => void;
  /** The person has asked to decide, so what is missing is said. */
  readonly isAsked: boolean;
  /** What would be stored is shown for a last look: of the order exactly as it is shown now. */
  readonly isConfirming: boolean;
  readonly isSending: boolean;
  /** Goes on to the last look. */
  readonly ask: () => void;
  /** Back from the last look. */
  readonly edit: () => void;
  readonly send: () => void;
  readonly refused: RefusedDecision | undefined;
  readonly answer: ResolutionAnswer | undefined;
}

export interface RefusedDecision {
  readonly problem: Problem;
  /** The one that was asked. */
  readonly region: string;
}

export const useDecision = (report: CaseReport | undefined, refresh: () => void): DecisionInProgress => {
  const { api } = usePlace();
  const [draft, setDraft] = useState(emptyDraft);
  const [seen, setSeen] = useState<CaseReport>();
  const [isAsked, setIsAsked] = useState(false);
  const [confirmed, setConfirmed] = useState<string>();
  const [isSending, setIsSending] = useState(false);
  const [refused, setRefused] = useState<RefusedDecision>();
  const [answer, setAnswer] = useState<ResolutionAnswer>();
  const keyOf = useIdempotencyKey();
  const isConfirming = confirmed !== undefined && report !== undefined && confirmed === momentOf(report);

  const send = async (): Promise<void> => {
    const decision = report && readDraft(report, draft);
    if (!decision || !isDecision(decision) || isSending) return;
    const { caseId, orderId, order } = report;
    const body = decisionBody(report, decision);
    setIsSending(true);
    setRefused(undefined);
    try {
      setAnswer(await api.resolveCase({ caseId, orderId, token: order.token, idempotencyKey: keyOf(body), body }));
      setDraft(emptyDraft);
      setConfirmed(undefined);
    } catch (error) {
      const problem = toProblem(error);
      setRefused({ problem, region: api.region });
      // Where nobody knows what became of it, the same decision is sent again as it is.
      if (problem.status >= 400 && problem.status < 500 && problem.status !== 429) setConfirmed(undefined);
    }
    setIsSending(false);
    refresh();
  };

  return {
    draft,
    change: (part) => {
      setDraft((before) => ({ ...before, ...part }));
      setSeen((before) => before ?? report);
      setConfirmed(undefined);
    },
    seen,
    look: () => {
      setSeen(report);
      setRefused(undefined);
    },
    isAsked,
    isConfirming,
    isSending,
    ask: () => {
      setIsAsked(true);
      if (!report || !isDecision(readDraft(report, draft))) return;
      setRefused(undefined);
      setSeen(report);
      setConfirmed(momentOf(report));
    },
    edit: () => {
      if (!isSending) setConfirmed(undefined);
    },
    send: () => void send(),
    refused,
    answer,
  };
};

/** What is confirmed is confirmed of this region's order as it was shown. */
const momentOf = ({ region, order }: CaseReport): string => `${region} ${order.token}`;

/** One key for as long as the decision is the same, whichever region hears it. */
const useIdempotencyKey = (): ((body: unknown) => string) => {
  const current = useRef<{ readonly text: string; readonly key: string } | undefined>(undefined);
  return (body) => {
    const text = JSON.stringify(body);
    if (current.current?.text !== text) current.current = { text, key: crypto.randomUUID() };
    return current.current.key;
  };
};
