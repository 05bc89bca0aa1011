/**
 * What a lifecycle says of personal data, checked when it is defined.
 *
 * It marks fields, and payload properties that write no field; everything else follows: whatever sets a personal field is
 * personal, and so is what a resolution chooses for one. Facts hold nothing personal, since a fact may come before its
 * order, when nobody can say whose it would be.
 */
import type { EventTypeDefinition, FieldDefinition, LifecycleDefinition, PayloadSchema } from './define-lifecycle.ts';

/** With the place of each: what nobody could seal, or could not read back once it is sealed. */
export const findPersonalMistakes = (definition: LifecycleDefinition): readonly string[] => [
  ...Object.entries(definition.fields).flatMap(([name, field]) => fieldMistakes(name, field)),
  ...Object.entries(definition.events).flatMap(([name, event]) =>
    eventMistakes(event, definition).map((mistake) => `events.${name}.personal: ${mistake}`),
  ),
  ...customerMistakes(definition).map((mistake) => `customer: ${mistake}`),
];

export const isPersonal = (field: FieldDefinition | undefined): boolean =>
  field !== undefined && 'personal' in field && field.personal === true;

/** By property of the newest payload that is personal: the name under which its value is sealed. */
export const sealedNames = (
  event: EventTypeDefinition,
  fields: LifecycleDefinition['fields'],
): ReadonlyMap<string, string> =>
  new Map([
    ...(event.personal ?? []).map((property) => [property, property] as const),
    ...Object.entries(event.writes ?? {}).flatMap(([field, write]) =>
      'set' in write && isPersonal(fields[field]) ? [[write.set, field] as const] : [],
    ),
  ]);

export const personalFields = (fields: LifecycleDefinition['fields']): readonly (readonly [string, string])[] =>
  Object.entries(fields).flatMap(([name, field]) => (isPersonal(field) ? [[name, name] as const] : []));

const fieldMistakes = (name: string, field: FieldDefinition): readonly string[] => {
  if (!isPersonal(field)) return [];
  if (field.merge === 'counter' || field.merge === 'set')
    return [`fields.${name}: a ${field.merge} is computed from its values, so it cannot be personal`];
  return takesSealed(field.value) ? [] : [`fields.${name}: ${sealableNeeded}`];
};

const eventMistakes = (event: EventTypeDefinition, definition: LifecycleDefinition): readonly string[] => {
  const mistakes: string[] = [];
  const writes = Object.entries(event.writes ?? {}).map(([field, write]) => [field, String(Object.values(write)[0])]);
  const users = [...writes, ...Object.entries(event.money ?? {})];
  for (const property of event.personal ?? [])
    if (users.some(([, used]) => used === property))
      mistakes.push(`${property} is used: mark the field that it writes`);
  for (const [property, name] of sealedNames(event, definition.fields)) {
    const others = users.filter(([user, used]) => used === property && user !== name).map(([user]) => user);
    if (others.length > 0) mistakes.push(`${property} writes ${name}, which is personal, and ${others.join(', ')}`);
    if (event.kind === 'fact') mistakes.push(`${property} is in a fact, which may come when its customer is unknown`);
    const schema = propertySchema(event, property);
    if (!schema) mistakes.push(`${property} must be a property of a zod object`);
    else if (!takesSealed(schema)) mistakes.push(`${property} ${sealableNeeded}`);
  }
  return mistakes;
};

const customerMistakes = (definition: LifecycleDefinition): readonly string[] => {
  const { customer, fields, events } = definition;
  const isAnything =
    personalFields(fields).length > 0 || Object.values(events).some((event) => (event.personal ?? []).length > 0);
  if (customer === undefined) return isAnything ? ['must name the field that says whose the personal data are'] : [];
  const field = Object.hasOwn(fields, customer) ? fields[customer] : undefined;
  if (!field) return [`unknown field ${customer}`];
  if (field.merge === 'counter' || field.merge === 'set') return [`${customer} must hold one value`];
  return isPersonal(field) ? [`${customer} must stay readable: it says under whose key the rest is sealed`] : [];
};

/** Of the newest version, which alone is appended. */
const propertySchema = (event: EventTypeDefinition, property: string): PayloadSchema | undefined => {
  const { shape } = (event.versions.at(-1)?.schema ?? {}) as {
    readonly shape?: Readonly<Record<string, PayloadSchema>>;
  };
  return shape && Object.hasOwn(shape, property) ? shape[property] : undefined;
};

const takesSealed = (schema: PayloadSchema): boolean => schema.safeParse(sealedSample).success;

const sealedSample = { sealed: 'v1', key: '0'.repeat(16), box: 'A'.repeat(22) };

const sealableNeeded = 'must take a sealed value: wrap its schema in sealable()';
