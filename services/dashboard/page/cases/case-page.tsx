/** One case: what happened, what each side made of it, where it stands in every region, and the decision. */
import { useRef } from 'preact/hooks';
import type { CaseReport } from '../../../order-api/cases/case-report.ts';
import { ShortId } from '../components/case-name.tsx';
import { ProblemNote, Staleness } from '../components/resource-view.tsx';
import { useResource } from '../live/use-resource.ts';
import { concernsOrder } from '../model/changes.ts';
import { formatRoute, type Query } from '../model/route.ts';
import { caseRestMs } from '../model/tick-pace.ts';
import { usePlace } from '../place.ts';
import { CaseDecisions } from './case-decisions.tsx';
import { CaseHistory } from './case-history.tsx';
import { CaseRegions } from './case-regions.tsx';
import { CaseSides } from './case-sides.tsx';
import { CaseSummary } from './case-summary.tsx';
import { DecideSection } from './decide/decide-section.tsx';
import { useDecision } from './decide/use-decision.ts';

export interface CasePageProps {
  readonly caseId: string;
  readonly query: Query;
}

export const CasePage = ({ caseId, query }: CasePageProps) => {
  const { api, session, live } = usePlace();
  const orderId = useRef(query['order']);
  const resource = useResource<CaseReport>({
    key: `${api.region} ${caseId}`,
    load: async (signal) => {
      const report = await api.readCase(caseId, orderId.current, signal);
      orderId.current = report.orderId;
      return report;
    },
    concerns: (change) => concernsOrder(session.tenant, orderId.current)(change),
    restMs: () => caseRestMs(live.hasAlerts),
  });
  const { value: report, problem, refresh } = resource;
  // Here, so that what somebody wrote outlives whatever a region answers.
  const decision = useDecision(report, refresh);
  const what = `the case as ${api.region} has it`;
  return (
    <>
      <div class="case-title">
        <a href={formatRoute({ page: 'cases', query: {} })}>All cases</a>
        <h1>
          Case{' '}
          <span class="mono" title={caseId}>
            <ShortId id={caseId} />
          </span>
        </h1>
      </div>
      {report && <Staleness resource={resource} what={what} />}
      {!report && problem && <ProblemNote problem={problem} what={what} retry={refresh} />}
      {!report && !problem && <p class="quiet" role="status">{`Asking for ${what} …`}</p>}
      {report && <CaseSummary report={report} />}
      <CaseRegions caseId={caseId} orderId={orderId.current} here={resource} />
      {report && (
        <>
          <CaseDecisions report={report} />
          <CaseSides report={report} />
        </>
      )}
      <DecideSection report={report} decision={decision} />
      {report && <CaseHistory report={report} />}
    </>
  );
};
