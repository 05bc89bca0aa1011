/**
 * `rejoin cases resolve`: decides a case as the order API would, straight on the tables of a region.
 *
 * An outcome that is chosen by its number is one of a certain state: that of --if-match, else the one that is here now. It
 * is decided at that state and no other, so a number never comes to mean something else on the way.
 */
import { fold } from '../../../domain/fold/fold.ts';
import { type Cut, coversEntry } from '../../../domain/ledger/cut.ts';
import type { Entry } from '../../../domain/ledger/entry.ts';
import { closedValue, type FoldedOrder, openStored } from '../../ledger/open-sealed.ts';
import { type CaseDecision, chooseDecisions } from '../../order-api/cases/case-decision.ts';
import { type CaseReport, reportCase } from '../../order-api/cases/case-report.ts';
import { type CasePlace, findCasePlace } from '../../order-api/cases/read-case.ts';
import { checkResolution, pointIntoBody } from '../../order-api/cases/resolution-body.ts';
import { type ApiRefusal, toProblem } from '../../order-api/http-problem.ts';
import type { OrderApiDeps } from '../../order-api/order-api-deps.ts';
import { type Resolution, type ResolveOutcome, resolveCase } from '../../review/resolve-case.ts';
import { exitClean, exitFailed, exitUsage } from '../exit-codes.ts';
import { printable } from '../text-table.ts';
import { writeJsonLine, writeOut } from '../write-out.ts';
import { outcomeText } from './case-text.ts';
import { type CasesDeps, type NamedCase, sayUnknown } from './cases.ts';

export type ChosenOutcome =
  /** Counted from 1, as `rejoin cases show` numbers them. */
  { readonly kind: 'offered'; readonly number: number } | { readonly kind: 'said'; readonly outcome: Outcome };

type Outcome = Resolution['outcome'];

export interface DecideOptions
  extends NamedCase,
    Pick<Resolution, 'reason' | 'alsoSettles' | 'actor' | 'idempotencyKey'> {
  readonly chosen: ChosenOutcome;
  /** The state that the person saw. */
  readonly ifMatch: Cut | undefined;
  readonly isJson: boolean;
}

export type DecideDeps = CasesDeps & Pick<OrderApiDeps, 'clock' | 'sha256' | 'writeGate' | 'metrics'>;

/** Returns the exit code: 1 also where somebody else had decided. Throws LedgerFault. */
export const decideCase = async (options: DecideOptions, deps: DecideDeps): Promise<number> => {
  const say = (line: string) => deps.errors.write(`${command}: ${line}\n`);
  const place = await findCasePlace(deps, options);
  if (!place) return sayUnknown(command, options, deps);
  const settled = await settleOutcome(options, place, deps);
  if (settled.kind === 'unknown') return sayUnknown(command, options, deps);
  if (settled.kind === 'refused') {
    say(settled.reason);
    return exitUsage;
  }
  const { caseId, reason, alsoSettles, actor, idempotencyKey } = options;
  const { outcome, expected } = settled;
  const resolution = { caseId, outcome, reason, alsoSettles, actor, idempotencyKey, expected, stream: place.stream };
  const wrong = checkResolution(deps.lifecycle, resolution);
  if (wrong) return sayRefusal(wrong, options, deps);
  try {
    return await sayOutcome(await resolveCase(deps, resolution), { ...options, outcome }, deps);
  } catch (error) {
    say(`it may have been stored. Repeat it, here or in another region, with --key ${idempotencyKey}`);
    throw error;
  }
};

const command = 'rejoin cases resolve';

type SettledOutcome =
  | { readonly kind: 'settled'; readonly outcome: Outcome; readonly expected: readonly Cut[] | undefined }
  | { readonly kind: 'refused'; readonly reason: string }
  | { readonly kind: 'unknown' };

