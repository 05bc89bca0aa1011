/**
 * A person may decide a status of the lifecycle and the value of any field that holds one value.
 */
import { describe, expect, it } from 'vitest';
import { retail } from '../../../domain/lifecycle/retail.ts';
import { readEvent } from '../../../domain/lifecycle/upcast.ts';
import { address, resolved } from '../../support/builders/retail-drafts.ts';

const read = (data: Readonly<Record<string, unknown>>) =>
  readEvent(retail, { type: 'ConflictResolved', v: 1, data: { cases: [], reason: 'decided', ...data } });

describe('a resolution', () => {
  it('may settle cases and decide nothing else', () => {
    expect(read({ cases: ['01KDVDNAZ847C4FEZDQK8YZG0M'] }).kind).toBe('event');
    expect(readEvent(retail, { ...resolved(), data: { ...resolved().data } }).kind).toBe('event');
  });

  it.each(retail.statuses.slice(1))('may decide the status %s', (status) => {
    expect(read({ status }).kind).toBe('event');
  });

  it.each(['none', 'lost', '', null, 7])('may not decide the status %s', (status) => {
    expect(read({ status }).kind).toBe('void');
  });

  it('may choose the value of a field that is set', () => {
    expect(read({ fields: { shippingAddress: address('Olinda'), note: 'decided' } }).kind).toBe('event');
  });

  it.each<{ readonly why: string; readonly fields: Readonly<Record<string, unknown>> }>([
    { why: 'a set', fields: { tags: ['gift'] } },
    { why: 'a counter', fields: { points: 5 } },
    { why: 'an unknown field', fields: { colour: 'red' } },
    { why: 'a name that every object has', fields: { constructor: 'x' } },
    { why: 'a value that the field refuses', fields: { shippingAddress: { city: 'Olinda' } } },
    { why: 'no value', fields: { note: null } },
  ])('may not choose $why', ({ fields }) => {
    expect(read({ fields }).kind).toBe('void');
  });

  it('names at most 100 cases', () => {
    const cases = Array.from({ length: 101 }, () => '01KDVDNAZ847C4FEZDQK8YZG0M');
    expect(read({ cases }).kind).toBe('void');
    expect(read({ cases: cases.slice(1) }).kind).toBe('event');
  });
});
