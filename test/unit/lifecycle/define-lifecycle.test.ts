/**
 * A mistake in a lifecycle shows when it is defined, with its place, and not as a wrong state years later.
 */

import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import {
  defineLifecycle,
  type EventTypeDefinition,
  type LifecycleDefinition,
  LifecycleError,
} from '../../../domain/lifecycle/define-lifecycle.ts';
import { retail } from '../../../domain/lifecycle/retail.ts';
import { workOrder } from '../../support/arbitraries/work-order.ts';

const opened: EventTypeDefinition = {
  kind: 'decision',
  transitions: [{ from: ['none'], to: 'open' }],
  weight: 1,
  versions: [{ schema: z.strictObject({ title: z.string() }) }],
  writes: { title: { set: 'title' } },
};
const closed: EventTypeDefinition = {
  kind: 'fact',
  transitions: [{ from: ['open'], to: 'closed' }],
  weight: 2,
  versions: [{ schema: z.strictObject({}) }],
};
const ticket: LifecycleDefinition = {
  name: 'ticket',
  statuses: ['open', 'closed'],
  fields: { title: { merge: 'lww', value: z.string() }, votes: { merge: 'counter' }, labels: { merge: 'set' } },
  money: ['billed'],
  resolutionWeight: 16,
  events: { Opened: opened, Closed: closed },
};

const mistakesOf = (change: Partial<LifecycleDefinition>): readonly string[] => {
  try {
    defineLifecycle({ ...ticket, ...change });
  } catch (error) {
    if (error instanceof LifecycleError) return error.mistakes;
    throw error;
  }
  return [];
};
const withOpened = (change: Partial<EventTypeDefinition>): Partial<LifecycleDefinition> => ({
  events: { Opened: { ...opened, ...change }, Closed: closed },
});

describe('defining a lifecycle', () => {
  it('takes one without mistakes', () => {
    const lifecycle = defineLifecycle(ticket);
    expect(lifecycle.statuses).toEqual(['none', 'open', 'closed']);
    expect([...lifecycle.eventTypes.keys()]).toEqual(['Opened', 'Closed', 'ConflictResolved']);
  });

  it.each<{ readonly mistake: string; readonly change: Partial<LifecycleDefinition>; readonly place: RegExp }>([
    { mistake: 'a status that stands twice', change: { statuses: ['open', 'closed', 'open'] }, place: /^statuses:/ },
    { mistake: 'a status named none', change: { statuses: ['open', 'closed', 'none'] }, place: /^statuses:/ },
    {
      mistake: 'more statuses than fit one word',
      change: { statuses: ['open', 'closed', ...Array.from({ length: 29 }, (_, i) => `s${i}`)] },
      place: /^statuses: at most 30/,
    },
    {
      mistake: 'a status that nothing leads to',
      change: { statuses: ['open', 'closed', 'lost'] },
      place: /^statuses: lost is unreachable/,
    },
    { mistake: 'a resolution that weighs nothing', change: { resolutionWeight: 0 }, place: /^resolutionWeight:/ },
    { mistake: 'a missing weight', change: withOpened({ weight: Number.NaN }), place: /^events\.Opened\.weight:/ },
    { mistake: 'a broken weight', change: withOpened({ weight: 1.5 }), place: /^events\.Opened\.weight:/ },
    {
      mistake: 'an event that leads nowhere',
      change: withOpened({ transitions: [] }),
      place: /^events\.Opened\.transitions:/,
    },
    {
      mistake: 'a way to an unknown status',
      change: withOpened({ transitions: [{ from: ['none'], to: 'opne' }] }),
      place: /^events\.Opened\.transitions: unknown status opne/,
    },
    {
      mistake: 'a way back to before the beginning',
      change: withOpened({ transitions: [{ from: ['open'], to: 'none' }] }),
      place: /^events\.Opened\.transitions: unknown status none/,
    },
    {
      mistake: 'a way from an unknown status',
      change: withOpened({ transitions: [{ from: ['nowhere'], to: 'open' }] }),
      place: /^events\.Opened\.transitions: unknown status nowhere/,
    },
    {
      mistake: 'two ways from one status',
      change: withOpened({
        transitions: [
          { from: 'any', to: 'same' },
          { from: ['none'], to: 'open' },
        ],
      }),
      place: /^events\.Opened\.transitions: two ways from none/,
    },
    {
      mistake: 'a write to an unknown field',
      change: withOpened({ writes: { titel: { set: 'title' } } }),
      place: /^events\.Opened\.writes: unknown field titel/,
    },
    {
      mistake: 'a write to a field that every object has',
      change: withOpened({ writes: { constructor: { set: 'title' } } }),
      place: /^events\.Opened\.writes: unknown field constructor/,
    },
    {
      mistake: 'a counter that is set',
      change: withOpened({ writes: { votes: { set: 'title' } } }),
      place: /^events\.Opened\.writes: votes merges as counter/,
    },
    {
      mistake: 'a set that is increased',
      change: withOpened({ writes: { labels: { increase: 'title' } } }),
      place: /^events\.Opened\.writes: labels merges as set/,
    },
    {
      mistake: 'a value that is added to',
      change: withOpened({ writes: { title: { add: 'title' } } }),
      place: /^events\.Opened\.writes: title merges as lww/,
    },
    {
      mistake: 'a read of an unknown field',
      change: withOpened({ reads: ['titel'] }),
      place: /^events\.Opened\.reads:/,
    },
    {
      mistake: 'an unknown kind of money',
      change: withOpened({ money: { paid: 'x' } }),
      place: /^events\.Opened\.money:/,
    },
    {
      mistake: 'a second version without an upcast',
      change: withOpened({ versions: [{ schema: z.unknown() }, { schema: z.unknown() }] }),
      place: /^events\.Opened\.versions\[1\]:/,
    },
    {
      mistake: 'an own ConflictResolved',
      change: { events: { Opened: opened, Closed: closed, ConflictResolved: closed } },
      place: /^events\.ConflictResolved\.name:/,
    },
  ])('refuses $mistake and names its place', ({ change, place }) => {
    expect(mistakesOf(change)).toEqual([expect.stringMatching(place)]);
  });

  it.each([0, -1, 1.5, 10_000, Number.NaN, '2' as never])('names the place of a version that is %s', (version) => {
    expect(mistakesOf({ version })).toEqual(['version: must be a whole number from 1 to 9999']);
  });

  it('names every mistake at once', () => {
    expect(mistakesOf({ ...withOpened({ weight: 0, reads: ['x'] }), resolutionWeight: 0 })).toHaveLength(3);
  });

  it('says in the error which lifecycle it is', () => {
    expect(() => defineLifecycle({ ...ticket, resolutionWeight: 0 })).toThrow(/ticket.*\n- resolutionWeight/);
  });
});

