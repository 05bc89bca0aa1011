import { describe, expect, it } from 'vitest';
import { LedgerFault } from '../../../domain/ports/event-store.ts';
import { failurePlace, failureReason, isWorthRetrying } from '../../../projections/projector/dead-letters.ts';
import { sequenceRange, streamsOfBatch } from '../../../projections/projector/read-batch.ts';
import { ringOnce } from '../../support/stream-event.ts';

describe('dead letters', () => {
  it('tries again what the world did, and nothing else', () => {
    expect(isWorthRetrying(new LedgerFault('unavailable', 'no answer'))).toBe(true);
    expect(isWorthRetrying(new LedgerFault('outdated', 'newer code was here'))).toBe(true);
    expect(isWorthRetrying(new LedgerFault('entry-too-large', 'the row does not fit'))).toBe(false);
    expect(isWorthRetrying(new TypeError('a bug'))).toBe(false);
    expect(isWorthRetrying('not even an error')).toBe(false);
  });

  it('says what failed by name and message', () => {
    expect(failureReason(new TypeError("Cannot read properties of undefined (reading 'total')"))).toBe(
      "TypeError: Cannot read properties of undefined (reading 'total')",
    );
    expect(failureReason('Recife')).toBe('something was thrown that is no error: string');
  });

  it('leaves out what a message quotes', () => {
    const parsing = () => {
      try {
        return JSON.parse('High Street 1');
      } catch (error) {
        return error;
      }
    };
    const quoting = [
      parsing(),
      new Error('Invariant broken: unexpected {"city":"Recife","line1":"High Street 1"}'),
      new Error('Invariant broken: unexpected ["Recife","High Street 1"]'),
      new Error('on the first line\nHigh Street 1, Recife'),
    ];

    for (const error of quoting) {
      expect(failureReason(error)).toMatch(/^(SyntaxError|Error): \w+/);
      expect(failureReason(error)).not.toMatch(/High|Recife/);
    }
  });

  it('keeps to 500 characters', () => {
    const reason = failureReason(new Error('word '.repeat(500)));

    expect(reason).toHaveLength(500);
    expect(reason.endsWith('…')).toBe(true);
  });

  it('says where in the code it happened, without the message', () => {
    const place = failurePlace(new Error('Recife'));

    expect(place[0]).toMatch(/^at .*dead-letters\.test\.ts:\d+/);
    expect(place.join()).not.toContain('Recife');
    expect(failurePlace('nothing')).toEqual([]);
  });

  it('finds the first and the last sequence number of an order, whatever order they came in', () => {
    const records = [101, 9, 55, 100].map((sequence) => ringOnce('order/acme/1', 'us-east-1/0000000001', sequence));
    const rung = streamsOfBatch([ringOnce('order/acme/2', 'us-east-1/0000000001', 1), ...records]).get('order/acme/1');

    expect(rung && sequenceRange(rung)).toEqual({ first: '9', last: '101' });
  });
});
