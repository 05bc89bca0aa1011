/** What became of an entry and why, in a sentence or two that name who is on the other side. */
import type { ExplainedCase } from '../../../order-api/order-explanation.ts';
import { CaseLink } from '../components/case-name.tsx';
import { ForeignText } from '../components/foreign-text.tsx';
import { reasonToWords } from '../model/case-words.ts';
import type { EntryOutcome } from '../model/entry-outcomes.ts';
import { shortPosition } from '../model/short-position.ts';
import { EntryLink, EntryLinks } from './entry-link.tsx';
import { useScene } from './order-scene.ts';

export const EntryWhy = ({ position }: { readonly position: string }) => {
  const { explain } = useScene();
  const { outcome, case: found } = explain(position);
  return (
    <>
      <Outcome outcome={outcome} /> {found && <CaseOf case={found} />}
    </>
  );
};

const Outcome = ({ outcome }: { readonly outcome: EntryOutcome }) => {
  switch (outcome.kind) {
    case 'accepted':
      return outcome.from === outcome.to ? (
        <>Accepted; the order stays {outcome.to}.</>
      ) : (
        <>
          Accepted: {outcome.from} → {outcome.to}.
        </>
      );
    case 'rejected':
      return <>Rejected: it stays in the ledger and has no effect on the status.</>;
    case 'duplicate':
      return (
        <>
          Duplicate: it repeats <EntryLink id={outcome.repeats} />, which counts.
        </>
      );
    case 'pending':
      return <>Pending: it waits for {shortPosition(outcome.waitsFor)}, which is not here yet.</>;
    case 'voided':
      return (
        <>
          Voided: kept, and applied as nothing. <ForeignText text={outcome.reason} />
        </>
      );
    case 'unknown':
      return <>The explanation holds the newest entries only, and this is not one of them.</>;
  }
};

const CaseOf = ({
  case: { id, reasons, opponents, opponentsLeftOut, fields, settledBy },
}: {
  readonly case: ExplainedCase;
}) => {
  const { orderId } = useScene();
  const why = reasons.map((reason) => reasonToWords(reason));
  return (
    <>
      {why.map(({ name, meaning }) => (
        <span key={name}>{meaning === '' ? name : `${name}: ${meaning}`}. </span>
      ))}
      {fields.length > 0 && <>In dispute: {fields.join(', ')}. </>}
      {opponents.length > 0 && (
        <>
          Against <EntryLinks ids={opponents} leftOut={opponentsLeftOut} />.{' '}
        </>
      )}
      {settledBy === undefined ? (
        <>
          Case <CaseLink caseId={id} orderId={orderId} /> is open.
        </>
      ) : (
        <>
          Case <CaseLink caseId={id} orderId={orderId} /> was settled by <EntryLink id={settledBy} />.
        </>
      )}
    </>
  );
};
