/** How the case stands in every region, each asked by itself, so that one that is cut off keeps nobody waiting. */
import type { CaseReport } from '../../../order-api/cases/case-report.ts';
import type { OrderApi } from '../api/order-api.ts';
import type { Problem } from '../api/problem.ts';
import { Status } from '../components/status.tsx';
import { Time } from '../components/time.tsx';
import { useNow } from '../live/use-now.ts';
import { type Resource, useResource } from '../live/use-resource.ts';
import { ageText, agoText } from '../model/age-text.ts';
import { stateToWords } from '../model/case-words.ts';
import { concernsOrder } from '../model/changes.ts';
import { timesText } from '../model/count-text.ts';
import { caseRestMs } from '../model/tick-pace.ts';
import { usePlace } from '../place.ts';

export interface CaseRegionsProps {
  readonly caseId: string;
  readonly orderId: string | undefined;
  /** What the region that is read from has answered. */
  readonly here: Resource<CaseReport>;
}

export const CaseRegions = ({ caseId, orderId, here }: CaseRegionsProps) => {
  const { apis, api } = usePlace();
  return (
    <section class="card" aria-labelledby="case-regions">
      <h2 id="case-regions">In every region</h2>
      <table class="stacks">
        <thead>
          <tr>
            <th scope="col">Region</th>
            <th scope="col">The case is</th>
            <th scope="col">The order is</th>
            <th scope="col">Review there</th>
            <th scope="col">Complete to</th>
          </tr>
        </thead>
        <tbody>
          {apis.map((it) =>
            it === api ? (
              <RegionRow key={it.region} region={it.region} resource={here} isHere />
            ) : (
              <AskedRow key={it.region} api={it} caseId={caseId} orderId={orderId} />
            ),
          )}
        </tbody>
      </table>
    </section>
  );
};

interface AskedRowProps {
  readonly api: OrderApi;
  readonly caseId: string;
  readonly orderId: string | undefined;
}

const AskedRow = ({ api, caseId, orderId }: AskedRowProps) => {
  const { session, live } = usePlace();
  const resource = useResource<CaseReport>({
    key: `${api.region} ${caseId} ${orderId ?? ''}`,
    load: (signal) => api.readCase(caseId, orderId, signal),
    concerns: concernsOrder(session.tenant, orderId),
    restMs: () => caseRestMs(live.hasAlerts),
  });
  return <RegionRow region={api.region} resource={resource} />;
};

interface RegionRowProps {
  readonly region: string;
  readonly resource: Resource<CaseReport>;
  readonly isHere?: boolean;
}

const RegionRow = ({ region, resource: { value, problem, loadedAtMs }, isHere = false }: RegionRowProps) => (
  <tr>
    <th scope="row" data-label="Region">
      {region}
      {isHere && <small class="under">read from here</small>}
    </th>
    <td data-label="The case is">
      <span role="status">
        {value && <Status tone={stateToWords(value.state).tone}>{stateToWords(value.state).name}</Status>}
        {value && <span class="unseen"> in {region}</span>}
        {!value && !problem && <span class="quiet">asking …</span>}
        {problem && <Status tone="bad">{problemText(problem)}</Status>}
      </span>
      {value && problem && (
        <small class="under">
          as of <Time at={loadedAtMs} isClockOnly />
        </small>
      )}
    </td>
    <td data-label="The order is">
      {value && `${value.order.status}${value.order.provisional ? ' (provisional)' : ''}`}
    </td>
    <td data-label="Review there">{value && <ReviewThere report={value} />}</td>
    <td data-label="Complete to" class="mono">
      {value?.order.token.split(',').map((part) => (
        <div key={part}>{part}</div>
      ))}
    </td>
  </tr>
);

const problemText = ({ status, title, isSignedOut }: Problem): string => {
  if (isSignedOut) return 'not asked: your session has ended';
  if (status === 404) return 'does not know it yet';
  return status === 0 ? 'does not answer' : title;
};

const ReviewThere = ({ report: { life, state } }: { readonly report: CaseReport }) => {
  const nowMs = useNow();
  if (!life) return <span class="quiet">nothing remembered</span>;
  const { since, workflow, lookAt, askedAt, escalations } = life;
  const isOver = state === 'settled' || state === 'withdrawn';
  return (
    <>
      {life.state !== state && <div>{`${stateToWords(life.state).name} so far`}</div>}
      {since && (
        <div>
          since <Time at={since} />
        </div>
      )}
      {!isOver && (
        <small class="under">
          {workflow === 0 ? 'no workflow here' : `workflow ${workflow}`}
          {lookAt && Date.parse(lookAt) > nowMs && `, looks again in ${ageText(Date.parse(lookAt) - nowMs)}`}
          {askedAt && `, a person was asked ${agoText(nowMs - Date.parse(askedAt))}`}
          {escalations > 0 && `, escalated ${timesText(escalations)}`}
        </small>
      )}
    </>
  );
};
