import { describe, expect, it } from 'vitest';
import { type Command, type CommandEvent, hashPayload } from '../../../domain/decide/command.ts';
import { type Decision, decide } from '../../../domain/decide/decide.ts';
import { fold } from '../../../domain/fold/fold.ts';
import { resolutionEntriesMax, streamEntriesMax } from '../../../domain/kernel/limits.ts';
import type { Entry } from '../../../domain/ledger/entry.ts';
import { defineLifecycle, type Lifecycle } from '../../../domain/lifecycle/define-lifecycle.ts';
import { retail } from '../../../domain/lifecycle/retail.ts';
import { emptyV1 } from '../../../domain/lifecycle/retail-events.ts';
import type { DamagedItem } from '../../../domain/ports/event-store.ts';
import { createLedger, type LedgerBuilder, sha256 } from '../../support/builders/ledger-builder.ts';
import {
  addressChanged,
  cancelled,
  delivered,
  type EventDraft,
  noteChanged,
  packed,
  paid,
  placed,
  points,
  resolved,
  returnRequested,
  shipped,
  tagAdded,
  tagRemoved,
} from '../../support/builders/retail-drafts.ts';

describe('decide', () => {
  describe('decisions', () => {
    it('accepts a decision that the lifecycle allows', () => {
      const decision = given(placed(), paid()).when(cancelled());
      expect(decision).toMatchObject({
        kind: 'accepted',
        draft: {
          stream: 'order/acme/1001',
          kind: 'decision',
          source: 'api',
          events: [{ type: 'OrderCancelled', v: 1, data: {} }],
          idempotencyKey: 'key-1',
        },
      });
    });

    it('refuses a cancellation once the parcel has shipped, and names the legal moves', () => {
      const decision = given(placed(), paid(), packed(), shipped()).when(cancelled());
      expect(decision).toEqual({
        kind: 'illegal-transition',
        type: 'OrderCancelled',
        status: 'shipped',
        legalMoves: {
          decisions: ['ReturnRequested', 'NoteChanged', 'TagAdded', 'TagRemoved', 'LoyaltyPointsAdjusted'],
          facts: ['PaymentCaptured', 'OrderDelivered'],
        },
      });
    });

    it('checks several events one after the other', () => {
      const order = given(placed(), paid());
      expect(order.when([addressChanged('Olinda'), cancelled()]).kind).toBe('accepted');
      expect(order.when([cancelled(), addressChanged('Olinda')])).toMatchObject({
        kind: 'illegal-transition',
        type: 'AddressChanged',
        status: 'cancelled',
      });
    });

    it('takes what makes an order for one that is not there yet', () => {
      expect(given().when(placed()).kind).toBe('accepted');
      expect(given().when([placed(), noteChanged('ring twice')]).kind).toBe('accepted');
    });

    it('does not know an order of which nothing has arrived', () => {
      expect(given().when(cancelled())).toEqual({ kind: 'unknown-order' });
    });

    it('does not begin an order with a note, though a note is legal everywhere', () => {
      expect(given().when(noteChanged('ring twice'))).toEqual({ kind: 'unknown-order' });
    });

    it('does not place an order twice', () => {
      expect(given(placed()).when(placed())).toMatchObject({ kind: 'illegal-transition', status: 'placed' });
    });

    it('judges an order of which only a fact is known by its status none', () => {
      expect(given(shipped()).when(cancelled())).toMatchObject({ kind: 'illegal-transition', status: 'none' });
      expect(given(shipped()).when(placed()).kind).toBe('accepted');
    });

    it('takes a resolution in any status, but alone', () => {
      const order = given(placed(), paid());
      expect(order.when(resolved({ status: 'cancelled' }), { source: 'reviewer' }).kind).toBe('accepted');
      expect(order.when([resolved(), noteChanged('settled')])).toMatchObject({ kind: 'mixed-kinds' });
    });
  });

  describe('facts', () => {
    it('takes a fact that the lifecycle forbids: it has happened', () => {
      expect(given(placed(), cancelled()).when(delivered(), { kind: 'fact' }).kind).toBe('accepted');
    });

    it('takes a fact for an order that is unknown here', () => {
      expect(given().when(paid(), { kind: 'fact' }).kind).toBe('accepted');
    });
  });

  describe('events', () => {
    it('refuses an event type that the lifecycle does not have', () => {
      const decision = given(placed()).when({ type: 'OrderVanished', data: {} });
      expect(decision).toMatchObject({ kind: 'unknown-event-type', type: 'OrderVanished' });
      expect(given(placed()).when({ type: 'constructor', data: {} }).kind).toBe('unknown-event-type');
    });

    it('says where a payload does not fit its schema', () => {
      const decision = given(placed()).when([paid(), { type: 'PaymentCaptured', data: { amount: 9.5 } }], {
        kind: 'fact',
      });
      expect(decision).toMatchObject({ kind: 'invalid-payload', type: 'PaymentCaptured', index: 1 });
      expect(decision.kind === 'invalid-payload' && decision.issues[0]?.path).toEqual(['amount']);
    });

    it('refuses a property that the schema does not know', () => {
      expect(given(placed()).when({ type: 'OrderCancelled', data: { cause: 'late' } }).kind).toBe('invalid-payload');
    });

    it('does not mix decisions and facts in one entry', () => {
      expect(given(placed(), paid()).when([packed(), cancelled()], { kind: 'fact' })).toEqual({
        kind: 'mixed-kinds',
        type: 'OrderCancelled',
        typeKind: 'decision',
        expectedKind: 'fact',
      });
    });

    it('writes the newest version of a type and no other', () => {
      const lifecycle = defineLifecycle({
        name: 'versioned',
        statuses: ['open'],
        fields: {},
        money: [],
        resolutionWeight: 16,
        events: {
          Opened: {
            kind: 'decision',
            transitions: [{ from: ['none'], to: 'open' }],
            weight: 1,
            versions: [{ schema: emptyV1 }, { schema: emptyV1, upcast: (previous) => previous }],
          },
        },
      });
      const opened = (v?: number) => givenEntries([], { lifecycle }).when({ type: 'Opened', data: {}, v });
      expect(opened()).toMatchObject({ kind: 'accepted', draft: { events: [{ v: 2 }] } });
      expect(opened(2).kind).toBe('accepted');
      expect(opened(1)).toEqual({ kind: 'unknown-version', type: 'Opened', index: 0, v: 1, newest: 2 });
    });
  });

  describe('idempotency key', () => {
    const cancelledOnce = () => {
      const ledger = createLedger();
      ledger.at('us-east-1').append(placed());
      const first = ledger.at('us-east-1').append(cancelled(), keyed('key-1', cancelled()));
      return { ledger, first };
    };

    it('gives a retry the first outcome, also where the lifecycle would refuse it now', () => {
      const { ledger, first } = cancelledOnce();
      expect(givenLedger(ledger).when(cancelled())).toEqual({ kind: 'replay', entry: first });
    });

    it('refuses another payload under the key', () => {
      const { ledger, first } = cancelledOnce();
      expect(givenLedger(ledger).when(noteChanged('ring twice'))).toEqual({ kind: 'key-reused', entryId: first.id });
      expect(givenLedger(ledger).when(cancelled(), { source: 'shop' }).kind).toBe('key-reused');
    });

    it('answers a retry even where its payload would be refused today', () => {
      const ledger = createLedger();
      const retired: EventDraft = { type: 'OrderArchived', v: 1, data: {}, source: 'api' };
      const first = ledger.at('us-east-1').append(retired, { ...keyed('key-1', retired), kind: 'decision' });
      expect(givenLedger(ledger).when(retired)).toEqual({ kind: 'replay', entry: first });
    });

    it('replays the smaller id when both regions accepted the command during a partition', () => {
      const ledger = createLedger();
      ledger.at('us-east-1').append(placed());
      ledger.replicateAll();
      const first = ledger.at('eu-west-1').append(cancelled(), keyed('key-1', cancelled()));
      ledger.at('us-east-1').append(cancelled(), keyed('key-1', cancelled()));
      ledger.replicateAll();
      expect(givenLedger(ledger).when(cancelled())).toEqual({ kind: 'replay', entry: first });
    });

    it('replays a command that arrived here before what it had seen', () => {
      const ledger = createLedger();
      ledger.at('eu-west-1').append(placed());
      const first = ledger.at('eu-west-1').append(cancelled(), keyed('key-1', cancelled()));
      ledger.replicate('eu-west-1', 'us-east-1', (entry) => entry === first);
      expect(givenLedger(ledger).when(cancelled())).toEqual({ kind: 'replay', entry: first });
    });
  });

  describe('If-Match', () => {
    it('accepts a decision on the state that the client saw', () => {
      const order = given(placed(), paid());
      expect(order.when(cancelled(), { expected: [{ 'us-east-1': 2 }] }).kind).toBe('accepted');
      expect(order.when(cancelled(), { expected: [{ 'us-east-1': 1 }, { 'us-east-1': 2 }] }).kind).toBe('accepted');
      expect(order.when(cancelled(), { expected: 'exists' }).kind).toBe('accepted');
    });

    it('refuses a decision on a state that is gone, and says which is current', () => {
      const decision = given(placed(), paid()).when(cancelled(), { expected: [{ 'us-east-1': 1 }] });
      expect(decision).toEqual({ kind: 'not-current', token: 'us-east-1:2' });
    });

    it('refuses a decision on a state of the other region that has not arrived here', () => {
      const expected = [{ 'us-east-1': 1, 'eu-west-1': 1 }];
      expect(given(placed()).when(cancelled(), { expected }).kind).toBe('not-current');
    });

    it('asks for an order that exists when the client does', () => {
      expect(given().when(placed(), { expected: 'exists' })).toEqual({ kind: 'not-current', token: '' });
    });

    it('holds for facts too, since the client asked', () => {
      expect(given(placed()).when(paid(), { kind: 'fact', expected: [{}] }).kind).toBe('not-current');
    });
  });

  describe('what a region must not do', () => {
    const withHole = () => {
      const ledger = createLedger();
      for (const event of [placed(), paid(), packed()]) ledger.at('us-east-1').append(event);
      return ledger.entries().filter((entry) => entry.seq !== 2);
    };

    it('does not write on a part of its own that has a hole, not even a fact', () => {
      expect(givenEntries(withHole()).when(shipped(), { kind: 'fact' })).toEqual({
        kind: 'part-not-closed',
        writer: 'us-east-1',
        position: 'us-east-1/0000000003',
      });
    });

    it('does not write on a damaged entry of its own', () => {
      const damaged = [{ position: 'us-east-1/0000000001', reason: 'body does not match its hash' }];
      expect(givenEntries([], { damaged }).when(placed())).toMatchObject({
        kind: 'part-not-closed',
        position: 'us-east-1/0000000001',
      });
    });

    it("writes on while the other region's part has a hole or damage", () => {
      const damaged = [{ position: 'us-east-1/0000000002', reason: 'body does not match its hash' }];
      const order = givenEntries(withHole(), { damaged, writer: 'eu-west-1' });
      expect(order.when(cancelled()).kind).toBe('accepted');
    });

    it('takes no more entries than a stream may have', () => {
      const [entry] = given(placed()).entries;
      const entries = Array.from({ length: streamEntriesMax }, () => entry).filter((it) => it !== undefined);
      expect(givenEntries(entries).when(paid(), { kind: 'fact' })).toEqual({
        kind: 'stream-full',
        entriesMax: streamEntriesMax,
      });
    });

    it('takes some resolutions more, so that a person can end what a looping writer has left', () => {
      const [entry] = given(placed()).entries;
      const entriesMax = streamEntriesMax + resolutionEntriesMax;
      const full = (entries: number) =>
        givenEntries(Array.from({ length: entries }, () => entry).filter((it) => it !== undefined));
      expect(full(entriesMax - 1).when(resolved())).toMatchObject({ kind: 'accepted' });
      expect(full(entriesMax).when(resolved())).toEqual({ kind: 'stream-full', entriesMax });
    });
  });

  it('offers exactly the decisions that it then accepts', () => {
    const order = given(placed(), paid(), shipped());
    const refusal = order.when(cancelled());
    const accepted = [
      placed(),
      cancelled(),
      returnRequested(),
      addressChanged('Olinda'),
      noteChanged('ring twice'),
      tagAdded('vip'),
      tagRemoved('vip'),
      points(5),
    ].filter((event) => order.when(event).kind === 'accepted');
    expect(refusal).toMatchObject({ legalMoves: { decisions: accepted.map(({ type }) => type) } });
  });
});

