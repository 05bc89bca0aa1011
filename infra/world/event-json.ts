/** JSON as it comes from outside, before anybody knows what it means. */
export type Scalar = string | number | boolean | null;

export type Json = Scalar | readonly Json[] | JsonObject;

export interface JsonObject {
  readonly [name: string]: Json;
}

export const isObject = (value: unknown): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Unlike Array.isArray it tells an array apart from the other kinds of JSON. */
export const isArray = (value: unknown): value is readonly Json[] => Array.isArray(value);
