/**
 * What a lifecycle says of personal data: what is wrong with it shows when it is defined, and what follows from it.
 */
import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { sealable } from '../../../domain/ledger/sealed-value.ts';
import {
  defineLifecycle,
  type EventTypeDefinition,
  type LifecycleDefinition,
  LifecycleError,
} from '../../../domain/lifecycle/define-lifecycle.ts';
import { customerAfter, mapPersonal, personalValues } from '../../../domain/lifecycle/personal-values.ts';
import { retail } from '../../../domain/lifecycle/retail.ts';
import { readEvent } from '../../../domain/lifecycle/upcast.ts';
import { addressChanged, noteChanged, paid, placed, resolved } from '../../support/builders/retail-drafts.ts';

const text = sealable(z.string());
const opened: EventTypeDefinition = {
  kind: 'decision',
  transitions: [{ from: ['none'], to: 'open' }],
  weight: 1,
  versions: [
    { schema: z.strictObject({ owner: z.string(), title: text, why: text.optional(), cost: z.int().optional() }) },
  ],
  writes: { owner: { set: 'owner' }, title: { set: 'title' } },
  personal: ['why'],
};
const ticket = {
  name: 'ticket',
  statuses: ['open'],
  fields: {
    owner: { merge: 'lww', value: z.string() },
    title: { merge: 'lww', value: text, personal: true },
    votes: { merge: 'counter' },
    labels: { merge: 'set' },
  },
  customer: 'owner',
  money: ['billed'],
  resolutionWeight: 16,
  events: { Opened: opened },
} as const satisfies LifecycleDefinition;

const mistakesOf = (definition: LifecycleDefinition): readonly string[] => {
  try {
    defineLifecycle(definition);
  } catch (error) {
    if (error instanceof LifecycleError) return error.mistakes;
    throw error;
  }
  return [];
};
const withOpened = (change: Partial<EventTypeDefinition>): LifecycleDefinition => ({
  ...ticket,
  events: { Opened: { ...opened, ...change } },
});
const { customer: _, ...withoutCustomer } = ticket;

describe('marking what is personal', () => {
  it('is taken where everything fits', () => {
    expect(mistakesOf(ticket)).toEqual([]);
    expect(defineLifecycle(ticket).eventTypes.get('Opened')?.sealedAs).toEqual(
      new Map([
        ['why', 'why'],
        ['title', 'title'],
      ]),
    );
  });

  it.each<{ readonly mistake: string; readonly definition: LifecycleDefinition; readonly said: string }>([
    {
      mistake: 'a personal counter',
      definition: { ...ticket, fields: { ...ticket.fields, votes: { merge: 'counter', personal: true } as never } },
      said: 'fields.votes: a counter is computed from its values, so it cannot be personal',
    },
    {
      mistake: 'a personal set',
      definition: { ...ticket, fields: { ...ticket.fields, labels: { merge: 'set', personal: true } as never } },
      said: 'fields.labels: a set is computed from its values, so it cannot be personal',
    },
    {
      mistake: 'a field whose value takes nothing sealed',
      definition: {
        ...ticket,
        fields: { ...ticket.fields, title: { merge: 'lww', value: z.string(), personal: true } },
      },
      said: 'fields.title: must take a sealed value: wrap its schema in sealable()',
    },
    {
      mistake: 'a payload that takes nothing sealed',
      definition: withOpened({
        versions: [{ schema: z.strictObject({ owner: z.string(), title: z.string(), why: text.optional() }) }],
      }),
      said: 'events.Opened.personal: title must take a sealed value: wrap its schema in sealable()',
    },
    {
      mistake: 'a payload that cannot be looked into',
      definition: withOpened({ versions: [{ schema: z.custom(() => true) }] }),
      said: 'events.Opened.personal: title must be a property of a zod object',
    },
    {
      mistake: 'a property that is not there',
      definition: withOpened({ personal: ['whi'] }),
      said: 'events.Opened.personal: whi must be a property of a zod object',
    },
    {
      mistake: 'a property that writes a field',
      definition: withOpened({ personal: ['owner'] }),
      said: 'events.Opened.personal: owner is used: mark the field that it writes',
    },
    {
      mistake: 'a property that is money',
      definition: withOpened({ personal: ['cost'], money: { billed: 'cost' } }),
      said: 'events.Opened.personal: cost is used: mark the field that it writes',
    },
    {
      mistake: 'a property that writes a field which is personal, and one which is not',
      definition: withOpened({ writes: { owner: { set: 'title' }, title: { set: 'title' } } }),
      said: 'events.Opened.personal: title writes title, which is personal, and owner',
    },
    {
      mistake: 'a fact with something personal',
      definition: { ...ticket, events: { ...ticket.events, Noted: { ...opened, kind: 'fact' } } },
      said: 'events.Noted.personal: title is in a fact, which may come when its customer is unknown',
    },
    {
      mistake: 'nobody whose it is',
      definition: withoutCustomer,
      said: 'customer: must name the field that says whose the personal data are',
    },
    {
      mistake: 'a customer that is no field',
      definition: { ...ticket, customer: 'constructor' },
      said: 'customer: unknown field constructor',
    },
    {
      mistake: 'a customer that is a sum',
      definition: { ...ticket, customer: 'votes' },
      said: 'customer: votes must hold one value',
    },
    {
      mistake: 'a customer that is sealed',
      definition: { ...ticket, customer: 'title' },
      said: 'customer: title must stay readable: it says under whose key the rest is sealed',
    },
  ])('names $mistake', ({ definition, said }) => {
    expect(mistakesOf(definition)).toContain(said);
  });

  it('asks for no customer where nothing is personal', () => {
    const { personal: _personal, ...event } = opened;
    const fields = { ...ticket.fields, title: { merge: 'lww' as const, value: z.string() } };
    expect(mistakesOf({ ...withoutCustomer, fields, events: { Opened: event } })).toEqual([]);
  });
});