interface Given {
  readonly entries: readonly Entry[];
  readonly when: (events: CommandEvent | readonly CommandEvent[], command?: Partial<Command>) => Decision;
}

interface GivenOptions {
  readonly damaged?: readonly DamagedItem[];
  readonly writer?: string;
  readonly lifecycle?: Lifecycle;
}

const given = (...events: readonly EventDraft[]): Given => {
  const ledger = createLedger();
  for (const event of events) ledger.at('us-east-1').append(event);
  return givenLedger(ledger);
};

const givenLedger = (ledger: LedgerBuilder): Given => givenEntries(ledger.at('us-east-1').entries());

const givenEntries = (
  entries: readonly Entry[],
  { damaged = [], writer = 'us-east-1', lifecycle = retail }: GivenOptions = {},
): Given => ({
  entries,
  when: (events, overrides = {}) => {
    const [first, ...rest] = Array.isArray(events) ? events : [events as CommandEvent];
    if (!first) throw new Error('a command has an event');
    const command = { kind: 'decision', source: 'api', events: [first, ...rest], ...overrides } as const;
    const stream = 'order/acme/1001';
    return decide({
      lifecycle,
      writer,
      stream,
      loaded: { entries, damaged },
      folded: fold(entries, lifecycle),
      command: { idempotencyKey: 'key-1', ...command },
      payloadHash: hashPayload([{ stream, command }], sha256),
      region: 'us-east-1',
      gate: undefined,
      nowMs: 1_000_000,
    });
  },
});

const keyed = (idempotencyKey: string, event: EventDraft) => ({
  idempotencyKey,
  payloadHash: hashPayload([{ stream: 'order/acme/1001', command: { source: event.source, events: [event] } }], sha256),
});
