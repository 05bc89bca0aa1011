/** `rejoin cases list` and `show`: what waits for a person, and all that it takes to decide it, as the order API has it. */
import { loadCovering } from '../../ledger/load-covering.ts';
import { noWait } from '../../ledger/wait.ts';
import { type CaseReport, reportCase } from '../../order-api/cases/case-report.ts';
import { type CasesQuery, type ListedCase, listCasesPage } from '../../order-api/cases/cases-page.ts';
import { findCasePlace } from '../../order-api/cases/read-case.ts';
import type { OrderApiDeps } from '../../order-api/order-api-deps.ts';
import { ageText } from '../age-text.ts';
import { exitClean, exitFailed } from '../exit-codes.ts';
import type { CommandIo } from '../run-on-region.ts';
import { textTable } from '../text-table.ts';
import { writeJsonLine, writeOut } from '../write-out.ts';
import { caseText } from './case-text.ts';

export type CasesDeps = CommandIo &
  Pick<
    OrderApiDeps,
    'views' | 'lives' | 'eventStore' | 'lifecycle' | 'region' | 'consistency' | 'random' | 'sleep' | 'personalData'
  > & { readonly nowMs: () => number };

interface Format {
  readonly isJson: boolean;
}

export const listCases = async (query: CasesQuery, { isJson }: Format, deps: CasesDeps): Promise<number> => {
  const { output, errors, nowMs } = deps;
  const { cases, cursor } = await listCasesPage(deps, query);
  if (isJson) {
    for (const listed of cases) await writeJsonLine(output, listed);
    if (cursor !== undefined) await writeJsonLine(output, { next: cursor });
    return exitClean;
  }
  if (cases.length > 0)
    await writeOut(
      output,
      textTable(
        head,
        cases.map((it) => toRow(it, nowMs())),
      ),
    );
  else errors.write(cursor === undefined ? 'There are none.\n' : 'There are none on this page.\n');
  if (cursor !== undefined) errors.write(`There are more: --cursor '${cursor.replaceAll("'", `'\\''`)}'\n`);
  return exitClean;
};

const head = ['case', 'order', 'state', 'since', 'accepted in', 'reasons', 'status', 'money', 'escalated'];

const toRow = (listed: ListedCase, nowMs: number): readonly string[] => [
  listed.caseId,
  listed.orderId,
  listed.state,
  listed.since === undefined ? '-' : `${ageText(nowMs - Date.parse(listed.since))} ago`,
  listed.region,
  listed.reasons?.join(', ') ?? '-',
  listed.order ? `${listed.order.status}${listed.order.provisional ? ' (provisional)' : ''}` : '-',
  listed.order ? moneyText(listed.order.money) : '-',
  String(listed.escalations),
];

export const moneyText = (money: Readonly<Record<string, number>>): string =>
  Object.entries(money)
    .map(([kind, amount]) => `${kind} ${amount}`)
    .join(', ');

export interface NamedCase {
  readonly tenant: string;
  readonly caseId: string;
  /** Where the region does not remember the case. */
  readonly orderId: string | undefined;
}

export const showCase = async (named: NamedCase, { isJson }: Format, deps: CasesDeps): Promise<number> => {
  const report = await findReport(named, deps);
  if (!report) return sayUnknown('rejoin cases show', named, deps);
  const context = { tenant: named.tenant, region: deps.region, nowMs: deps.nowMs() };
  if (isJson) await writeJsonLine(deps.output, report);
  else await writeOut(deps.output, caseText(report, context));
  return exitClean;
};

/** Throws LedgerFault. */
const findReport = async (named: NamedCase, deps: CasesDeps): Promise<CaseReport | undefined> => {
  const place = await findCasePlace(deps, named);
  if (!place) return undefined;
  const known = await loadCovering(deps, place.stream, { after: undefined, wait: noWait });
  if (known.kind === 'not-covered') return undefined;
  const { entries } = known.loaded;
  return reportCase(deps, { ...place, caseId: named.caseId, region: deps.region, entries, folded: known.folded });
};

/** Returns the exit code. */
export const sayUnknown = (command: string, { tenant, caseId, orderId }: NamedCase, { errors }: CommandIo): number => {
  const where = orderId === undefined ? `of ${tenant} in this region` : `in the order ${orderId} of ${tenant}`;
  const advice = orderId === undefined ? '. If you know its order, say --order' : '';
  errors.write(`${command}: there is no case ${caseId} ${where}${advice}\n`);
  return exitFailed;
};
