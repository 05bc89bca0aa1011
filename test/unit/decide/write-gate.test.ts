import { describe, expect, it } from 'vitest';
import { type Command, hashPayload } from '../../../domain/decide/command.ts';
import { type Decision, decide } from '../../../domain/decide/decide.ts';
import { fold } from '../../../domain/fold/fold.ts';
import { defineLifecycle } from '../../../domain/lifecycle/define-lifecycle.ts';
import { retail, retailDefinition } from '../../../domain/lifecycle/retail.ts';
import type { WriteGate } from '../../../domain/write-plan/admission.ts';
import { createLedger, type LedgerBuilder, sha256 } from '../../support/builders/ledger-builder.ts';
import { cancelled, type EventDraft, paid, placed, shipped, tagAdded } from '../../support/builders/retail-drafts.ts';

const [us, eu] = ['us-east-1', 'eu-west-1'] as const;
const stream = 'order/acme/1001';
const nowMs = 1_000_000;
const plan = { primary: us, regions: [us, eu], epoch: 3, entryId: 'plan-3' };
const cut: WriteGate = { plan, breaker: 'open', hasWitness: false, isStrict: false, writtenAtMs: nowMs };
const well: WriteGate = { ...cut, breaker: 'closed' };

interface Asked extends Partial<Omit<Command, 'events'>> {
  readonly in?: string;
  readonly lifecycle?: typeof retail;
}

const ask = (ledger: LedgerBuilder, gate: WriteGate | undefined, event: EventDraft, asked: Asked = {}): Decision => {
  const { in: region = eu, lifecycle = retail, ...rest } = asked;
  const entries = ledger.at(region).entries();
  const command = { kind: 'decision', source: 'api', events: [event], idempotencyKey: 'key-1', ...rest } as const;
  return decide({
    lifecycle,
    writer: region,
    region,
    stream,
    loaded: { entries, damaged: [] },
    folded: fold(entries, lifecycle),
    command,
    payloadHash: hashPayload([{ stream, command }], sha256),
    gate,
    nowMs,
  });
};

const paidOrder = (): LedgerBuilder => {
  const ledger = createLedger({ stream });
  ledger.at(us).append(placed());
  ledger.at(us).append(paid());
  ledger.replicateAll();
  return ledger;
};

const refused = { kind: 'not-admitted', reason: 'isolated', primary: us, primaryUrl: undefined };

describe('a region that is not primary, while the link is sick', () => {
  it('refuses a decision and names the primary', () => {
    expect(ask(paidOrder(), cut, cancelled())).toEqual(refused);
    expect(ask(paidOrder(), cut, cancelled(), { in: us }).kind).toBe('accepted');
  });

  it('takes facts, and what may be decided anywhere', () => {
    expect(ask(paidOrder(), cut, shipped(), { kind: 'fact', source: 'carrier' }).kind).toBe('accepted');
    expect(ask(paidOrder(), cut, tagAdded('gift')).kind).toBe('accepted');
  });

  it('takes nothing at all in a strict deployment', () => {
    const strict = { ...cut, isStrict: true };
    expect(ask(paidOrder(), strict, shipped(), { kind: 'fact', source: 'carrier' })).toEqual(refused);
    expect(ask(paidOrder(), strict, tagAdded('gift'))).toEqual(refused);
  });

  it('begins no order', () => {
    expect(ask(createLedger({ stream }), cut, placed())).toEqual(refused);
  });

  it('answers a retry of what was taken, whatever has become of the link', () => {
    const ledger = paidOrder();
    const command = { source: 'api', events: [cancelled()] } as const;
    const payloadHash = hashPayload([{ stream, command }], sha256);
    const entry = ledger.at(eu).append(cancelled(), { source: 'api', idempotencyKey: 'key-1', payloadHash });
    expect(ask(ledger, cut, cancelled())).toEqual({ kind: 'replay', entry });
  });

  it('says so before it judges the state that the client saw, or what the order allows', () => {
    expect(ask(paidOrder(), cut, cancelled(), { expected: [{ [us]: 1 }] })).toEqual(refused);
    expect(ask(createLedger({ stream }), cut, cancelled())).toEqual(refused);
  });

  it('says what is wrong with a command first', () => {
    expect(ask(paidOrder(), cut, { ...cancelled(), type: 'OrderLost' }).kind).toBe('unknown-event-type');
    expect(ask(paidOrder(), cut, cancelled(), { after: { [us]: 9 } }).kind).toBe('not-covered');
  });
});

describe('what belongs home', () => {
  const { OrderCancelled: cancelling, ...events } = retailDefinition.events;
  const homely = defineLifecycle({
    ...retailDefinition,
    events: { ...events, OrderCancelled: { ...cancelling, whenIsolated: 'home' } },
  }) as typeof retail;

  it('is decided where the order began, against the primary', () => {
    const ledger = createLedger({ stream });
    ledger.at(eu).append(placed());
    ledger.replicateAll();
    ledger.at(us).append(paid());
    ledger.replicateAll();
    expect(ask(ledger, cut, cancelled(), { lifecycle: homely }).kind).toBe('accepted');
    expect(ask(ledger, cut, cancelled(), { lifecycle: homely, in: us }).kind).toBe('not-admitted');
  });
});

describe('an entry', () => {
  it('carries the epoch under which it was taken', () => {
    expect(ask(paidOrder(), well, cancelled())).toMatchObject({ kind: 'accepted', draft: { epoch: 3 } });
    expect(ask(paidOrder(), undefined, cancelled())).toMatchObject({ kind: 'accepted', draft: { epoch: undefined } });
  });
});
