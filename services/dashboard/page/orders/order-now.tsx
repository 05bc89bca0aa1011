/** How an order stands in one region, and what may happen next. */
import type { OrderState } from '../../../ledger/order-state.ts';
import { CaseLink } from '../components/case-name.tsx';
import { Fact } from '../components/fact.tsx';
import { Money } from '../components/money.tsx';
import { Status } from '../components/status.tsx';
import { reasonToWords } from '../model/case-words.ts';
import { countText } from '../model/count-text.ts';
import { classToWords } from '../model/order-words.ts';

export const OrderNow = ({ order }: { readonly order: OrderState }) => {
  const { status, provisional, ambiguous, pending, fields, money, cases, legalMoves, token } = order;
  const words = classToWords(order.class);
  return (
    <dl class="facts">
      <Fact name="Status">
        {status}
        {provisional && (
          <small class="under">Provisional: it rejects an accepted decision that nobody has reviewed.</small>
        )}
        {ambiguous && <small class="under">Ambiguous: the lifecycle allows another outcome at the same cost.</small>}
      </Fact>
      <Fact name="Class">
        <Status tone={words.tone}>{words.name}</Status> {words.meaning}
      </Fact>
      <Fact name="Open cases">
        {cases.length === 0 ? <span class="quiet">none</span> : <OpenCases order={order} />}
      </Fact>
      <Fact name="Money">
        <Money money={money} currency={fields['currency']} />
      </Fact>
      <Fact name="Decisions it allows now">
        <Moves types={legalMoves.decisions} />
      </Fact>
      <Fact name="Facts that would fit now">
        <Moves types={legalMoves.facts} />
      </Fact>
      <Fact name="Complete to">
        <span class="mono">{token}</span>
        {pending > 0 && (
          <small class="under">{countText(pending, 'entry waits', 'entries wait')} for a predecessor.</small>
        )}
      </Fact>
    </dl>
  );
};

const OpenCases = ({ order: { cases, orderId } }: { readonly order: OrderState }) => (
  <ul class="plain">
    {cases.map(({ id, reasons }) => (
      <li key={id}>
        <CaseLink caseId={id} orderId={orderId} /> {reasons.map((reason) => reasonToWords(reason).meaning).join('; ')}
      </li>
    ))}
  </ul>
);

const Moves = ({ types }: { readonly types: readonly string[] }) =>
  types.length === 0 ? <span class="quiet">none</span> : <span>{types.join(', ')}</span>;
