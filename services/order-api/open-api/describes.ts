/**
 * Ties a schema that documents an answer to the type that the answer is built from, so that neither changes alone.
 */
import type * as z from 'zod';

/**
 * Compiles only for a schema that has the type's properties, each of the same type, and no others, the optional ones
 * optional. Where it does not, the error says that the schema is not assignable to `never`.
 */
export const describes =
  <Answered>() =>
  <Schema extends z.ZodType>(schema: Same<Spelt<z.output<Schema>>, Spelt<Answered>> extends true ? Schema : never) =>
    schema as Schema;

type Same<Left, Right> = [Left] extends [Right] ? ([Right] extends [Left] ? true : false) : false;

/** The JSON of a type: `readonly` is not in it, and an optional property is another thing than a required one. */
type Spelt<T> = T extends readonly (infer Item)[]
  ? readonly Spelt<Item>[]
  : T extends object
    ? {
        -readonly [Key in keyof T]-?: IsOptional<T, Key> extends true
          ? { optional: Spelt<Present<T[Key]>> }
          : Spelt<T[Key]>;
      }
    : T;

/** JSON leaves out what is undefined. */
type IsOptional<T, Key extends keyof T> = object extends Pick<T, Key> ? true : undefined extends T[Key] ? true : false;

type Present<T> = Exclude<T, undefined>;
