/**
 * `POST /cases/{id}/resolution`: somebody decides a case. The first decision stands: whoever comes second is told what it
 * was, who made it and when, and nothing is stored.
 */
import type { Entry } from '../../../domain/ledger/entry.ts';
import { awaitReplication, type Replication } from '../../ledger/await-replication.ts';
import { type FoldedOrder, openStored } from '../../ledger/open-sealed.ts';
import { askUntil } from '../../ledger/wait.ts';
import { type Resolution, type ResolveOutcome, resolveCase } from '../../review/resolve-case.ts';
import { countAppended } from '../count-appended.ts';
import { type Answer, answerAccepted, answerCreated, answerOk, answerProblem, stateHeaders } from '../http-answer.ts';
import type { OrderApiDeps } from '../order-api-deps.ts';
import { traceIdOf } from '../read-headers.ts';
import { readWriteDemand, type WriteDemand } from '../read-wait.ts';
import { readWriteFrame } from '../read-write.ts';
import { type WrittenOrder, writtenOrder } from '../readable-order.ts';
import { type ApiRequest, type Read, read } from '../request.ts';
import { type CaseDecision, chooseDecisions } from './case-decision.ts';
import { findCasePlace, readPathCaseId } from './read-case.ts';
import { checkResolution, pointIntoBody, type ResolutionBody, readResolutionBody } from './resolution-body.ts';

export interface ResolutionAnswer {
  readonly caseId: string;
  /** Absent where the entry that settled the case is none that says so. */
  readonly decision?: CaseDecision;
  /** Somebody else had decided it; nothing was stored. */
  readonly decidedBefore?: true;
  readonly order: WrittenOrder;
  readonly replication?: Replication | undefined;
}

export const takeResolution =
  (deps: OrderApiDeps) =>
  async (apiRequest: ApiRequest): Promise<Answer> => {
    const demand = readWriteDemand(apiRequest, deps);
    if (demand.kind === 'refused') return answerProblem(demand.refusal);
    const request = readRequest(apiRequest, demand.value);
    if (request.kind === 'refused') return answerProblem(request.refusal);
    const { orderId, ...resolution } = request.value;
    const wrong = checkResolution(deps.lifecycle, resolution);
    if (wrong) return answerProblem(wrong);
    const { caseId } = resolution;
    const place = await findCasePlace(deps, { tenant: apiRequest.caller.tenant, caseId, orderId });
    if (!place) return answerProblem({ kind: 'unknown-case', caseId });
    const outcome = await runResolution(deps, { ...resolution, stream: place.stream }, demand.value);
    return answerOutcome(deps, outcome, { ...apiRequest, caseId, orderId: place.orderId, demand: demand.value });
  };

type RequestedResolution = Omit<Resolution, 'stream'> & Pick<ResolutionBody, 'orderId'>;

const readRequest = ({ event, caller }: ApiRequest, { after }: WriteDemand): Read<RequestedResolution> => {
  const caseId = readPathCaseId(event);
  if (caseId.kind === 'refused') return caseId;
  const frame = readWriteFrame(event);
  if (frame.kind === 'refused') return frame;
  const { idempotencyKey, expected, json } = frame.value;
  const body = readResolutionBody(json);
  if (body.kind === 'refused') return body;
  return read({
    ...body.value,
    caseId: caseId.value,
    actor: caller.actor,
    idempotencyKey,
    expected,
    after,
    traceId: traceIdOf(event),
  });
};

/** Until the time is up, a decision whose client has seen more than this region is tried again. Throws LedgerFault. */
const runResolution = async (
  deps: OrderApiDeps,
  resolution: Resolution,
  { wait }: WriteDemand,
): Promise<ResolveOutcome> => {
  const outcome = await askUntil(
    deps,
    wait,
    () => resolveCase(deps, resolution),
    ({ kind }) => kind !== 'not-covered',
  );
  if (outcome.kind === 'decided') countAppended(deps, [outcome.taken]);
  const { stream, caseId } = resolution;
  const entryId = outcome.kind === 'decided' ? outcome.taken.entry.id : undefined;
  deps.logger.info('resolution', { stream, caseId, outcome: outcome.kind, ...(entryId !== undefined && { entryId }) });
  return outcome;
};

interface AnswerContext extends Pick<ApiRequest, 'caller'> {
  readonly caseId: string;
  readonly orderId: string;
  readonly demand: WriteDemand;
}

const answerOutcome = async (
  deps: OrderApiDeps,
  outcome: ResolveOutcome,
  { caller, caseId, orderId, demand: { replicated, wait } }: AnswerContext,
): Promise<Answer> => {
  switch (outcome.kind) {
    case 'decided': {
      const { taken } = outcome;
      const { entry, folded } = taken;
      // Side by side, as for any other decision.
      const [replication, order, decision] = await Promise.all([
        replicated ? awaitReplication(deps, [entry], wait) : undefined,
        writtenOrder(deps, caller, { ...taken, orderId }),
        decisionOf(deps, taken, { caseId, entry }),
      ]);
      const answered: ResolutionAnswer = { caseId, ...(decision && { decision }), order, replication };
      const answer = replication?.missing.length ? answerAccepted : answerCreated;
      return answer(answered, {
        ...stateHeaders(folded),
        location: `/cases/${caseId}`,
        ...(taken.kind === 'replayed' && { 'idempotency-replayed': 'true' }),
      });
    }
    case 'decided-before': {
      const { entry, folded } = outcome;
      const [order, decision] = await Promise.all([
        writtenOrder(deps, caller, { ...outcome, orderId }),
        decisionOf(deps, outcome, { caseId, entry }),
      ]);
      const answered: ResolutionAnswer = { caseId, ...(decision && { decision }), decidedBefore: true, order };
      return answerOk(answered, { ...stateHeaders(folded), location: `/cases/${caseId}` });
    }
    case 'invalid-payload':
      return answerProblem(pointIntoBody(outcome));
    default:
      return answerProblem(outcome);
  }
};

/** What the entry decided about the case. What is stored is stored: a key that cannot be had now is no error. */
const decisionOf = async (
  deps: OrderApiDeps,
  order: FoldedOrder,
  { caseId, entry }: { readonly caseId: string; readonly entry: Entry },
): Promise<CaseDecision | undefined> => {
  const told = chooseDecisions({ ...order, lifecycle: deps.lifecycle, caseId });
  const open = await openStored(deps, order, told.sealed);
  return told.tell(open).find(({ entryId }) => entryId === entry.id);
};
