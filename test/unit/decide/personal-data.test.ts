import { describe, expect, it } from 'vitest';
import { hashPayload } from '../../../domain/decide/command.ts';
import { type Decision, decide } from '../../../domain/decide/decide.ts';
import { fold } from '../../../domain/fold/fold.ts';
import { retail } from '../../../domain/lifecycle/retail.ts';
import { createLedger } from '../../support/builders/ledger-builder.ts';
import {
  cancelled,
  draft,
  type EventDraft,
  noteChanged,
  paid,
  placed,
  resolved,
  tagAdded,
} from '../../support/builders/retail-drafts.ts';
import { testPayloadDigest } from '../../support/personal-data.ts';

const stream = 'order/acme/1001';
const sealed = { sealed: 'v1', key: '0123456789abcdef', box: 'A'.repeat(30) };

const decideOn = (history: readonly EventDraft[], ...events: readonly [EventDraft, ...EventDraft[]]): Decision => {
  const ledger = createLedger({ stream });
  for (const event of history) ledger.at('us-east-1').append(event);
  const loaded = { entries: ledger.entries(), damaged: [] };
  const folded = fold(loaded.entries, retail);
  const command = { kind: 'decision', source: 'api', events, idempotencyKey: 'key-1' } as const;
  const payloadHash = hashPayload([{ stream, command }], testPayloadDigest);
  const here = { writer: 'us-east-1', region: 'us-east-1', gate: undefined, nowMs: 0 };
  return decide({ ...here, lifecycle: retail, stream, loaded, folded, command, payloadHash });
};

describe('a decision with personal data', () => {
  it('waits until it is known here whose order it is', () => {
    expect(decideOn([paid()], noteChanged('ring twice'))).toEqual({ kind: 'customer-unknown', type: 'NoteChanged' });
    expect(decideOn([paid()], resolved({ fields: { note: 'x' } }))).toMatchObject({ kind: 'customer-unknown' });
  });

  it('is taken where the order says it, or the decision itself', () => {
    expect(decideOn([placed()], noteChanged('ring twice')).kind).toBe('accepted');
    expect(decideOn([paid()], placed(), noteChanged('ring twice')).kind).toBe('accepted');
    expect(decideOn([paid()], resolved({ fields: { customerId: 'ana', note: 'x' } })).kind).toBe('accepted');
  });

  it('does not keep one waiting that holds none', () => {
    expect(decideOn([paid()], tagAdded('vip')).kind).toBe('accepted');
    expect(decideOn([placed()], cancelled()).kind).toBe('accepted');
  });

  it.each([
    ['an address', draft('api', 'AddressChanged', { shippingAddress: sealed }), ['shippingAddress']],
    ['a reason', draft('api', 'OrderCancelled', { reason: sealed }), ['reason']],
    ['a chosen field', resolved({ fields: { note: sealed } }), ['fields', 'note']],
  ])('is refused where %s comes sealed: it might be of another customer', (_, event, path) => {
    expect(decideOn([placed()], event)).toMatchObject({
      kind: 'invalid-payload',
      issues: [{ path, message: 'must be sent plain: it is sealed here' }],
    });
  });

  it('is told what is wrong with the plain value, where it is neither', () => {
    expect(decideOn([placed()], draft('api', 'AddressChanged', { shippingAddress: { city: 5 } }))).toMatchObject({
      kind: 'invalid-payload',
      issues: [
        { path: ['shippingAddress', 'line1'], message: 'Invalid input: expected string, received undefined' },
        { path: ['shippingAddress', 'city'], message: 'Invalid input: expected string, received number' },
        { path: ['shippingAddress', 'country'] },
      ],
    });
    expect(decideOn([placed()], draft('api', 'AddressChanged', {}))).toMatchObject({
      issues: [{ path: ['shippingAddress'], message: 'Invalid input: expected object, received undefined' }],
    });
  });
});
