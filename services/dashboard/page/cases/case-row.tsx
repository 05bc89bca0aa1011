/** One case of the queue: a row of its table, and a card on a phone. */
import type { ComponentChildren } from 'preact';
import type { ListedCase } from '../../../order-api/cases/cases-page.ts';
import { CaseLink, ShortId } from '../components/case-name.tsx';
import { Money } from '../components/money.tsx';
import { Status } from '../components/status.tsx';
import { Time } from '../components/time.tsx';
import { ageText, agoText } from '../model/age-text.ts';
import type { CaseTab } from '../model/case-queue.ts';
import { reasonToWords, stateToWords } from '../model/case-words.ts';
import { timesText } from '../model/count-text.ts';
import { formatRoute } from '../model/route.ts';
import { ulidTimeMs } from '../model/ulid-time.ts';

export interface CaseRowProps {
  readonly listed: ListedCase;
  /** It was here a moment ago. */
  readonly isGone: boolean;
  /** The list that it stands in. */
  readonly tab: CaseTab;
  readonly nowMs: number;
}

export const CaseRow = ({ listed, isGone, tab: { title, account }, nowMs }: CaseRowProps) => {
  const { caseId, orderId, reasons = [], order, region } = listed;
  const acceptedMs = ulidTimeMs(caseId);
  return (
    <tr class={isGone ? 'gone' : undefined}>
      <th scope="row" data-label="Case">
        <CaseLink caseId={caseId} orderId={orderId} />
      </th>
      <td data-label="Order">
        <a href={formatRoute({ page: 'order', orderId, query: {} })}>{orderId}</a>
      </td>
      {account !== undefined ? (
        <>
          <td data-label={title}>{isGone ? <Gone /> : listed.since && <Time at={listed.since} />}</td>
          <td data-label={account}>
            <Account listed={listed} name={account} />
          </td>
        </>
      ) : (
        <>
          <td data-label="Why">
            {reasons.map((reason) => (
              <Reason key={reason} {...reasonToWords(reason)} />
            ))}
          </td>
          <td data-label="Order is">
            {order && (
              <>
                {order.status}
                {order.provisional && <small class="under">provisional</small>}
              </>
            )}
          </td>
          <td data-label="Money at stake" class="number">
            {order && <Money money={order.money} currency={order.currency} />}
          </td>
        </>
      )}
      <td data-label="Accepted in">{region}</td>
      <td data-label="Age" class="number">
        {acceptedMs === undefined ? '' : <Time at={acceptedMs} text={ageText(nowMs - acceptedMs)} />}
      </td>
      {account === undefined && (
        <td data-label="Review">{isGone ? <Gone /> : <Review listed={listed} nowMs={nowMs} />}</td>
      )}
    </tr>
  );
};

/** A list holds no more of it than by which entry: the rest takes reading the order. */
const Account = ({ listed: { caseId, orderId, settledBy }, name }: AccountProps) => (
  <>
    <a href={formatRoute({ page: 'case', caseId, query: { order: orderId } })}>
      On its page
      <span class="unseen">
        : {name}, of case {caseId}
      </span>
    </a>
    {settledBy !== undefined && (
      <small class="under">
        decision{' '}
        <span class="mono" title={settledBy}>
          <ShortId id={settledBy} />
        </span>
      </small>
    )}
  </>
);

interface AccountProps {
  readonly listed: ListedCase;
  readonly name: string;
}

/** In the room of what it was before, so that no row grows. */
const Gone = () => <Status tone="quiet">left the list</Status>;

const Reason = ({ name, meaning }: { readonly name: string; readonly meaning: string }) => (
  <div>
    {name}
    <small class="under">{meaning}</small>
  </div>
);

const Review = ({ listed, nowMs }: { readonly listed: ListedCase; readonly nowMs: number }) => {
  const { state, since, lookAt, askedAt, escalations } = listed;
  const { name, tone } = stateToWords(state);
  return (
    <>
      <Status tone={tone}>{name}</Status>
      {since && <Line>for {ageText(nowMs - Date.parse(since))}</Line>}
      {lookAt && Date.parse(lookAt) > nowMs && <Line>looked at again in {ageText(Date.parse(lookAt) - nowMs)}</Line>}
      {askedAt && askedAt !== since && <Line>asked {agoText(nowMs - Date.parse(askedAt))}</Line>}
      {escalations > 0 && <Line>escalated {timesText(escalations)}</Line>}
    </>
  );
};

const Line = ({ children }: { readonly children: ComponentChildren }) => <small class="under">{children}</small>;
