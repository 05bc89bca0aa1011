/** A case in short: how it stands, why it is one, about which order, and what is at stake. */
import type { CaseReport } from '../../../order-api/cases/case-report.ts';
import { CaseLink } from '../components/case-name.tsx';
import { Fact } from '../components/fact.tsx';
import { ForeignText } from '../components/foreign-text.tsx';
import { Money } from '../components/money.tsx';
import { Status } from '../components/status.tsx';
import { Time } from '../components/time.tsx';
import { useNow } from '../live/use-now.ts';
import { agoText } from '../model/age-text.ts';
import { reasonToWords, stateToWords } from '../model/case-words.ts';
import { otherOpenCases } from '../model/decision-draft.ts';
import { formatRoute } from '../model/route.ts';
import { ulidTimeMs } from '../model/ulid-time.ts';
import { EntryName, stepsById } from './entry-name.tsx';

export const CaseSummary = ({ report }: { readonly report: CaseReport }) => {
  const { state, caseId, orderId, order, reasons, opponents, opponentsLeftOut, fields, group, position } = report;
  const nowMs = useNow();
  const words = stateToWords(state);
  const acceptedMs = ulidTimeMs(caseId);
  const steps = stepsById(report);
  const others = otherOpenCases(report);
  return (
    <section class="card" aria-label="The case in short">
      <p class="row">
        <Status tone={words.tone}>{words.name}</Status> <span>{words.meaning}</span>
      </p>
      <dl class="facts">
        <Fact name="Order">
          <a href={formatRoute({ page: 'order', orderId, query: {} })}>{orderId}</a>, now{' '}
          <strong>{order.status}</strong>
          {order.provisional && ' for the time being, until a person has looked'}
        </Fact>
        <Fact name="Why">
          {reasons.length === 0
            ? 'There is nothing to decide about it.'
            : reasons.map((reason) => {
                const { name, meaning } = reasonToWords(reason);
                return (
                  <div key={reason}>
                    <strong>{name}</strong>
                    {meaning && `: ${meaning}`}
                  </div>
                );
              })}
        </Fact>
        <Fact name="About">
          <EntryName id={caseId} step={steps.get(caseId)} position={position} />
          {acceptedMs !== undefined && (
            <>
              , <Time at={acceptedMs} text={agoText(nowMs - acceptedMs)} />
            </>
          )}
        </Fact>
        {opponents.length > 0 && (
          <Fact name="Against">
            {opponents.map((id) => (
              <div key={id}>
                <EntryName id={id} step={steps.get(id)} />
              </div>
            ))}
            {opponentsLeftOut !== undefined && `and ${opponentsLeftOut} more`}
          </Fact>
        )}
        {fields.length > 0 && <Fact name="In dispute">{fields.join(', ')}</Fact>}
        <Fact name="Money at stake">
          <Money money={order.money} currency={order.fields['currency']} />
        </Fact>
        {others.length > 0 && (
          <Fact name="Also open">
            {others.map((id) => (
              <div key={id}>
                <CaseLink caseId={id} orderId={orderId} /> <EntryName id={id} step={steps.get(id)} />
              </div>
            ))}
            {order.openCasesLeftOut !== undefined && `and ${order.openCasesLeftOut} more`}
          </Fact>
        )}
        {group && (
          <Fact name="One command for">
            {group.orderIds.map((id) => (
              <span key={id} class="leg">
                {id === orderId ? (
                  `${id} (this order)`
                ) : (
                  <a href={formatRoute({ page: 'order', orderId: id, query: {} })}>{id}</a>
                )}
              </span>
            ))}
            <small class="under">
              The others may stand as the command left them: look at all. Command <ForeignText text={group.commandId} />
            </small>
          </Fact>
        )}
      </dl>
    </section>
  );
};
