import * as z from 'zod';

/** One of the schemas: each says by a literal `type` which it is. */
export const byType = (schemas: readonly z.ZodObject[]): z.ZodType => {
  const [first, ...others] = schemas;
  return first && others.length === 0 ? first : z.discriminatedUnion('type', [...schemas] as unknown as Discriminable);
};

type Discriminable = [z.core.$ZodTypeDiscriminable, ...z.core.$ZodTypeDiscriminable[]];
