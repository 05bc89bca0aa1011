/**
 * Where an order's events hold what is personal, and whose it is.
 *
 * A value has the name of its field, so that it is sealed alike whichever event wrote it; one that writes no field has
 * that of its property.
 */
import type { DraftEvent } from '../ledger/stamp-entry.ts';
import { type Lifecycle, resolutionType } from './define-lifecycle.ts';
import { personalFields } from './personal-definition.ts';

type Event = Pick<DraftEvent, 'type' | 'data'>;

export interface PersonalValue {
  /** Of its field, or of its property where it writes none. */
  readonly name: string;
  /** In the payload. */
  readonly path: readonly string[];
  readonly value: unknown;
}

export const personalValues = (lifecycle: Lifecycle, event: Event): readonly PersonalValue[] => {
  const values: PersonalValue[] = [];
  mapPersonal(lifecycle, event, (personal) => {
    values.push(personal);
    return personal.value;
  });
  return values;
};

/** The payload with another value for each that is personal and there. */
export const mapPersonal = (
  lifecycle: Lifecycle,
  { type, data }: Event,
  map: (personal: PersonalValue) => unknown,
): Event['data'] => {
  const mapNamed = (holder: Event['data'], names: Iterable<readonly [string, string]>, base: readonly string[]) => {
    const mapped = [...names]
      .filter(([property]) => Object.hasOwn(holder, property) && holder[property] !== undefined)
      .map(([property, name]) => [property, map({ name, path: [...base, property], value: holder[property] })]);
    return mapped.length === 0 ? holder : { ...holder, ...Object.fromEntries(mapped) };
  };
  const { fields } = data;
  if (type !== resolutionType) return mapNamed(data, lifecycle.eventTypes.get(type)?.sealedAs ?? [], []);
  if (typeof fields !== 'object' || fields === null) return data;
  const chosen = fields as Event['data'];
  const mapped = mapNamed(chosen, personalFields(lifecycle.fields), ['fields']);
  return mapped === chosen ? data : { ...data, fields: mapped };
};

/** Whose order it is once these events have been applied to `fields`; undefined while nothing has said it. */
export const customerAfter = (
  lifecycle: Lifecycle,
  events: readonly Event[],
  fields: Readonly<Record<string, unknown>>,
): string | undefined => {
  const { customer: field } = lifecycle;
  if (field === undefined) return undefined;
  const said = events.map((event) => valueSet(lifecycle, event, field)).findLast((value) => value !== undefined);
  const customer = said ?? fields[field];
  return typeof customer === 'string' && customer !== '' ? customer : undefined;
};

const valueSet = (lifecycle: Lifecycle, { type, data }: Event, field: string): unknown => {
  if (type === resolutionType) return (data['fields'] as Event['data'] | undefined)?.[field];
  const write = lifecycle.eventTypes.get(type)?.writes?.[field];
  return write && 'set' in write ? data[write.set] : undefined;
};
