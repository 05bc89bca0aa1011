/** How a case ended: every decision about it with who, when, where and why, or what made it go. */
import type { CaseDecision } from '../../../order-api/cases/case-decision.ts';
import type { CaseReport } from '../../../order-api/cases/case-report.ts';
import { Fact } from '../components/fact.tsx';
import { ForeignText } from '../components/foreign-text.tsx';
import { Status } from '../components/status.tsx';
import { Time } from '../components/time.tsx';
import { withdrawnBy } from '../model/withdrawn-by.ts';
import { EntryName, stepsById } from './entry-name.tsx';
import { OutcomeText } from './outcome-text.tsx';

export const CaseDecisions = ({ report }: { readonly report: CaseReport }) => {
  const { decisions, state, order, settledBy } = report;
  if (state === 'withdrawn' && decisions.length === 0) return <Withdrawn report={report} />;
  if (decisions.length === 0 && state !== 'settled') return null;
  return (
    <section class="card" aria-labelledby="case-decisions">
      <h2 id="case-decisions">{decisions.length > 1 ? `${decisions.length} decisions` : 'The decision'}</h2>
      {decisions.length > 1 && (
        <p class="quiet">More than one person decided. All decisions stay in the ledger; at most one stands.</p>
      )}
      {decisions.map((decision) => (
        <DecisionFacts key={decision.entryId} decision={decision} />
      ))}
      {decisions.length === 0 && settledBy !== undefined && (
        <p>
          Settled by <EntryName id={settledBy} step={stepsById(report).get(settledBy)} />, which gives no reason.
        </p>
      )}
      {(state === 'settled' || state === 'withdrawn') && (
        <p>
          The order is now <strong>{order.status}</strong>.
        </p>
      )}
    </section>
  );
};

const DecisionFacts = ({ decision }: { readonly decision: CaseDecision }) => (
  <dl class="facts decision">
    <Fact name="Decided">
      <OutcomeText outcome={decision} />{' '}
      <Status tone={decision.stands ? 'good' : 'quiet'}>{decision.stands ? 'stands' : 'does not stand'}</Status>
    </Fact>
    <Fact name="Why">
      <ForeignText text={decision.reason} />
    </Fact>
    <Fact name="By">
      {decision.actor === undefined ? 'somebody who is not named' : <ForeignText text={decision.actor} />}
    </Fact>
    <Fact name="When and where">
      <Time at={decision.decidedAt} />, in {decision.region}, entry <span class="mono">{decision.position}</span>
    </Fact>
  </dl>
);

const Withdrawn = ({ report }: { readonly report: CaseReport }) => {
  const { caseId, position, order, life } = report;
  const steps = stepsById(report);
  const about = steps.get(caseId);
  const causes = withdrawnBy(report);
  return (
    <section class="card" aria-labelledby="case-withdrawn">
      <h2 id="case-withdrawn">Withdrawn</h2>
      <p>
        What was missing has arrived, so nobody has to decide:{' '}
        <EntryName id={caseId} step={about} position={position} />{' '}
        {about?.accepted
          ? about.from === about.to
            ? `has its place in the history, and the order stays ${about.to} there.`
            : `has its place in the history, where it takes the order from ${about.from} to ${about.to}.`
          : 'asks for nothing any more.'}
        {life?.state === 'withdrawn' && life.since && (
          <>
            {' '}
            Found here <Time at={life.since} />.
          </>
        )}
      </p>
      {causes.length > 0 && (
        <>
          <p>Accepted later, but applied before it:</p>
          <ul>
            {causes.map((step) => (
              <li key={step.id}>
                <EntryName id={step.id} step={step} />, {step.source}, <Time at={step.time} />
              </li>
            ))}
          </ul>
        </>
      )}
      <p>
        The order is now <strong>{order.status}</strong>.
      </p>
    </section>
  );
};
