/**
 * Stored events are read as their newest version; what this reader cannot read is void, with the reason.
 */
import { describe, expect, it } from 'vitest';
import { retail } from '../../../domain/lifecycle/retail.ts';
import { readEvent } from '../../../domain/lifecycle/upcast.ts';
import { workOrder } from '../../support/arbitraries/work-order.ts';

describe('reading a stored event', () => {
  it('upcasts an older version to the newest', () => {
    const event = readEvent(workOrder, { type: 'RemarkMade', v: 1, data: { text: 'mind the step' } });
    expect(event).toMatchObject({ kind: 'event', data: { remark: 'older: mind the step' } });
  });

  it('takes the newest version as it stands', () => {
    const event = readEvent(workOrder, { type: 'RemarkMade', v: 2, data: { remark: 'mind the step' } });
    expect(event).toMatchObject({ kind: 'event', data: { remark: 'mind the step' } });
  });

  it.each([
    { type: 'RemarkMade', v: 1, data: { remark: 'of version 2' }, reason: /^invalid RemarkMade/ },
    { type: 'RemarkMade', v: 3, data: { remark: 'x' }, reason: /^unknown version 3 of RemarkMade, newest is 2$/ },
    { type: 'RemarkMade', v: 0, data: { remark: 'x' }, reason: /^unknown version 0/ },
    { type: 'RemarkMade', v: 1.5, data: { text: 'x' }, reason: /^unknown version 1.5/ },
    { type: 'RemarkMad', v: 1, data: {}, reason: /^unknown event type RemarkMad$/ },
    { type: 'constructor', v: 1, data: {}, reason: /^unknown event type constructor$/ },
  ])('voids $type version $v and says why', ({ reason, ...event }) => {
    expect(readEvent(workOrder, event)).toEqual({ kind: 'void', reason: expect.stringMatching(reason) });
  });

  it('names the property that is wrong, not its value', () => {
    const event = readEvent(retail, { type: 'PaymentCaptured', v: 1, data: { amount: 'secret' } });
    expect(event).toEqual({
      kind: 'void',
      reason: expect.stringMatching(/^invalid PaymentCaptured: amount: (?!.*secret)/),
    });
  });
});