describe('a defined lifecycle', () => {
  it('has the version that it says, or the first', () => {
    expect(defineLifecycle(ticket).version).toBe(1);
    for (const version of [1, 2, 9999]) expect(defineLifecycle({ ...ticket, version }).version).toBe(version);
  });

  it('compiles where every event leads from every status', () => {
    const { eventTypes } = defineLifecycle(ticket);
    expect([...(eventTypes.get('Opened')?.next ?? [])]).toEqual([1, -1, -1]);
    expect([...(eventTypes.get('Closed')?.next ?? [])]).toEqual([-1, 2, -1]);
    expect([...(eventTypes.get('ConflictResolved')?.next ?? [])]).toEqual([0, 1, 2]);
  });

  it('knows which events are legal everywhere and which can move the status', () => {
    const flagsOf = (name: string) => {
      const type = workOrder.eventTypes.get(name);
      return [type?.isLegalEverywhere, type?.canMoveStatus];
    };
    expect(flagsOf('RemarkMade')).toEqual([true, false]);
    expect(flagsOf('EverythingStopped')).toEqual([true, true]);
    expect(flagsOf('PriorityChanged')).toEqual([false, false]);
    expect(flagsOf('WorkStarted')).toEqual([false, true]);
  });

  it('takes decisions at the primary and facts anywhere while regions are isolated, unless it says otherwise', () => {
    expect(retail.eventTypes.get('OrderCancelled')?.whenIsolated).toBe('primary');
    expect(retail.eventTypes.get('NoteChanged')?.whenIsolated).toBe('anywhere');
    expect(retail.eventTypes.get('OrderShipped')?.whenIsolated).toBe('anywhere');
  });

  it('is monotone when legal histories of the same entries cannot end apart', () => {
    expect(retail.isMonotone).toBe(true);
    expect(workOrder.isMonotone).toBe(false);
    expect(defineLifecycle(ticket).isMonotone).toBe(true);
  });

  it('is not monotone when statuses form a cycle, or an event leads to two, or stays before it would lead', () => {
    const reopened: EventTypeDefinition = { ...closed, transitions: [{ from: ['closed'], to: 'open' }] };
    const forked: EventTypeDefinition = {
      ...closed,
      transitions: [
        { from: ['none'], to: 'open' },
        { from: ['open'], to: 'closed' },
      ],
    };
    const early: EventTypeDefinition = {
      ...closed,
      transitions: [
        { from: ['none'], to: 'same' },
        { from: ['open'], to: 'closed' },
      ],
    };
    for (const event of [reopened, forked, early])
      expect(defineLifecycle({ ...ticket, events: { ...ticket.events, Other: event } }).isMonotone).toBe(false);
  });
});