const settleOutcome = async (
  options: DecideOptions,
  { stream, orderId, life }: CasePlace,
  deps: DecideDeps,
): Promise<SettledOutcome> => {
  const { chosen, ifMatch, caseId } = options;
  if (chosen.kind === 'said')
    return { kind: 'settled', outcome: chosen.outcome, expected: ifMatch === undefined ? undefined : [ifMatch] };
  const loaded = await deps.eventStore.load(stream);
  const entries = loaded.entries.filter((entry) => ifMatch === undefined || coversEntry(ifMatch, entry));
  const folded = fold(entries, deps.lifecycle);
  const report = await reportCase(deps, { caseId, orderId, life, region: deps.region, entries, folded });
  if (!report) return { kind: 'unknown' };
  const expected = [ifMatch ?? folded.cut];
  // Whoever decided it is the answer, whatever is asked for.
  if (report.outcomes.length === 0) return { kind: 'settled', outcome: {}, expected };
  const outcome = report.outcomes[chosen.number - 1]?.outcome;
  if (!outcome)
    return { kind: 'refused', reason: `--outcome must be from 1 to ${report.outcomes.length}: ${see(report)}` };
  const isClosed = Object.values(outcome.fields ?? {}).some((value) => isClosedValue(value));
  return isClosed
    ? {
        kind: 'refused',
        reason: 'the value is sealed, and its key is not here. Decide it in another region, or with --field',
      }
    : { kind: 'settled', outcome, expected };
};

const see = ({ caseId }: CaseReport): string => `rejoin cases show ${caseId}`;

const isClosedValue = (value: unknown): boolean => JSON.stringify(value) === JSON.stringify(closedValue);

const sayOutcome = async (
  resolved: ResolveOutcome,
  options: DecideOptions & { readonly outcome: Outcome },
  deps: DecideDeps,
): Promise<number> => {
  const { output, errors } = deps;
  const { caseId, isJson } = options;
  switch (resolved.kind) {
    case 'decided': {
      const { taken } = resolved;
      const decision = await decisionOf(deps, taken, caseId, taken.entry);
      const replayed = taken.kind === 'replayed';
      if (isJson) await writeJsonLine(output, { outcome: replayed ? 'replayed' : 'decided', caseId, decision });
      else {
        const again = replayed ? 'had been decided' : 'is decided';
        await writeOut(
          output,
          `${printable(`${caseId} ${again}: ${outcomeText(decision ?? {})}. The order is ${taken.folded.status}.`)}\n`,
        );
      }
      return exitClean;
    }
    case 'decided-before': {
      const decision = await decisionOf(deps, resolved, caseId, resolved.entry);
      if (isJson) await writeJsonLine(output, { outcome: 'decided-before', caseId, decision });
      errors.write(`${printable(`${command}: ${beforeText(decision)}, and nothing was stored`)}\n`);
      return exitFailed;
    }
    case 'invalid-payload':
      return sayRefusal(pointIntoBody(resolved), options, deps);
    default:
      return sayRefusal(resolved, options, deps);
  }
};

const beforeText = (decision: CaseDecision | undefined): string =>
  decision
    ? `${decision.actor ?? 'somebody'} had decided it in ${decision.region} at ${decision.decidedAt}: ${outcomeText(decision)} (${decision.reason})`
    : 'it had been decided';

const decisionOf = async (
  deps: DecideDeps,
  order: FoldedOrder,
  caseId: string,
  { id }: Entry,
): Promise<CaseDecision | undefined> => {
  const told = chooseDecisions({ ...order, lifecycle: deps.lifecycle, caseId });
  return told.tell(await openStored(deps, order, told.sealed)).find(({ entryId }) => entryId === id);
};

const sayRefusal = (refusal: ApiRefusal, { caseId, idempotencyKey }: DecideOptions, { errors }: DecideDeps): number => {
  const say = (line: string) => errors.write(`${command}: ${line}\n`);
  const { problem, headers } = toProblem(refusal, { pointerTo: () => '' });
  say([problem.title, problem.detail].filter((part) => part !== undefined).join('. '));
  switch (refusal.kind) {
    case 'invalid-payload':
      for (const { path, message } of refusal.issues) say(`${path.join(' ')}: ${message}`);
      return exitUsage;
    case 'key-reused':
      say('Leave --key out, or choose another');
      return exitUsage;
    case 'not-current':
      say(`Look at it again: rejoin cases show ${caseId}`);
      return exitFailed;
    default:
      if (headers['retry-after'] !== undefined) say(`Run it again: --key ${idempotencyKey}`);
      return exitFailed;
  }
};
