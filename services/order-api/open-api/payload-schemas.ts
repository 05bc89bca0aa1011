/**
 * What a lifecycle's payloads look like to a client, as far as its schemas can say it: they are any parsers, and those
 * that are not zod's are described as open objects.
 */
import * as z from 'zod';
import { sealedValueSchema } from '../../../domain/ledger/sealed-value.ts';
import {
  type EventType,
  type Lifecycle,
  newestVersion,
  type PayloadSchema,
} from '../../../domain/lifecycle/define-lifecycle.ts';

/** Of the newest version, the only one that is taken. */
export const payloadSchema = (eventType: EventType): z.ZodObject => {
  const schema = eventType.versions[newestVersion(eventType) - 1]?.schema;
  if (!(schema instanceof z.ZodObject)) return z.looseObject({});
  const shape = Object.entries(schema.shape).map(([name, property]) => [name, plainSchema(property)] as const);
  return schema.extend(Object.fromEntries(shape));
};

/** A client sends and reads plain values: that the ledger keeps them sealed is nothing to it. */
export const plainSchema = (schema: PayloadSchema): z.ZodType => {
  if (schema instanceof z.ZodOptional) return plainSchema(schema.unwrap() as z.ZodType).optional();
  if (schema instanceof z.ZodUnion && schema.options[1] === sealedValueSchema) return schema.options[0] as z.ZodType;
  return schema instanceof z.ZodType ? schema : z.unknown();
};

export const eventTypesOf = (lifecycle: Lifecycle, kind: EventType['kind']): readonly EventType[] =>
  [...lifecycle.eventTypes.values()].filter((eventType) => eventType.kind === kind);
