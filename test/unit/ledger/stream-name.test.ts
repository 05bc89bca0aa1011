import { describe, expect, it } from 'vitest';
import { orderStream, parseOrderStream, planStream, tenantOf } from '../../../domain/ledger/stream-name.ts';

describe('the name of a stream', () => {
  it('is read back as tenant and order', () => {
    const key = { tenant: 'acme', orderId: 'A-1_2.3' };
    expect(orderStream(key)).toBe('order/acme/A-1_2.3');
    expect(parseOrderStream(orderStream(key))).toEqual(key);
  });

  it('says whose the stream is, and of the plan that it is its own', () => {
    expect(tenantOf('order/acme/1')).toBe('acme');
    expect(tenantOf(planStream)).toBe('plan');
    for (const stream of ['heartbeat/us-east-1', 'customer-key/acme/1', 'plan/1', 'order/acme', ''])
      expect(tenantOf(stream)).toBeUndefined();
  });

  it.each([
    '',
    'plan',
    'heartbeat/us-east-1',
    'order/acme',
    'order/acme/',
    'order//1',
    'order/acme/1/2',
    'Order/acme/1',
    'order/acme/../1',
    'order/acme/.1',
    'order/acme/1 ',
    'order/acme/é',
    'order/acme/1\n',
    'order/acme/1#2',
    `order/acme/${'1'.repeat(65)}`,
    `order/${'a'.repeat(65)}/1`,
  ])('is no order: %j', (stream) => {
    expect(parseOrderStream(stream)).toBeUndefined();
  });
});