describe('what is personal in an event', () => {
  const sealed = { sealed: 'v1', key: '0123456789abcdef', box: 'A'.repeat(30) };
  const namesIn = (event: Parameters<typeof personalValues>[1]) =>
    personalValues(retail, event).map(({ name, path }) => `${name} at ${path.join('.')}`);

  it.each([
    ['an order', placed(), ['shippingAddress at shippingAddress']],
    ['a change of address', addressChanged('Olinda'), ['shippingAddress at shippingAddress']],
    ['a note', noteChanged('ring twice'), ['note at note']],
    ['a cancellation with its reason', { type: 'OrderCancelled', data: { reason: 'moved' } }, ['reason at reason']],
    ['a cancellation without one', { type: 'OrderCancelled', data: {} }, []],
    ['a payment', paid(), []],
    ['a resolution', resolved({ fields: { note: 'x', carrier: 'y' } }), ['note at fields.note']],
    ['a resolution that chooses no field', resolved({ status: 'paid' }), []],
    ['an event of another deployment', { type: 'Unheard', data: { note: 'x' } }, []],
  ])('is found in %s', (_name, event, names) => {
    expect(namesIn(event)).toEqual(names);
  });

  it.each([placed(), addressChanged('Olinda'), noteChanged('x'), resolved({ fields: { note: 'x' } })])(
    'can be read back sealed: $type',
    (event) => {
      const data = mapPersonal(retail, event, () => sealed);
      expect(JSON.stringify(data)).toContain(sealed.box);
      expect(readEvent(retail, { ...event, data }).kind).toBe('event');
    },
  );

  it('leaves the payload itself alone', () => {
    const event = placed();
    const before = JSON.stringify(event);
    mapPersonal(retail, event, () => sealed);
    expect(JSON.stringify(event)).toBe(before);
    expect(mapPersonal(retail, paid(), () => sealed)).toEqual(paid().data);
  });
});

describe('whose order it is', () => {
  it('is what its fields say', () => {
    expect(customerAfter(retail, [noteChanged('x')], { customerId: 'ana' })).toBe('ana');
  });

  it('is what the events say, the last of them first', () => {
    expect(customerAfter(retail, [placed()], {})).toBe('customer-1');
    const corrected = resolved({ fields: { customerId: 'bo' } });
    expect(customerAfter(retail, [placed(), corrected], { customerId: 'ana' })).toBe('bo');
  });

  it.each([[{}], [{ customerId: '' }], [{ customerId: 5 }]])('is unknown where they say %j', (fields) => {
    expect(customerAfter(retail, [noteChanged('x')], fields)).toBeUndefined();
  });
});
