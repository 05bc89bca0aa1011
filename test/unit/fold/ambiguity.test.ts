import { describe, expect, it } from 'vitest';
import { fold } from '../../../domain/fold/fold.ts';
import { isOpen } from '../../../domain/fold/folded-stream.ts';
import { workOrder } from '../../support/arbitraries/work-order.ts';
import { createLedger } from '../../support/builders/ledger-builder.ts';
import { draft } from '../../support/builders/retail-drafts.ts';

const acknowledged = draft('api', 'WorkAcknowledged', { level: 1 });
const workCancelled = draft('api', 'WorkCancelled');
const everythingStopped = draft('desk', 'EverythingStopped');
const priorityReported = draft('desk', 'PriorityReported', { level: 4 });

const splitWork = () => {
  const ledger = createLedger({ lifecycle: workOrder });
  const [us, eu] = [ledger.at('us-east-1'), ledger.at('eu-west-1')];
  us.append(acknowledged);
  ledger.replicateAll();
  return { ledger, us, eu };
};

describe('a lifecycle that allows two outcomes at the same cost', () => {
  it('asks a person, and keeps the outcome of the smallest ids until then', () => {
    const { ledger, us, eu } = splitWork();
    us.append(workCancelled);
    const last = eu.append(everythingStopped);
    const folded = fold(ledger.entries(), workOrder);
    expect(folded).toMatchObject({ ambiguous: true, class: 'review', approximated: false });
    expect(folded.history.every(({ accepted }) => accepted)).toBe(true);
    expect(folded.cases.filter(isOpen)).toMatchObject([{ id: last.id, reasons: ['ambiguous'] }]);
  });

  it('still asks when one side has seen a duplicate of what the other side wrote after its own part', () => {
    const { ledger, us, eu } = splitWork();
    us.append(workCancelled);
    us.append(priorityReported, { idempotencyKey: 'k' });
    eu.append(priorityReported, { idempotencyKey: 'k' });
    eu.append(everythingStopped);
    expect(fold(ledger.entries(), workOrder)).toMatchObject({ ambiguous: true, approximated: false });
  });

  it('asks nobody where one side had seen the other', () => {
    const { ledger, us, eu } = splitWork();
    us.append(workCancelled);
    ledger.replicateAll();
    eu.append(everythingStopped);
    expect(fold(ledger.entries(), workOrder).ambiguous).toBe(false);
  });
});
